/**
 * The Universal Scalability Law (Gunther 1993, 2007): X(N) = lambda N / (1 + sigma (N - 1) +
 * kappa N (N - 1)). sigma is contention (work that waits for its turn), kappa coherency (work that
 * makes other work: it is what lets throughput fall again).
 */
import { randomStream } from '../base/random.ts';

export interface UslPoint {
  /** Load: chargers, or a rate. Above 0. */
  readonly n: number;
  /** Throughput at it, CALLs/s. */
  readonly x: number;
}

export interface UslModel {
  /** Throughput of one, where nothing waits. */
  readonly lambda: number;
  readonly sigma: number;
  readonly kappa: number;
}

export function uslThroughput({ lambda, sigma, kappa }: UslModel, n: number): number {
  return (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1));
}

/** Throughput at `n` as a share of what it would be if nothing waited. */
export const efficiencyAt = (model: UslModel, n: number): number =>
  uslThroughput(model, n) / (model.lambda * n);

/** The load of the highest throughput; Infinity: it only ever rises. */
export const uslPeak = ({ sigma, kappa }: UslModel): number =>
  kappa > 0 ? Math.sqrt(Math.max(0, 1 - sigma) / kappa) : Number.POSITIVE_INFINITY;

type Name = keyof UslModel;

/** As they stand in the formula. */
type Parameters = readonly [lambda: number, sigma: number, kappa: number];
type Place = 0 | 1 | 2;

const modelOf = ([lambda, sigma, kappa]: Parameters): UslModel => ({ lambda, sigma, kappa });

/**
 * Least squares with sigma and kappa of at least 0: the best of the fits in which each of the two
 * is free or 0. Three points at least, not all of one load.
 */
export function fitUsl(points: readonly UslPoint[]): UslModel {
  const frees: readonly (readonly Place[])[] = [[0, 1, 2], [0, 1], [0, 2], [0]];
  const fits = frees.map((free) => descend(points, startOf(points), free));
  const allowed = fits.filter(([, sigma, kappa]) => sigma >= 0 && kappa >= 0);
  return modelOf(allowed.reduce((a, b) => (squares(points, b) < squares(points, a) ? b : a)));
}

/** As if nothing waited at the load that is served best. */
function startOf(points: readonly UslPoint[]): Parameters {
  return [Math.max(Number.MIN_VALUE, ...points.map(({ n, x }) => x / n)), 0, 0];
}

function squares(points: readonly UslPoint[], fit: Parameters): number {
  return points.reduce((sum, { n, x }) => sum + (x - uslThroughput(modelOf(fit), n)) ** 2, 0);
}

const MOST_STEPS = 200;
const STILL = 1e-12;

/** Levenberg and Marquardt's method over the parameters that are free. */
function descend(
  points: readonly UslPoint[],
  start: Parameters,
  free: readonly Place[],
): Parameters {
  let fit = start;
  let error = squares(points, fit);
  let damping = 1e-3;
  for (let step = 0; step < MOST_STEPS && damping < 1e12; step++) {
    const next = stepFrom(fit, points, free, damping);
    const nextError = next === null ? Number.POSITIVE_INFINITY : squares(points, next);
    if (next === null || !(nextError < error)) {
      damping *= 4;
      continue;
    }
    const isStill = error - nextError <= STILL * error;
    [fit, error, damping] = [next, nextError, damping / 3];
    if (isStill) break;
  }
  return fit;
}

/**
 * null: the step leads to where there is no curve. Damping in proportion to the diagonal makes it
 * the same step in any unit of the load.
 */
function stepFrom(
  fit: Parameters,
  points: readonly UslPoint[],
  free: readonly Place[],
  damping: number,
): Parameters | null {
  const matrix = free.map(() => free.map(() => 0));
  const right = free.map(() => 0);
  for (const { n, x } of points) {
    const slopes = slopesAt(fit, n);
    const left = x - uslThroughput(modelOf(fit), n);
    free.forEach((place, i) => {
      right[i] += slopes[place] * left;
      free.forEach((other, j) => {
        matrix[i][j] += slopes[place] * slopes[other];
      });
    });
  }
  free.forEach((_, i) => {
    matrix[i][i] *= 1 + damping;
  });
  const change = solve(matrix, right);
  const next: [number, number, number] = [...fit];
  free.forEach((place, i) => {
    next[place] += change[i];
  });
  const isCurve = next.every(Number.isFinite) && points.every(({ n }) => divisorOf(next, n) > 0);
  return isCurve ? next : null;
}

/** What the formula divides by. */
const divisorOf = ([, sigma, kappa]: Parameters, n: number) =>
  1 + sigma * (n - 1) + kappa * n * (n - 1);

