/** What a flag and its environment twin take. */
export interface Setting<T> {
  readonly flag: string;
  readonly env: string;
  /** The value, or `undefined` when `text` is none. */
  parse(text: string): T | undefined;
  readonly allowed: string;
  /** What is wrong with a text that is none, where there is more to say than what is allowed. */
  why?(text: string): string | undefined;
}

export const integer = (min: number, max: number) => (text: string) => {
  const value = /^\d+(_\d{3})*$/.test(text) ? Number(text.replaceAll('_', '')) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
};

export const textOf = (text: string) => text || undefined;
