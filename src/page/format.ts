/** Numbers, times and names as the page shows them. */
import { formatClock, formatCount, formatMs, formatRate } from '../report/numbers.ts';

export type Unit = 'ms' | '/s' | 'count' | 'share' | 'processors';

/** With its unit; `-`: nothing was measured. */
export function formatValue(value: number | null | undefined, unit: Unit): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '-';
  if (unit === 'ms') return `${formatMs(value)} ms`;
  if (unit === '/s') return `${formatRate(value)} /s`;
  if (unit === 'share') return `${formatShare(value)} %`;
  return unit === 'processors' ? value.toFixed(2) : formatCount(value);
}

/** 0.0312 -> `3.1`; 0.312 -> `31`. */
export function formatShare(share: number): string {
  const percent = share * 100;
  return percent >= 9.95 || percent === 0 ? String(Math.round(percent)) : percent.toPrecision(2);
}

/** For an axis: 1 500 000 -> `1.5M`, 0.25 -> `0.25`. */
export function formatTick(value: number, unit: Unit): string {
  if (unit === 'share') return `${Number((value * 100).toPrecision(3))} %`;
  const size = Math.abs(value);
  const scaled = (factor: number, letter: string) =>
    `${Number((value / factor).toPrecision(4))}${letter}`;
  if (size >= 1e6) return scaled(1e6, 'M');
  return size >= 1e4 ? scaled(1e3, 'k') : String(Number(value.toPrecision(6)));
}

/** For the axis of time: 0, `20s`, `1m20s`, `2m`, `1h05m`. */
export function formatTime(elapsedS: number): string {
  const total = Math.round(elapsedS);
  const two = (n: number) => String(n).padStart(2, '0');
  const [hours, minutes, seconds] = [
    Math.floor(total / 3600),
    Math.floor((total % 3600) / 60),
    total % 60,
  ];
  if (hours > 0) {
    const past =
      seconds > 0 ? `${two(minutes)}m${two(seconds)}s` : minutes > 0 ? `${two(minutes)}m` : '';
    return `${hours}h${past}`;
  }
  if (minutes === 0) return seconds === 0 ? '0' : `${seconds}s`;
  return seconds === 0 ? `${minutes}m` : `${minutes}m${two(seconds)}s`;
}

/** `closedByTarget` -> `closed by target`, `http503` -> `http 503`. */
export const words = (name: string): string =>
  name.replace(/([a-z])([A-Z0-9])/g, (_, before: string, after: string) => {
    return `${before} ${after.toLowerCase()}`;
  });

/** `0m41s to 1m30s`, or `at 0m41s`. */
export function span(fromS: number, toS: number): string {
  const [from, to] = [formatClock(fromS), formatClock(toS)];
  return from === to ? `at ${from}` : `${from} to ${to}`;
}

/** A percentile on an axis of what lies above it: 1 -> `0 %`, 10 -> `90 %`, 1000 -> `99.9 %`. */
export const percentileTick = (onceIn: number): string =>
  `${Number((100 * (1 - 1 / onceIn)).toPrecision(12))} %`;
