import { parseDurationNs } from '../base/units.ts';
import { DEFAULT_LIMITS, LIMIT_UNITS, type Limit, type LimitedCause } from '../health/limits.ts';
import type { GeneratorOptions } from '../scenario/generator.ts';
import { limitNumber } from '../scenario/validate-generator.ts';
import type { PlanGenerator } from './plan.ts';

/** What the scenario says over what is the default; the validation has seen it. */
export function compileGenerator(options: GeneratorOptions = {}): PlanGenerator {
  const { limits = {}, tolerated, shortest, strict = false } = options;
  const secondsOf = (text: string | undefined, otherwise: number) =>
    text === undefined ? otherwise : (parseDurationNs(text) as number) / 1e9;
  const causes = Object.fromEntries(
    (Object.keys(LIMIT_UNITS) as LimitedCause[]).map((cause): [LimitedCause, Limit] => {
      const { degraded, invalid } = DEFAULT_LIMITS.causes[cause];
      const given = limits[cause];
      const number = (value: unknown, otherwise: number) =>
        value === undefined ? otherwise : limitNumber(cause, value);
      return [
        cause,
        {
          degraded: number(given?.degraded, degraded),
          invalid: number(given?.invalid, invalid),
        },
      ];
    }),
  ) as Record<LimitedCause, Limit>;
  return {
    limits: {
      causes,
      toleratedShare: tolerated?.share ?? DEFAULT_LIMITS.toleratedShare,
      toleratedS: secondsOf(tolerated?.time, DEFAULT_LIMITS.toleratedS),
      shortestS: secondsOf(shortest, DEFAULT_LIMITS.shortestS),
    },
    strict,
  };
}
