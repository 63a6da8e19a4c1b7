import type { Tenure } from './shares.ts';

/** `share 2 was lost with agent b: not heard of for 30s`. */
export const lostText = ({ share, agent, why }: Pick<Tenure, 'share' | 'agent' | 'why'>): string =>
  `share ${share + 1} was lost with agent ${agent}: ${why}`;
