/** The ways in which central systems write times. */

export const TIME_STYLES = [
  'Z', // 2026-01-02T03:04:05.678Z
  'offset', // 2026-01-02T03:04:05.678+00:00
  'micros', // 2026-01-02T03:04:05.678000Z
  'noZone', // 2026-01-02T03:04:05.678
  'notIso', // 02.01.2026 03:04:05
  'missing', // no currentTime at all
] as const;
export type TimeStyle = (typeof TIME_STYLES)[number];

export function timeText(style: TimeStyle, ms: number): string {
  const iso = new Date(ms).toISOString();
  switch (style) {
    case 'Z':
    case 'missing':
      return iso;
    case 'offset':
      return iso.replace('Z', '+00:00');
    case 'micros':
      return iso.replace('Z', '000Z');
    case 'noZone':
      return iso.slice(0, -1);
    case 'notIso': {
      const [year, month, day] = iso.slice(0, 10).split('-');
      return `${day}.${month}.${year} ${iso.slice(11, 19)}`;
    }
  }
}
