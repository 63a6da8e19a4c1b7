/** The seconds of a forecast as lines of a terminal. */
import { type Bins, callsOf, columnOf } from '../forecast/bins.ts';
import { sparkline } from './live/bars.ts';
import { type Look, paint } from './look.ts';
import { formatBytes, formatClock, formatCount } from './numbers.ts';

const WIDEST = 72;
const LABEL = 18;
/** For the figure to the right. */
const FIGURE = 14;

/** Each column shows its highest second, so that no storm is lost between two of them. */
export function chartLines(bins: Bins, look: Look): string[] {
  if (bins.seconds < 2) return [];
  const width = Math.min(WIDEST, look.width - LABEL - FIGURE, bins.seconds);
  const bytes = (n: number) => formatBytes(n);
  const rows: [string, Float64Array, (n: number) => string][] = [
    ['CALLs/s', callsOf(bins), formatCount],
    ['connects/s', columnOf(bins, 'connects'), formatCount],
    ['connected', columnOf(bins, 'connected'), formatCount],
    ['charging', columnOf(bins, 'charging'), formatCount],
    ['bytes/s up', columnOf(bins, 'bytesUp'), bytes],
    ['bytes/s down', columnOf(bins, 'bytesDown'), bytes],
  ];
  const [from, to] = [formatClock(0), formatClock(bins.seconds)];
  const hasRoom = width > from.length + to.length;
  const axis = hasRoom ? from + to.padStart(width - from.length) : to.padStart(width);
  const head = `${'OVER TIME'.padEnd(LABEL - 2)}${axis}`;
  const gap = ' '.repeat(Math.max(2, 4 + width - axis.length));
  return [
    `  ${paint(look, 'bold', 'OVER TIME')}${head.slice('OVER TIME'.length)}${gap}at most`,
    ...rows.map(([name, values, format]) => {
      const highest = columnsOf(values, width);
      const label = `    ${name}`.padEnd(LABEL);
      return `${label}${sparkline(highest, width)}    ${format(Math.max(...highest))}`;
    }),
  ];
}

function columnsOf(values: Float64Array, width: number): number[] {
  return Array.from({ length: width }, (_, column) => {
    const from = Math.floor((column * values.length) / width);
    const to = Math.floor(((column + 1) * values.length) / width);
    return values.subarray(from, to).reduce((most, value) => Math.max(most, value), 0);
  });
}
