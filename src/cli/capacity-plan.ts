/** A scenario at any load: what a capacity search runs, and the question that it answers. */
import fs from 'node:fs';
import { UserError } from '../base/errors.ts';
import {
  type Duration,
  formatDurationNs,
  parseDurationNs,
  writeDurationNs,
} from '../base/units.ts';
import type { CapacityQuestion, CapacityResult, Varied } from '../capacity/result.ts';
import { probesFor } from '../capacity/search.ts';
import { machineLimits, mostChargers } from '../fleet/limits.ts';
import { planSha256, sha256 } from '../plan/mark.ts';
import { longestPeriodS } from '../plan/period.ts';
import type { Plan } from '../plan/plan.ts';
import { carsPerHour, scaleArrivals } from '../plan/scale.ts';
import { hideCredentials } from '../report/clean.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import { dealChargers } from '../scenario/override.ts';
import type { Fleet, Scenario } from '../scenario/types.ts';
import { validateScenario } from '../scenario/validate.ts';
import { conditionText } from '../thresholds/condition.ts';
import type { Overrides } from './overrides.ts';
import { planFrom } from './scenario.ts';
import { parseSlos } from './slo.ts';

export interface CapacityFlags {
  readonly slo?: readonly string[];
  readonly vary?: Varied;
  /** Whole numbers in the unit of what is varied. */
  readonly from?: number;
  readonly to?: number;
  readonly holdS?: number;
  readonly warmupS?: number;
  readonly precision?: number;
}

export interface Planned {
  readonly question: CapacityQuestion;
  /** For a load held for so long. */
  planAt(load: number, holdS: number): Plan;
  /** Of the SLOs; 0: none has a window. */
  readonly longestWindowS: number;
  /** Between what the chargers send again and again. */
  readonly longestPeriodS: number;
}

export const DEFAULT_HOLD_S = 20;
export const LEAST_HOLD_S = 2;
export const DEFAULT_WARMUP_S = 10;
const DEFAULT_PRECISION = 0.05;
/** Nobody looks at the end of a fleet, and the next one waits for it. */
const GRACE: Duration = '10s';
/** Down and up from the size that the scenario has: a range of 32 times. */
const FROM_SHARE = 1 / 8;
const TO_SHARE = 4;

/** @param resumed of an interrupted search: what the flags do not say is as it was. */
export function planCapacity(
  loaded: LoadedScenario,
  flags: CapacityFlags,
  overrides: Overrides,
  resumed: CapacityResult | null,
): Planned {
  const before = resumed?.question;
  const vary = flags.vary ?? before?.vary ?? 'chargers';
  const holdS = flags.holdS ?? before?.holdS ?? DEFAULT_HOLD_S;
  const warmupS = flags.warmupS ?? before?.warmupS ?? warmupOf(loaded.scenario);
  const scenario = withSlos(loaded, flags.slo ?? before?.slo, { warmupS, holdS });
  const seed = overrides.seed ?? before?.seed;
  const seeded = { ...overrides, seed };
  const asWritten = planFrom({ ...loaded, scenario }, seeded);
  const same = { ...seeded, seed: asWritten.seed };
  const size = vary === 'chargers' ? asWritten.chargerCount : Math.round(carsPerHour(asWritten));
  checkVaried(vary, size, loaded.file);
  const bracket = bracketOf({ flags, before, vary, size, fleets: scenario.fleets.length });
  const precision = flags.precision ?? before?.search.precision ?? DEFAULT_PRECISION;
  const mostProbes = probesFor(bracket.from, bracket.to, precision);
  return {
    question: {
      ...{ vary, scenario: asWritten.name, seed: asWritten.seed, warmupS, holdS },
      scenarioSha256: planSha256(asWritten, fileSha256(loaded.file)),
      target: targetOf(asWritten),
      slo: asWritten.thresholds.map((each) => `${each.selector}: ${conditionText(each)}`),
      search: { ...bracket, precision, mostProbes },
    },
    longestWindowS: Math.max(0, ...asWritten.thresholds.map(({ windowNs }) => windowNs ?? 0)) / 1e9,
    longestPeriodS: longestPeriodS(asWritten),
    planAt(load, seconds) {
      const held = { ...scenario, duration: writeDurationNs(seconds * 1e9) as Duration };
      if (vary === 'rate')
        return scaleArrivals(planFrom({ ...loaded, scenario: held }, same), load / size);
      const plan = planFrom({ ...loaded, scenario: resized(held, load) }, same);
      return scaleArrivals(plan, load / size);
    },
  };
}

const fileSha256 = (file: string) => sha256(fs.readFileSync(file));

const targetOf = ({ target }: Plan) =>
  target.kind === 'embedded' ? 'embedded' : hideCredentials(target.url);

const warmupOf = ({ warmup }: Scenario) =>
  warmup === undefined ? DEFAULT_WARMUP_S : (parseDurationNs(warmup) ?? 0) / 1e9;

