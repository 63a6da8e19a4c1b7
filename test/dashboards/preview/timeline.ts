/** What held when, as bars. */
import type { FieldDefaults } from '../reading.ts';
import type { Line } from './data.ts';
import { BOTTOM, type Box, NO_DATA, type Span, svg, timeAxis, WIDE_LEFT, xOf } from './frame.ts';
import { colourOf, escapeText, stateOf } from './look.ts';

export function drawTimeline(
  lines: readonly Line[],
  defaults: FieldDefaults,
  span: Span,
  whole: Box,
): string {
  if (lines.length === 0) return NO_DATA;
  const x = xOf(span, whole, WIDE_LEFT);
  const pitch = Math.min(30, (whole.height - BOTTOM) / lines.length);
  const box = { ...whole, height: Math.ceil(pitch * lines.length + BOTTOM) };
  const bars = lines.flatMap((line, row) => {
    const y = row * pitch;
    const name = escapeText(line.name.slice(0, 13));
    const place = `x="${WIDE_LEFT - 6}" y="${y + pitch / 2 + 3}" text-anchor="end"`;
    return [
      `<text ${place}>${name}</text>`,
      ...segmentsOf(line).map((segment) => bar(segment, y, pitch)),
    ];
  });
  function bar({ value, fromS, toS }: Segment, y: number, height: number): string {
    const state = stateOf(value, defaults);
    const width = Math.max(1, x(toS) - x(fromS));
    const text = state?.text ?? String(value);
    const label =
      width > text.length * 6.5
        ? `<text x="${x(fromS) + 4}" y="${y + height / 2 + 3}" class="on">${text}</text>`
        : '';
    const fill = colourOf(state?.color ?? 'text');
    return (
      `<rect x="${x(fromS).toFixed(1)}" y="${(y + 1).toFixed(1)}" width="${width.toFixed(1)}" ` +
      `height="${(height - 2).toFixed(1)}" fill="${fill}" fill-opacity="0.75"/>${label}`
    );
  }
  return svg(box, bars.join('') + timeAxis(span, box, WIDE_LEFT));
}

interface Segment {
  readonly value: number;
  readonly fromS: number;
  readonly toS: number;
}

function segmentsOf({ points }: Line): Segment[] {
  const segments: Segment[] = [];
  for (const { atS, value } of points) {
    const last = segments.at(-1);
    if (last?.value === value && last.toS >= atS)
      segments[segments.length - 1] = { ...last, toS: atS + 1 };
    else segments.push({ value, fromS: atS, toS: atS + 1 });
  }
  return segments;
}
