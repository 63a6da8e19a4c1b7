/** What a search came to, as a file: written after every probe, read by whoever plans with it. */
import fs from 'node:fs';
import { UserError } from '../base/errors.ts';
import type { Trust } from '../health/verdict.ts';
import { ENDS, type Probe, type SearchEnd, type SearchSettings } from './search.ts';
import type { UslFit } from './usl.ts';

export const CAPACITY_KIND = 'ocpp-load capacity';
export const CAPACITY_VERSION = 1;

/** `chargers`: of the fleets together. `rate`: cars that come, an hour, at the fleets together. */
export const VARIED = ['chargers', 'rate'] as const;
export type Varied = (typeof VARIED)[number];

/** One SLO at one load; `measured` in the unit of its metric, null: nothing was measured. */
export interface SloResult {
  readonly selector: string;
  readonly expression: string;
  readonly limit: number;
  readonly measured: number | null;
  readonly unit: string;
  readonly passed: boolean;
  /** `p(99) = 812 ms`; or why there is no figure. */
  readonly text: string;
}

/** What was seen at a load while it was held. */
export interface Measurement {
  readonly chargers: number;
  readonly connected: number;
  readonly booted: number;
  /** CALLs that were sent, and that were answered, a second. */
  readonly callsPerS: number;
  readonly answeredPerS: number;
  /** Response time of all CALLs, ms; null: none was answered. */
  readonly p99Ms: number | null;
  /** Of the CALLs sent, 0 to 1. */
  readonly failedShare: number;
  readonly heldS: number;
  readonly trust: Trust;
  readonly slo: readonly SloResult[];
}

export interface ProbeResult extends Probe, Measurement {
  /** Why it did not hold, or why nothing is known of it; null: it held. */
  readonly cause: string | null;
  /** Connections were lost, or most CALLs failed, or chargers could not boot. */
  readonly isCollapse: boolean;
}

/** What a search was asked; another one is not the same search. */
export interface CapacityQuestion {
  readonly vary: Varied;
  readonly scenario: string;
  /** Of its load at the size that the file says; the seed and the target are not in it. */
  readonly scenarioSha256: string;
  readonly seed: number;
  /** Without credentials, or `embedded`. */
  readonly target: string;
  /** As written: `ocpp_call_failed: rate<0.001`. */
  readonly slo: readonly string[];
  readonly warmupS: number;
  readonly holdS: number;
  readonly search: SearchSettings;
}

/** `notRecovered`: after a collapse the target did not answer again. */
export type CapacityEnd = SearchEnd['kind'] | 'notRecovered';

export interface CapacityResult {
  readonly kind: typeof CAPACITY_KIND;
  readonly version: typeof CAPACITY_VERSION;
  /** `chargers` or `rate`: the unit of every `load`. */
  readonly vary: Varied;
  readonly question: CapacityQuestion;
  /** null: the search was interrupted, and can be resumed. */
  readonly end: CapacityEnd | null;
  /** At the highest load that held; null: none did. */
  readonly held: ProbeResult | null;
  readonly isConfirmed: boolean;
  /** At the lowest load above it that failed, or of which nothing is known; null: there is none. */
  readonly failed: ProbeResult | null;
  readonly slo: readonly string[];
  readonly probes: readonly ProbeResult[];
  /** null: there are fewer than three loads. In the file, an Infinity of an interval is null. */
  readonly usl: UslFit | null;
  /** What else happened, in words: the target collapsed, a probe was repeated. */
  readonly notes: readonly string[];
}

export function capacityJson(result: CapacityResult): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}

/** @throws UserError when the file cannot be read, or is no result of `ocpp-load capacity`. */
export function readCapacityResult(file: string): CapacityResult {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new UserError(`${file} cannot be read (${code})`, 'check its path');
  }
  return parseCapacityResult(text, file);
}

