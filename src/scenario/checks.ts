/** Checks of single values: each adds a mistake that says what is allowed and how to write it. */

import { nearest } from '../base/nearest.ts';
import { parseDurationNs, parsePowerW, parseRatePerS } from '../base/units.ts';
import { joinPath, type Mistakes, missing, unknownKey, wrongValue } from './mistakes.ts';

export type Check = (mistakes: Mistakes, path: string, value: unknown) => void;

/** A check, and for a required field what to write when it is missing. */
export interface Field {
  readonly check: Check;
  readonly required?: string;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Checks every key of an object; `owner` names it in messages (`ramp()`, `a fleet`). */
export function objectOf(owner: string, fields: Readonly<Record<string, Field>>): Check {
  return (mistakes, path, value) => {
    if (!isRecord(value)) {
      const takes = `${owner} takes { ${Object.keys(fields).join(', ')} }`;
      return wrongValue(mistakes, path, value, 'must be an object', takes);
    }
    const keys = Object.keys(fields);
    const misspelt = new Set<string | undefined>();
    for (const [key, inner] of Object.entries(value)) {
      if (inner === undefined) continue;
      if (Object.hasOwn(fields, key)) fields[key].check(mistakes, joinPath(path, key), inner);
      else misspelt.add(unknownKey(mistakes, path, { owner, key, value: inner }, keys));
    }
    for (const [key, { required }] of Object.entries(fields)) {
      if (!required || value[key] !== undefined || misspelt.has(key)) continue;
      missing(mistakes, joinPath(path, key), required);
    }
  };
}

export function oneOf(allowed: readonly string[]): Check {
  return (mistakes, path, value) => {
    if (allowed.includes(value as string)) return;
    const near = typeof value === 'string' ? nearest(value, allowed) : undefined;
    const list = `one of: ${allowed.join(', ')}`;
    const fix = near ? `did you mean '${near}'?  ${list}` : list;
    wrongValue(mistakes, path, value, 'has an unknown value', fix);
  };
}

/** `form`: only whole numbers, or any. */
function numberIn(form: 'whole' | 'any', min: number, max: number, means = ''): Check {
  const range = `${form === 'whole' ? 'a whole number' : 'a number'} from ${min} to ${max}${means}`;
  return (mistakes, path, value) => {
    const fits =
      typeof value === 'number' &&
      value >= min &&
      value <= max &&
      (form === 'any' || Number.isInteger(value));
    if (fits) return;
    const fix = numberFix(value, min, max);
    wrongValue(mistakes, path, value, `must be ${range}`, fix);
  };
}
function numberFix(value: unknown, min: number, max: number): string {
  const isText = typeof value === 'string' && value.trim() !== '';
  if (isText && !Number.isNaN(Number(value))) return `write it without quotes: ${Number(value)}`;
  if (typeof value !== 'number' || Number.isNaN(value)) return 'write a number';
  if (value < min) return `the least is ${min}`;
  return value > max ? `the most is ${max}` : `such as ${Math.round(value)}`;
}

export const whole = (min: number, max: number): Check => numberIn('whole', min, max);
export const number = (min: number, max: number): Check => numberIn('any', min, max);

export const share: Check = (mistakes, path, value) => {
  const percent = typeof value === 'string' ? /^(\d+(\.\d+)?) ?%$/.exec(value) : null;
  if (percent) {
    const fix = `write the share itself: ${Number(percent[1]) / 100}`;
    return wrongValue(mistakes, path, value, 'must be a number from 0 to 1', fix);
  }
  numberIn('any', 0, 1, ' (a share: 0.01 is 1 %)')(mistakes, path, value);
};

export const boolean: Check = (mistakes, path, value) => {
  if (typeof value === 'boolean') return;
  wrongValue(mistakes, path, value, 'must be true or false', 'allowed: true, false');
};

export const text: Check = (mistakes, path, value) => {
  if (typeof value === 'string') return;
  wrongValue(mistakes, path, value, 'must be a text', 'write it in quotes');
};

/** One kind of number with a unit: how it is read, shown and most often miswritten. */
interface UnitKind {
  readonly says: string;
  readonly examples: string;
  readonly parse: (text: unknown) => number | undefined;
  readonly units: Readonly<Record<string, string>>;
  readonly separator: '' | '/';
}

const DURATION: UnitKind = {
  says: 'must be a duration',
  examples: "a number and ms, s, m or h, such as '500ms', '30s', '1m30s', '2h'",
  parse: parseDurationNs,
  separator: '',
  units: {
    ...aliases('ms', 'msec msecs millis milliseconds millisecond'),
    ...aliases('s', 's sec secs second seconds'),
    ...aliases('m', 'm min mins minute minutes'),
    ...aliases('h', 'h hr hrs hour hours'),
  },
};
const POWER: UnitKind = {
  says: 'must be a power',
  examples: "a number and W or kW, such as '7.4kW', '11000W'",
  parse: parsePowerW,
  separator: '',
  units: { ...aliases('W', 'w watt watts'), ...aliases('kW', 'kw kilowatt kilowatts') },
};
const RATE: UnitKind = {
  says: 'must be a rate',
  examples: "a number and /s, /min or /h, such as '20/s', '600/min'",
  parse: parseRatePerS,
  separator: '/',
  units: {
    ...aliases('s', 's sec second ps rps'),
    ...aliases('min', 'm min minute rpm'),
    ...aliases('h', 'h hr hour'),
  },
};

function aliases(unit: string, names: string): Record<string, string> {
  return Object.fromEntries(names.split(' ').map((name) => [name, unit]));
}

/** `'30 sec'` -> `'30s'`; `undefined` when no unit can be guessed. */
function withRightUnit(kind: UnitKind, value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const match = /^\s*(\d+(?:\.\d+)?)\s*(?:\/|per)?\s*([a-z]+)\s*$/i.exec(value);
  const unit = match ? kind.units[match[2].toLowerCase()] : undefined;
  return match && unit ? `${match[1]}${kind.separator}${unit}` : undefined;
}

function unitFix(kind: UnitKind, value: unknown): string {
  const bare = typeof value === 'number' || /^\d+(\.\d+)?$/.test(String(value));
  if (bare) {
    const units = [...new Set(Object.values(kind.units))];
    const ways = units.map((unit) => `'${value}${kind.separator}${unit}'`);
    return `the unit is missing: ${ways.slice(0, -1).join(', ')} or ${ways.at(-1)}?`;
  }
  const right = withRightUnit(kind, value);
  return right ? `did you mean '${right}'?` : kind.examples;
}

function unitCheck(kind: UnitKind, min: number, max: number, range: string): Check {
  return (mistakes, path, value) => {
    const amount = kind.parse(value);
    if (amount === undefined) {
      wrongValue(mistakes, path, value, kind.says, unitFix(kind, value));
    } else if (amount < min || amount > max) {
      wrongValue(mistakes, path, value, `must be ${range}`, kind.examples);
    }
  };
}

/** 100 days: more nanoseconds do not fit a double exactly. */
const LONGEST_NS = 100 * 24 * 3600e9;

/** A duration above zero. */
export const duration = unitCheck(DURATION, 1, LONGEST_NS, "above zero and at most '2400h'");
export const durationOrZero = unitCheck(DURATION, 0, LONGEST_NS, "at most '2400h'");
export const durationUpTo = (max: string): Check =>
  unitCheck(DURATION, 0, parseDurationNs(max) as number, `at most '${max}'`);
export const rate = unitCheck(RATE, 1e-6, 1e6, "above zero and at most '1000000/s'");
export const rateOrZero = unitCheck(RATE, 0, 1e6, "at most '1000000/s'");

/** A power that the charger can deliver. */
export const powerUpTo = (maxW: number): Check =>
  unitCheck(
    POWER,
    0,
    maxW,
    `at most what the model can: '${Math.floor(maxW / 100) / 10}kW' (phases x voltage x current)`,
  );

/**
 * A constant that passes `unit`, or one of the distributions over such values.
 * @param more distributions that are known only here, by name.
 */
export function distributionOf(
  unit: Check,
  parse: (text: unknown) => number | undefined,
  more: Readonly<Record<string, Check>> = {},
): Check {
  const shapes: Record<string, Check> = {
    exponential: unit,
    uniform: uniformOf(unit, parse),
    lognormal: objectOf('lognormal', {
      median: { check: unit, required: 'lognormal takes { median, sigma }' },
      sigma: { check: number(0, 5), required: 'lognormal takes { median, sigma }' },
    }),
    normal: objectOf('normal', {
      mean: { check: unit, required: 'normal takes { mean, sd }' },
      sd: { check: unit, required: 'normal takes { mean, sd }' },
    }),
    ...more,
  };
  const names = Object.keys(shapes);
  return (mistakes, path, value) => {
    if (!isRecord(value)) return unit(mistakes, path, value);
    const keys = Object.keys(value);
    if (keys.length !== 1) {
      const fix = `one of: ${names.join(', ')}`;
      return wrongValue(mistakes, path, value, 'must name one distribution', fix);
    }
    const [key] = keys;
    if (Object.hasOwn(shapes, key)) return shapes[key](mistakes, joinPath(path, key), value[key]);
    unknownKey(mistakes, path, { owner: 'a distribution', key, value: value[key] }, names);
  };
}

function uniformOf(unit: Check, parse: (text: unknown) => number | undefined): Check {
  return (mistakes, path, value) => {
    if (!Array.isArray(value) || value.length !== 2) {
      const fix = 'two values, the lower one first: [from, to]';
      return wrongValue(mistakes, path, value, 'must be a pair', fix);
    }
    unit(mistakes, `${path}[0]`, value[0]);
    unit(mistakes, `${path}[1]`, value[1]);
    const [low, high] = [parse(value[0]), parse(value[1])];
    if (low !== undefined && high !== undefined && low > high) {
      wrongValue(mistakes, path, value, 'must have the lower value first', 'swap the two');
    }
  };
}
export const durationDistribution = distributionOf(durationOrZero, parseDurationNs);
export const powerDistributionUpTo = (maxW: number): Check =>
  distributionOf(powerUpTo(maxW), parsePowerW);
