/** Numbers with their units, for findings. A space separates thousands. */

export const whole = (n: number): string => grouped(Math.round(n).toString());

/** Two significant digits below 10 %, whole above. */
export function percent(share: number): string {
  const value = share * 100;
  return `${value >= 9.95 ? Math.round(value) : Number(value.toPrecision(2))} %`;
}

/** Two significant digits below 10 ms, whole above. */
export function milliseconds(ms: number): string {
  return `${ms >= 9.95 ? whole(ms) : Number(ms.toPrecision(2))} ms`;
}

export const seconds = (s: number): string =>
  `${s >= 9.95 ? whole(s) : Number(s.toPrecision(2))} s`;

export const megabytes = (bytes: number): string => `${whole(bytes / 1e6)} MB`;

/** Two significant digits: 21 437 -> `21 000`. */
export const about = (n: number): string => whole(Number(n.toPrecision(2)));

const grouped = (digits: string) => digits.replace(/\B(?=(\d{3})+$)/g, ' ');
