import { parseDurationNs } from '../base/units.ts';
import { DEFAULT_LIMITS, LIMIT_UNITS, type LimitedCause } from '../health/limits.ts';
import {
  boolean,
  type Check,
  durationOrZero,
  type Field,
  isRecord,
  number,
  objectOf,
  share,
} from './checks.ts';
import { wrongValue } from './mistakes.ts';

const VALUES: Readonly<Record<(typeof LIMIT_UNITS)[LimitedCause], Check>> = {
  ms: durationOrZero,
  share,
  bytes: number(0, 1e15),
};

const MS_PER_NS = 1e-6;

/** One cause: both levels, and INVALID no milder than DEGRADED. */
function limitCheck(cause: LimitedCause): Check {
  const check = VALUES[LIMIT_UNITS[cause]];
  const fields = objectOf(`limits.${cause}`, { degraded: { check }, invalid: { check } });
  return (mistakes, path, value) => {
    const before = mistakes.length;
    fields(mistakes, path, value);
    if (!isRecord(value) || mistakes.length > before) return;
    const numbers = { ...DEFAULT_LIMITS.causes[cause] };
    for (const level of ['degraded', 'invalid'] as const) {
      if (value[level] !== undefined) numbers[level] = limitNumber(cause, value[level]);
    }
    const { degraded, invalid } = numbers;
    const right = cause === 'memory' ? invalid <= degraded : invalid >= degraded;
    if (right) return;
    const order = cause === 'memory' ? 'at most' : 'at least';
    const standing = limitText(cause, DEFAULT_LIMITS.causes[cause]);
    const fix = `invalid must be ${order} degraded; the defaults are ${standing}`;
    wrongValue(mistakes, path, value, 'has its levels the wrong way round', fix);
  };
}

/** A value that has been checked, in the unit of its cause. */
export function limitNumber(cause: LimitedCause, value: unknown): number {
  return LIMIT_UNITS[cause] === 'ms'
    ? (parseDurationNs(value) as number) * MS_PER_NS
    : (value as number);
}

function limitText(cause: LimitedCause, limit: { degraded: number; invalid: number }): string {
  const text = (value: number) => (LIMIT_UNITS[cause] === 'ms' ? `'${value}ms'` : String(value));
  return `{ degraded: ${text(limit.degraded)}, invalid: ${text(limit.invalid)} }`;
}

const LIMITS = Object.fromEntries(
  (Object.keys(LIMIT_UNITS) as LimitedCause[]).map((cause): [string, Field] => [
    cause,
    { check: limitCheck(cause) },
  ]),
);

export const checkGenerator: Check = objectOf('generator', {
  strict: { check: boolean },
  limits: { check: objectOf('limits', LIMITS) },
  tolerated: {
    check: objectOf('tolerated', { share: { check: share }, time: { check: durationOrZero } }),
  },
  shortest: { check: durationOrZero },
});
