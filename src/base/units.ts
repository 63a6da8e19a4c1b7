/** Texts with units, as users write them. A bare number is no duration: its unit is a guess. */
export type Duration =
  | `${number}ms`
  | `${number}s`
  | `${number}m`
  | `${number}h`
  | `${number}m${number}s`
  | `${number}h${number}m`
  | `${number}h${number}m${number}s`;
export type Power = `${number}W` | `${number}kW`;
export type Rate = `${number}/s` | `${number}/min` | `${number}/h`;

const NS_PER: Readonly<Record<string, number>> = { ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };
const WATTS_PER: Readonly<Record<string, number>> = { W: 1, kW: 1000 };
const SECONDS_PER: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600 };

/** `'1m30s'` -> 90e9 ns; `undefined` when the text is not a duration. */
export function parseDurationNs(text: unknown): number | undefined {
  if (typeof text !== 'string' || !/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  const unitOrder = ['h', 'm', 's', 'ms'];
  let totalNs = 0;
  let lastUnit = -1;
  for (const [, amount, , unit] of text.matchAll(/(\d+(\.\d+)?)(ms|s|m|h)/g)) {
    const order = unitOrder.indexOf(unit);
    if (order <= lastUnit) return undefined;
    lastUnit = order;
    totalNs += Number(amount) * NS_PER[unit];
  }
  return Math.round(totalNs);
}

/** `'7kW'` -> 7000 W; `undefined` when the text is not a power. */
export function parsePowerW(text: unknown): number | undefined {
  const match = typeof text === 'string' ? /^(\d+(?:\.\d+)?)(W|kW)$/.exec(text) : null;
  return match ? Number(match[1]) * WATTS_PER[match[2]] : undefined;
}

/** `'600/min'` -> 10 a second; `undefined` when the text is not a rate. */
export function parseRatePerS(text: unknown): number | undefined {
  const match = typeof text === 'string' ? /^(\d+(?:\.\d+)?)\/(s|min|h)$/.exec(text) : null;
  return match ? Number(match[1]) / SECONDS_PER[match[2]] : undefined;
}

/** The exact text of a duration, which `parseDurationNs` takes back: 1.5e9 -> `'1500ms'`. */
export const writeDurationNs = (ns: number): string => `${ns / 1e6}ms`;

/** 140e9 -> `'2m20s'`, 20e9 -> `'20s'`, 1.5e9 -> `'1.5s'`, 4e6 -> `'4ms'`. */
export function formatDurationNs(ns: number): string {
  if (ns < 1e9 && ns > 0) return `${Number((ns / 1e6).toPrecision(3))}ms`;
  const tenths = Math.round(ns / 1e8);
  const hours = Math.floor(tenths / 36000);
  const minutes = Math.floor((tenths % 36000) / 600);
  const seconds = (tenths % 600) / 10;
  const parts = [hours ? `${hours}h` : '', minutes ? `${minutes}m` : ''].join('');
  return seconds || !parts ? `${parts}${seconds}s` : parts;
}
