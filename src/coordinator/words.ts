import { cleanText, hideCredentials } from '../report/clean.ts';
import type { Tenure } from './shares.ts';

/** `share 2 was lost with agent b: not heard of for 30s`. */
export const lostText = ({ share, agent, why }: Pick<Tenure, 'share' | 'agent' | 'why'>): string =>
  `share ${share + 1} was lost with agent ${agent}: ${why}`;

const MOST_TEXT = 300;

/** A line that an agent wrote, made safe to show. */
export const shown = (text: string): string => cleanText(hideCredentials(text), MOST_TEXT);
