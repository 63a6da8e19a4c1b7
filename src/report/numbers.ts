/** Numbers as people read them. A space separates thousands; units are named by the caller. */
export function formatCount(n: number): string {
  return String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** Milliseconds: two decimals below 1, one below 100, then none. */
export function formatMs(ms: number): string {
  if (ms === 0) return '0';
  return decimals(ms, ms < 0.995 ? 2 : ms < 99.95 ? 1 : 0);
}

/** A rate: two decimals below 1, one below 1 000, then none. */
export function formatRate(perS: number): string {
  if (perS === 0) return '0';
  return decimals(perS, perS < 0.995 ? 2 : perS < 999.95 ? 1 : 0);
}

/** 6 900 -> `6.9 kB`; powers of 1 000. */
export function formatBytes(bytes: number): string {
  const sign = bytes < 0 ? '-' : '';
  let value = Math.abs(bytes);
  for (const unit of ['B', 'kB', 'MB', 'GB']) {
    if (value < 999.5 || unit === 'GB') {
      return `${sign}${decimals(value, unit === 'B' || value >= 9.95 ? 0 : 1)} ${unit}`;
    }
    value /= 1000;
  }
  return '';
}

/** Where a clock stands: 20 -> `0m20s`, 3 723 -> `1h02m03s`. */
export function formatClock(elapsedS: number): string {
  const total = Math.max(0, Math.floor(elapsedS));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const seconds = two(total % 60);
  return hours > 0 ? `${hours}h${two(minutes)}m${seconds}s` : `${minutes}m${seconds}s`;
}

/** `1 fleet`, `2 fleets`. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${formatCount(n)} ${n === 1 ? one : many}`;
}

function decimals(value: number, digits: number): string {
  const [whole, fraction] = value.toFixed(digits).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ' ');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
