/** Pictures of one line, made of characters. */

/** Parts of 1, each with its character. */
export type Shares = readonly (readonly [share: number, character: string])[];

/** The shares one after another; the rest of the bar is `░`. */
export function bar(width: number, shares: Shares): string {
  let text = '';
  let sum = 0;
  for (const [share, character] of shares) {
    sum = Math.min(1, sum + Math.max(0, share));
    text += character.repeat(Math.max(0, Math.floor(sum * width + 1e-9) - text.length));
  }
  return text.padEnd(width, '░');
}

const LEVELS = '▁▂▃▄▅▆▇█';

/** The last `width` values between 0 and the highest of them; null leaves a gap. */
export function sparkline(values: readonly (number | null)[], width: number): string {
  const shown = values.slice(-width);
  const highest = Math.max(...shown.map((value) => value ?? 0), Number.MIN_VALUE);
  const level = (value: number) =>
    LEVELS[Math.max(0, Math.ceil((value / highest) * LEVELS.length) - 1)];
  return shown
    .map((value) => (value === null ? ' ' : level(value)))
    .join('')
    .padStart(width);
}
