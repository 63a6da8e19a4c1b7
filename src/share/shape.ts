/**
 * What came from another machine is checked to its last field before it is believed. Fields that
 * are unknown here pass: a newer version of the same protocol may send more.
 */

export type Shape<T> = (value: unknown) => value is T;

/** A check of every field of `T`: one that the type gains does not compile without its check. */
export function record<T>(fields: { readonly [K in keyof T]-?: Shape<T[K]> }): Shape<T> {
  const checks = Object.entries(fields) as [string, Shape<unknown>][];
  return (value): value is T =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    checks.every(([name, check]) =>
      check(Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined),
    );
}

export const list =
  <T>(each: Shape<T>, mostLength: number): Shape<readonly T[]> =>
  (value): value is readonly T[] =>
    Array.isArray(value) && value.length <= mostLength && value.every(each);

/** An object whose names are not known beforehand. */
export const dictionary =
  <T>(each: Shape<T>, mostFields: number): Shape<Readonly<Record<string, T>>> =>
  (value): value is Readonly<Record<string, T>> =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length <= mostFields &&
    !Object.hasOwn(value, '__proto__') &&
    Object.values(value).every(each);

/** @param mostLength in UTF-16 code units. */
export const text =
  (mostLength: number): Shape<string> =>
  (value): value is string =>
    typeof value === 'string' && value.length <= mostLength;

export const matching =
  (pattern: RegExp): Shape<string> =>
  (value): value is string =>
    typeof value === 'string' && pattern.test(value);

/** A number, both ends included. */
export const between =
  (low: number, high: number): Shape<number> =>
  (value): value is number =>
    typeof value === 'number' && value >= low && value <= high;

/** A whole number, both ends included. */
export const whole =
  (low: number, high = Number.MAX_SAFE_INTEGER): Shape<number> =>
  (value): value is number =>
    Number.isInteger(value) && between(low, high)(value);

export const finite = between(-Number.MAX_VALUE, Number.MAX_VALUE);
/** From 0 on. */
export const amount = between(0, Number.MAX_VALUE);

export const boolean: Shape<boolean> = (value): value is boolean => typeof value === 'boolean';

export const oneOf =
  <T extends string>(words: readonly T[]): Shape<T> =>
  (value): value is T =>
    words.includes(value as T);

export const orNull =
  <T>(shape: Shape<T>): Shape<T | null> =>
  (value): value is T | null =>
    value === null || shape(value);

export const optional =
  <T>(shape: Shape<T>): Shape<T | undefined> =>
  (value): value is T | undefined =>
    value === undefined || shape(value);

/** A union: which of `shapes` is asked stands in the field `key`. */
export function variant<K extends string, T extends Readonly<Record<K, string>>>(
  key: K,
  shapes: { readonly [N in T[K]]: Shape<Omit<Extract<T, Readonly<Record<K, N>>>, K>> },
): Shape<T> {
  return (value): value is T => {
    if (typeof value !== 'object' || value === null) return false;
    const name = (value as Record<string, unknown>)[key];
    if (typeof name !== 'string' || !Object.hasOwn(shapes, name)) return false;
    return (shapes as Record<string, Shape<unknown>>)[name](value);
  };
}
