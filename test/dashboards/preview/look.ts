/** Colours, numbers with units, and scales. */
import type { FieldDefaults } from '../reading.ts';

/** For lines, in their order; readable on white. */
const PALETTE = [
  ...['#2f7d32', '#b58900', '#1f6fd1', '#d9610f', '#c4162a', '#7b4fb5', '#0f8a8a', '#8f3b76'],
  ...['#5b6b1e', '#475569'],
];
const NAMED: Readonly<Record<string, string>> = {
  green: '#2f8f3a',
  orange: '#d9730d',
  red: '#c4162a',
  blue: '#1f6fd1',
  purple: '#7b4fb5',
  yellow: '#c9a400',
  text: '#475569',
};

export const lineColour = (i: number): string => PALETTE[i % PALETTE.length];
export const colourOf = (name: string): string => NAMED[name] ?? name;

export const escapeText = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/** The word of a state, or null: then it is a number. */
export function stateOf(value: number, { mappings = [] }: FieldDefaults) {
  for (const { options } of mappings) {
    const state = options[String(value)];
    if (state !== undefined) return state;
  }
  return null;
}

export function judged(value: number, { thresholds }: FieldDefaults): string {
  const steps = thresholds?.steps.filter((step) => step.value === null || value >= step.value);
  return colourOf(steps?.at(-1)?.color ?? 'text');
}

const trimmed = (value: number) =>
  value.toLocaleString('en', { maximumSignificantDigits: 3, useGrouping: false });

const scaled = (value: number, base: number, units: readonly string[]) => {
  let power = 0;
  while (Math.abs(value) >= base ** (power + 1) && power < units.length - 1) power++;
  return `${trimmed(value / base ** power)} ${units[power]}`.trim();
};

export function valueText(value: number, unit: string | undefined): string {
  switch (unit) {
    case 's':
      if (value === 0) return '0 s';
      if (Math.abs(value) < 1e-3) return `${trimmed(value * 1e6)} µs`;
      return Math.abs(value) < 1 ? `${trimmed(value * 1e3)} ms` : `${trimmed(value)} s`;
    case 'percentunit':
      return `${trimmed(value * 100)} %`;
    case 'cps':
      return `${scaled(value, 1000, ['', 'k', 'M'])}/s`;
    case 'bytes':
      return scaled(value, 1024, ['B', 'KiB', 'MiB', 'GiB']);
    case 'Bps':
      return `${scaled(value, 1000, ['B', 'kB', 'MB'])}/s`;
    default:
      return scaled(value, 1000, ['', 'k', 'M']);
  }
}

/** A round number that is not far above: for the end of an axis. */
export function niceAbove(value: number, unit: string | undefined): number {
  if (!(value > 0)) return 1;
  const kilo = unit === 'bytes' ? 1024 ** Math.floor(Math.log(value) / Math.log(1024)) : 1;
  const power = kilo * 10 ** Math.floor(Math.log10(value / kilo));
  return [1, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10].map((n) => n * power).find((n) => n >= value) ?? value;
}