/** The SLOs of the command line instead of the scenario's; nothing ends a probe before its time. */
function withSlos(
  { scenario, file }: LoadedScenario,
  slo: readonly string[] | undefined,
  { warmupS, holdS }: { warmupS: number; holdS: number },
): Scenario {
  const fleets = scenario.fleets.map(({ name }) => name);
  const given = slo === undefined ? scenario.thresholds : parseSlos(slo, fleets);
  const thresholds = Object.fromEntries(
    Object.entries(given ?? {}).map(([selector, list]) => [
      selector,
      (list ?? []).map((each) =>
        typeof each === 'string' ? each : { threshold: each.threshold, window: each.window },
      ),
    ]),
  );
  if (Object.keys(thresholds).length === 0) {
    throw new UserError(
      'there is no SLO: neither --slo nor thresholds of the scenario',
      "say what must hold, such as --slo 'ocpp_call_duration: p(99)<500'",
    );
  }
  const constant = scenario.fleets.map(atLastRate);
  const held = {
    ...scenario,
    ...{ fleets: constant, thresholds: thresholds as Scenario['thresholds'] },
    duration: writeDurationNs(holdS * 1e9) as Duration,
    warmup: writeDurationNs(warmupS * 1e9) as Duration,
    gracePeriod: scenario.gracePeriod ?? GRACE,
  };
  return validateScenario(
    held,
    `${file.split('/').at(-1)}, held for ${formatDurationNs(holdS * 1e9)}`,
  );
}

/** A load that is held does not change: cars come at the rate at which their stages end. */
function atLastRate(fleet: Fleet): Fleet {
  const { arrivals } = fleet;
  const last = arrivals?.profile === 'stages' ? arrivals.stages.at(-1) : undefined;
  return last === undefined ? fleet : { ...fleet, arrivals: { profile: 'rate', rate: last.to } };
}

/** More chargers connect at the pace of the scenario, fewer in its time. */
function resized(scenario: Scenario, chargers: number): Scenario {
  const counts = dealChargers(
    scenario.fleets.map((fleet) => fleet.chargers),
    chargers,
  );
  const fleets = scenario.fleets.map((fleet, i): Fleet => {
    const { connect } = fleet;
    const growth = counts[i] / fleet.chargers;
    if (growth <= 1 || connect?.profile !== 'ramp') return { ...fleet, chargers: counts[i] };
    const overNs = Math.round((parseDurationNs(connect.over) ?? 0) * growth);
    const over = writeDurationNs(overNs) as Duration;
    return { ...fleet, chargers: counts[i], connect: { ...connect, over } };
  });
  return { ...scenario, fleets };
}

function checkVaried(vary: Varied, size: number, file: string): void {
  if (vary === 'chargers' || size > 0) return;
  throw new UserError(
    `${file.split('/').at(-1)} has no arrivals whose rate could be varied`,
    'give a fleet `arrivals` and a life with awaitArrival(), or use --vary chargers',
  );
}

interface Bracket {
  readonly from: number;
  readonly to: number;
}

function bracketOf(asked: {
  readonly flags: CapacityFlags;
  readonly before: CapacityQuestion | undefined;
  readonly vary: Varied;
  readonly size: number;
  readonly fleets: number;
}): Bracket {
  const { flags, before, vary, size, fleets } = asked;
  const least = vary === 'chargers' ? fleets : 1;
  const from = flags.from ?? before?.search.from ?? Math.max(least, Math.round(size * FROM_SHARE));
  const most =
    vary === 'chargers' ? mostChargers(machineLimits().descriptors ?? Infinity) : Infinity;
  const to = flags.to ?? before?.search.to ?? Math.max(from, Math.min(most, size * TO_SHARE));
  if (from < least) {
    throw new UserError(
      `--from ${from} is fewer than the scenario's ${fleets} fleets`,
      `it takes at least ${fleets}, so that every fleet keeps one`,
    );
  }
  if (from <= to) return { from, to };
  throw new UserError(
    `--from ${from} is above --to ${to}`,
    'the search goes from the lower load up',
  );
}

/** What differs, as a user said it; in this order, for one difference brings others with it. */
const COMPARED: readonly (readonly [string, (question: CapacityQuestion) => unknown])[] = [
  ['--vary', ({ vary }) => vary],
  ['the target', ({ target }) => target],
  ['the SLOs', ({ slo }) => slo.join(', ')],
  ['--hold', ({ holdS }) => `${holdS} s`],
  ['--warmup', ({ warmupS }) => `${warmupS} s`],
  ['the seed', ({ seed }) => seed],
  ['--from', ({ search }) => search.from],
  ['--to', ({ search }) => search.to],
  ['--precision', ({ search }) => search.precision],
  ['the scenario', ({ scenarioSha256 }) => scenarioSha256.slice(0, 12)],
];

/** @throws UserError when `file` has the answers to another question; names the difference. */
export function checkSameQuestion(
  file: string,
  before: CapacityQuestion,
  now: CapacityQuestion,
): void {
  for (const [name, read] of COMPARED) {
    const [was, is] = [read(before), read(now)];
    if (was === is) continue;
    throw new UserError(
      `--resume ${file} is of another search: ${name}: ${was} there, ${is} here`,
      'its probes say nothing of this one: ask the same, or start anew without --resume',
    );
  }
}
