/** The cells of the heat map: how many answers took how long, when. */
import { heatFromMs } from '../view/heat-scale.ts';
import type { Point } from '../view/point.ts';

export interface Cell {
  readonly fromS: number;
  readonly toS: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Answers a second. */
  readonly perS: number;
  /** 0 to 1, by the logarithm of it: a single answer is seen beside a thousand. */
  readonly weight: number;
}

export function cellsOf(points: readonly Point[]): Cell[] {
  const cells = points.flatMap(({ fromS, toS, heat }) => {
    const seconds = Math.max(toS - fromS, 1e-3);
    return Array.from({ length: heat.length / 2 }, (_, i) => {
      const bucket = heat[2 * i];
      return {
        ...{ fromS, toS, fromMs: heatFromMs(bucket), toMs: heatFromMs(bucket + 1) },
        perS: heat[2 * i + 1] / seconds,
      };
    });
  });
  const [least, most] = cells.reduce(
    ([low, high], { perS }) => [Math.min(low, perS), Math.max(high, perS)],
    [Number.POSITIVE_INFINITY, 0],
  );
  const range = Math.log(most / least);
  return cells.map((cell) => ({
    ...cell,
    weight: range > 0 ? Math.log(cell.perS / least) / range : 1,
  }));
}
