/** Checks what a scenario's embedded central system is to send, and when it is away. */
import { COMMANDS } from '../ocpp/commands.ts';
import {
  boolean,
  type Check,
  duration,
  durationOrZero,
  isRecord,
  objectOf,
  oneOf,
  share,
  whole,
} from './checks.ts';
import { missing, wrongValue } from './mistakes.ts';

const payload: Check = (mistakes, path, value) => {
  if (isRecord(value)) return;
  wrongValue(mistakes, path, value, 'must be an object', "such as { type: 'Soft' }");
};

const ACTION_FIX = "such as action: 'RemoteStopTransaction'";

const COMMAND_FIELDS: Check = objectOf('a command', {
  action: { check: oneOf(COMMANDS), required: ACTION_FIX },
  payload: { check: payload },
  after: { check: durationOrZero },
  beforeBoot: { check: boolean },
  every: { check: duration },
  times: { check: whole(1, 1_000_000_000) },
  share: { check: share },
  spread: { check: durationOrZero },
});

const command: Check = (mistakes, path, value) => {
  COMMAND_FIELDS(mistakes, path, value);
  if (!isRecord(value) || value.every !== undefined) return;
  if (typeof value.times !== 'number' || value.times <= 1) return;
  missing(mistakes, `${path}.every`, "times needs it, such as every: '30s'");
};

const OUTAGE: Check = objectOf('an outage', {
  after: { check: durationOrZero, required: "such as { after: '60s', for: '10s' }" },
  for: { check: duration, required: "such as { after: '60s', for: '10s' }" },
  how: { check: oneOf(['refuses', 'unreachable']) },
});

const listOf =
  (each: Check, fix: string): Check =>
  (mistakes, path, value) => {
    if (!Array.isArray(value)) return wrongValue(mistakes, path, value, 'must be a list', fix);
    value.forEach((inner, index) => {
      each(mistakes, `${path}[${index}]`, inner);
    });
  };

export const checkCommands = listOf(command, "such as [{ action: 'ClearCache', every: '30s' }]");
export const checkOutages = listOf(OUTAGE, "such as [{ after: '60s', for: '10s' }]");
