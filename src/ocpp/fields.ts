/**
 * Checks of payloads as tables: what a field holds, and the CALLERROR code that fits when it does
 * not (OCPP-J 1.6, 4.2.3). Timestamps pass without a zone too, for real systems send them.
 */
import type { CallErrorCode } from './vocabulary.ts';

export interface Violation {
  readonly code: CallErrorCode;
  /** The field, from the payload down: `meterValue[0].timestamp`. */
  readonly path: string;
  readonly problem: string;
}
export type Check = (value: unknown) => Violation | null;
export interface Field {
  readonly name: string;
  readonly required: boolean;
  readonly check: Check;
}
/** The fields of an object, by name; a Map, so that `__proto__` is just an unknown name. */
export type Fields = ReadonlyMap<string, Field>;

const violation = (code: CallErrorCode, problem: string, path = ''): Violation => ({
  code,
  path,
  problem,
});
const below = (parent: string, inner: Violation): Violation => {
  const separator = inner.path === '' || inner.path.startsWith('[') ? '' : '.';
  return { ...inner, path: parent + separator + inner.path };
};
const typeViolation = (wanted: string) => violation('TypeConstraintViolation', `must be ${wanted}`);
const valueViolation = (wanted: string) =>
  violation('PropertyConstraintViolation', `must be ${wanted}`);

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function text(maxChars: number): Check {
  return (value) => {
    if (typeof value !== 'string') return typeViolation('a string');
    return fits(value, maxChars) ? null : valueViolation(`at most ${maxChars} characters`);
  };
}

/** A character has one or two UTF-16 units; only between the two are characters counted. */
function fits(value: string, maxChars: number): boolean {
  if (value.length <= maxChars) return true;
  return value.length <= 2 * maxChars && [...value].length <= maxChars;
}

export function oneOf(...values: readonly string[]): Check {
  const allowed = new Set(values);
  return (value) => {
    if (typeof value !== 'string') return typeViolation('a string');
    return allowed.has(value) ? null : valueViolation(`one of ${values.join(', ')}`);
  };
}

export function integer(min = Number.MIN_SAFE_INTEGER): Check {
  return (value) => {
    if (!Number.isSafeInteger(value)) return typeViolation('an integer');
    return (value as number) < min ? valueViolation(`at least ${min}`) : null;
  };
}

/** ISO 8601, the zone optional. */
const DATE = /(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])/.source;
const TIME = /([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?/.source;
const ZONE = /(Z|[+-]([01]\d|2[0-3]):?[0-5]\d)?/.source;
const TIMESTAMP = new RegExp(`^${DATE}T${TIME}${ZONE}$`);
export const timestamp: Check = (value) => {
  if (typeof value !== 'string') return typeViolation('a string');
  const match = TIMESTAMP.exec(value);
  return match && Number(match[3]) <= daysIn(Number(match[1]), Number(match[2]))
    ? null
    : valueViolation('a date and time such as 2021-11-09T16:20:35Z');
};

function daysIn(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return isLeap ? 29 : 28;
}

export const textOrObject: Check = (value) =>
  typeof value === 'string' || isObject(value) ? null : typeViolation('a string or an object');

/** A list of `least` or more objects. */
export function listOf(fields: Fields, least = 1): Check {
  return (value) => {
    if (!Array.isArray(value)) return typeViolation('an array');
    if (value.length < least) {
      return violation('OccurenceConstraintViolation', 'must hold at least one item');
    }
    for (let i = 0; i < value.length; i++) {
      const found = isObject(value[i]) ? checkFields(value[i], fields) : typeViolation('an object');
      if (found) return below(`[${i}]`, found);
    }
    return null;
  };
}

/** The first violation of an object's fields. */
export function checkFields(object: Record<string, unknown>, fields: Fields): Violation | null {
  for (const field of fields.values()) {
    if (field.required && !Object.hasOwn(object, field.name)) {
      return violation('OccurenceConstraintViolation', 'is missing', field.name);
    }
  }
  for (const name of Object.keys(object)) {
    const field = fields.get(name);
    if (!field) return violation('FormationViolation', 'is not a field of it', name.slice(0, 50));
    const found = field.check(object[name]);
    if (found) return below(name, found);
  }
  return null;
}

/** `'name?'` is optional. */
export function fields(checks: Readonly<Record<string, Check>>): Fields {
  return new Map(
    Object.entries(checks).map(([key, check]) => {
      const name = key.replace('?', '');
      return [name, { name, required: name === key, check }];
    }),
  );
}

/** An object with these fields. */
export function objectOf(inner: Fields): Check {
  return (value) => (isObject(value) ? checkFields(value, inner) : typeViolation('an object'));
}

/** A multiple of `step`, not below `min`. */
export function decimal(step: number, min = Number.NEGATIVE_INFINITY): Check {
  return (value) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) return typeViolation('a number');
    if (value < min) return valueViolation(`at least ${min}`);
    return isMultiple(value, step) ? null : valueViolation(`a multiple of ${step}`);
  };
}

/** In decimal: 32.1 / 0.1 is not a whole number in binary. */
function isMultiple(value: number, step: number): boolean {
  const count = value / step;
  return Math.abs(Math.round(count) - count) < 1e-6;
}

/** A list of texts, which may be empty. */
export function textList(maxChars: number): Check {
  const each = text(maxChars);
  return (value) => {
    if (!Array.isArray(value)) return typeViolation('an array');
    for (let i = 0; i < value.length; i++) {
      const found = each(value[i]);
      if (found) return below(`[${i}]`, found);
    }
    return null;
  };
}
