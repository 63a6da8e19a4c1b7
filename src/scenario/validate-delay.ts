/** Checks when a scenario's embedded central system answers. */
import { parseDurationNs } from '../base/units.ts';
import {
  type Check,
  distributionOf,
  duration,
  durationDistribution,
  durationOrZero,
  isRecord,
  objectOf,
  share,
} from './checks.ts';
import { wrongValue } from './mistakes.ts';

const MIXTURE_FIX = "such as [[0.9, '5ms'], [0.1, '200ms']]";

const mixture: Check = (mistakes, path, value) => {
  const isList = Array.isArray(value) && value.length > 0;
  if (!isList || !value.every((part) => Array.isArray(part) && part.length === 2)) {
    return wrongValue(mistakes, path, value, 'must be a list of [share, delay]', MIXTURE_FIX);
  }
  value.forEach(([part, delay], index) => {
    share(mistakes, `${path}[${index}][0]`, part);
    durationDistribution(mistakes, `${path}[${index}][1]`, delay);
  });
  const sum = value.reduce((total, [part]) => total + Number(part), 0);
  if (Math.abs(sum - 1) <= 1e-9) return;
  const fix = `they are ${Number(sum.toFixed(9))} together; ${MIXTURE_FIX}`;
  wrongValue(mistakes, path, value, 'must have shares that are 1 together', fix);
};

export const checkDelay = distributionOf(durationOrZero, parseDurationNs, { mixture });

const STALL_FIX = "such as { every: '10s', for: '1s' }";

const STALL: Check = objectOf('a stall', {
  every: { check: duration, required: STALL_FIX },
  for: { check: duration, required: STALL_FIX },
});

export const checkStall: Check = (mistakes, path, value) => {
  STALL(mistakes, path, value);
  if (!isRecord(value)) return;
  const [everyNs, forNs] = [parseDurationNs(value.every), parseDurationNs(value.for)];
  if (everyNs === undefined || forNs === undefined || forNs < everyNs) return;
  const fix = `or it would never answer; ${STALL_FIX}`;
  wrongValue(mistakes, `${path}.for`, value.for, 'must be shorter than `every`', fix);
};
