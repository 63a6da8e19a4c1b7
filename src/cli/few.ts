import { UserError } from '../base/errors.ts';
import type { Overrides } from './overrides.ts';

/** Flags that only mean something with --nats. @throws UserError */
export function checkFew(overrides: Overrides): void {
  const given = MANY_FLAGS.find(([key]) => overrides[key] !== undefined);
  if (given === undefined || overrides.nats !== undefined) return;
  throw new UserError(
    `${given[1]} is given without --nats`,
    'it is for a run over many machines: --nats nats://host:4222',
  );
}

const MANY_FLAGS = [
  ['agents', '--agents'],
  ['agentLabels', '--agent-labels'],
  ['resume', '--resume'],
  ['parts', '--parts'],
  ['onAgentLoss', '--on-agent-loss'],
] as const;