/** @param name names the text in messages. */
export function parseCapacityResult(text: string, name: string): CapacityResult {
  const wrong = (says: string) =>
    new UserError(`${name} ${says}`, '`ocpp-load capacity --out` writes such files');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong('is no JSON');
  }
  if (!isRecord(value) || value['kind'] !== CAPACITY_KIND) {
    throw wrong('is no result of a capacity search');
  }
  const { version } = value;
  if (version !== CAPACITY_VERSION) {
    const known = `this ocpp-load reads version ${CAPACITY_VERSION}`;
    throw new UserError(`${name} has version ${String(version)}`, known);
  }
  const flaw = flawOf(value, RESULT, '');
  if (flaw !== null) throw wrong(`is damaged: ${flaw}`);
  const result = value as unknown as CapacityResult;
  return { ...result, usl: result.usl && withInfinities(result.usl) };
}

/** JSON knows no Infinity: it writes null. */
function withInfinities(usl: UslFit): UslFit {
  const entries = Object.entries(usl.intervals as Record<string, readonly (number | null)[]>);
  const intervals = entries.map(([name, pair]) => [
    name,
    pair.map((value) => value ?? Number.POSITIVE_INFINITY),
  ]);
  return { ...usl, intervals: Object.fromEntries(intervals) };
}

type Rule = (value: unknown, path: string) => string | null;
type Rules = Readonly<Record<string, Rule>>;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const rule =
  (is: (value: unknown) => boolean, what: string): Rule =>
  (value, path) =>
    is(value) ? null : `${path} is not ${what}`;
const text = rule((value) => typeof value === 'string', 'a text');
const amount = rule((value) => typeof value === 'number' && value >= 0, 'a number from 0 on');
const anyNumber = rule((value) => typeof value === 'number', 'a number');
const load = rule((value) => Number.isInteger(value) && Number(value) > 0, 'a whole number');
const yesNo = rule((value) => typeof value === 'boolean', 'true or false');
const oneOf = (words: readonly string[]) =>
  rule((value) => words.includes(value as string), `one of ${words.join(', ')}`);
const orNull =
  (inner: Rule): Rule =>
  (value, path) =>
    value === null ? null : inner(value, path);
const listOf =
  (inner: Rule): Rule =>
  (value, path) => {
    if (!Array.isArray(value)) return `${path} is not a list`;
    return firstOf(value.map((each, i) => inner(each, `${path}[${i}]`)));
  };
const fields =
  (rules: Rules): Rule =>
  (value, path) =>
    isRecord(value) ? flawOf(value, rules, `${path}.`) : `${path} is not an object`;

const firstOf = (flaws: readonly (string | null)[]) => flaws.find((flaw) => flaw !== null) ?? null;

function flawOf(value: Record<string, unknown>, rules: Rules, before: string): string | null {
  return firstOf(Object.entries(rules).map(([key, each]) => each(value[key], `${before}${key}`)));
}

const PROBE = fields({
  load,
  isConfirmation: yesNo,
  answer: oneOf(['held', 'failed', 'generator', 'unclear']),
  chargers: load,
  connected: amount,
  booted: amount,
  callsPerS: amount,
  answeredPerS: amount,
  p99Ms: orNull(amount),
  failedShare: amount,
  heldS: amount,
  trust: oneOf(['VALID', 'DEGRADED', 'INVALID']),
  slo: listOf(
    fields({
      ...{ selector: text, expression: text, limit: anyNumber, measured: orNull(anyNumber) },
      ...{ unit: text, passed: yesNo, text },
    }),
  ),
  cause: orNull(text),
  isCollapse: yesNo,
});

const pair = listOf(orNull(anyNumber));
const USL = fields({
  model: fields({ lambda: amount, sigma: amount, kappa: amount }),
  intervals: fields({ lambda: pair, sigma: pair, kappa: pair, peak: pair, efficiency: pair }),
  r2: anyNumber,
  doubt: orNull(text),
});

const RESULT: Rules = {
  vary: oneOf(VARIED),
  question: fields({
    vary: oneOf(VARIED),
    ...{ scenario: text, scenarioSha256: text, seed: amount, target: text, slo: listOf(text) },
    ...{ warmupS: amount, holdS: amount },
    search: fields({ from: load, to: load, precision: amount, mostProbes: load }),
  }),
  end: orNull(oneOf([...ENDS, 'notRecovered'])),
  held: orNull(PROBE),
  isConfirmed: yesNo,
  failed: orNull(PROBE),
  slo: listOf(text),
  probes: listOf(PROBE),
  usl: orNull(USL),
  notes: listOf(text),
};