function slopesAt(fit: Parameters, n: number): Parameters {
  const below = divisorOf(fit, n);
  const perBelow = (-fit[0] * n) / below ** 2;
  return [n / below, perBelow * (n - 1), perBelow * n * (n - 1)];
}

/** Gauss's elimination with pivots; NaN where there is no one solution. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]]);
  const size = rows.length;
  for (let k = 0; k < size; k++) {
    const pivot = rows.slice(k).reduce((a, b) => (Math.abs(b[k]) > Math.abs(a[k]) ? b : a));
    rows[rows.indexOf(pivot)] = rows[k];
    rows[k] = pivot;
    for (const row of rows.slice(k + 1)) {
      const factor = row[k] / pivot[k];
      for (let j = k; j <= size; j++) row[j] -= factor * pivot[j];
    }
  }
  const found = new Array<number>(size).fill(0);
  for (let k = size - 1; k >= 0; k--) {
    const known = rows[k].slice(k + 1, size).reduce((sum, v, j) => sum + v * found[k + 1 + j], 0);
    found[k] = (rows[k][size] - known) / rows[k][k];
  }
  return found;
}

export type Interval = readonly [low: number, high: number];

export interface UslFit {
  readonly model: UslModel;
  /** 95 % each, from fits to resampled residuals; the efficiency is that at the largest load. */
  readonly intervals: Readonly<Record<Name | 'peak' | 'efficiency', Interval>>;
  /** Share of the variance that the curve explains. */
  readonly r2: number;
  /** Why the law says nothing here, a sentence; null: it does. */
  readonly doubt: string | null;
}

const DRAWS = 1_000;
const FEWEST_POINTS = 5;
const LEAST_R2 = 0.9;
/** Nearer to proportion than this, contention cannot be told from noise. */
const LINEAR = 0.97;

/** @returns null for fewer than three different loads. */
export function judgeUsl(points: readonly UslPoint[], seed = 1): UslFit | null {
  const loads = new Set(points.map(({ n }) => n));
  if (loads.size < 3) return null;
  const most = Math.max(...loads);
  const model = fitUsl(points);
  const drawn = resampled(points, model, seed).map(fitUsl);
  const interval = (read: (each: UslModel) => number): Interval => {
    const sorted = drawn.map(read).sort((a, b) => a - b);
    return [sorted[Math.floor(0.025 * DRAWS)], sorted[Math.ceil(0.975 * DRAWS) - 1]];
  };
  const intervals = {
    lambda: interval(({ lambda }) => lambda),
    sigma: interval(({ sigma }) => sigma),
    kappa: interval(({ kappa }) => kappa),
    peak: interval(uslPeak),
    efficiency: interval((each) => efficiencyAt(each, most)),
  };
  const r2 = explained(points, model);
  return { model, intervals, r2, doubt: doubtOf({ count: loads.size, r2, intervals, most }) };
}

/** Residuals about the fit, drawn anew for each point: what the same loads might have given. */
function resampled(points: readonly UslPoint[], model: UslModel, seed: number): UslPoint[][] {
  const random = randomStream(seed);
  // Three parameters take up what the residuals would have shown.
  const widen = Math.sqrt(points.length / Math.max(1, points.length - 3));
  const residuals = points.map(({ n, x }) => (x - uslThroughput(model, n)) * widen);
  return Array.from({ length: DRAWS }, () =>
    points.map(({ n }) => {
      const residual = residuals[Math.floor(random() * residuals.length)];
      return { n, x: Math.max(0, uslThroughput(model, n) + residual) };
    }),
  );
}

function explained(points: readonly UslPoint[], model: UslModel): number {
  const mean = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const all = points.reduce((sum, { x }) => sum + (x - mean) ** 2, 0);
  const left = points.reduce((sum, { n, x }) => sum + (x - uslThroughput(model, n)) ** 2, 0);
  return all > 0 ? 1 - left / all : 0;
}

interface Evidence extends Pick<UslFit, 'r2' | 'intervals'> {
  /** Different loads, and the largest. */
  readonly count: number;
  readonly most: number;
}

function doubtOf({ count, r2, intervals, most }: Evidence): string | null {
  if (count < FEWEST_POINTS) return `${count} loads are too few for three parameters`;
  if (r2 < LEAST_R2) {
    const fit = `R² is ${r2.toFixed(2)}, ${LEAST_R2.toFixed(2)} would be enough`;
    return `the throughput that was measured does not follow a curve of this law (${fit})`;
  }
  const { peak, efficiency } = intervals;
  if (efficiency[1] > LINEAR) {
    return 'throughput rises in proportion to load as far as it was measured';
  }
  if (peak[1] / peak[0] > 4 || peak[0] > 4 * most) {
    return 'the peak lies too far beyond what was measured to be told';
  }
  return null;
}
