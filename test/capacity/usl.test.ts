import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitUsl, judgeUsl, type UslPoint, uslPeak, uslThroughput } from '../../src/capacity/usl.ts';

const pointsOf = (pairs: readonly (readonly [number, number])[]): UslPoint[] =>
  pairs.map(([n, x]) => ({ n, x }));

/**
 * Data and coefficients as the R package `usl` (Moeding) publishes them: alpha, beta and gamma of
 * its README and vignette are our sigma, kappa and lambda.
 */
const SPEC_SDM91 = pointsOf([
  [1, 64.9],
  [18, 995.9],
  [36, 1652.4],
  [72, 1853.2],
  [108, 1828.9],
  [144, 1775.0],
  [216, 1702.2],
]);
const RAYTRACER = pointsOf([
  [1, 20],
  [4, 78],
  [8, 130],
  [12, 170],
  [16, 190],
  [20, 200],
  [24, 210],
  [28, 230],
  [32, 260],
  [48, 280],
  [64, 310],
]);

describe('published fits', () => {
  test('SPEC SDM91 on a SPARCcenter 2000', () => {
    const model = fitUsl(SPEC_SDM91);
    expect(model.sigma).toBeCloseTo(0.0277285, 6);
    expect(model.kappa).toBeCloseTo(0.0001044, 7);
    expect(model.lambda).toBeCloseTo(89.995233, 3);
    expect(uslPeak(model)).toBeCloseTo(96.5, 1);
  });

  test('a raytracer, which never falls: kappa is 0, at its bound', () => {
    const model = fitUsl(RAYTRACER);
    expect(model.sigma).toBeCloseTo(0.057771, 5);
    expect(model.kappa).toBe(0);
    expect(model.lambda).toBeCloseTo(21.848843, 3);
    expect(uslPeak(model)).toBe(Number.POSITIVE_INFINITY);
  });
});

const parameters = fc.record({
  lambda: fc.double({ min: 0.1, max: 1000, noNaN: true }),
  sigma: fc.double({ min: 0, max: 0.5, noNaN: true }),
  kappa: fc.double({ min: 0, max: 0.01, noNaN: true }),
});

test('finds the law that made the points, whatever the unit of the load', () => {
  fc.assert(
    fc.property(parameters, (model) => {
      const points = [1, 2, 5, 10, 20, 40, 80].map((n) => ({ n, x: uslThroughput(model, n) }));
      const found = fitUsl(points);
      for (const { n, x } of points) expect(uslThroughput(found, n) / x).toBeCloseTo(1, 2);
    }),
  );
  const points = [1, 2, 4, 8, 16, 32].map((k) => ({
    n: 1000 * k,
    x: uslThroughput({ lambda: 0.4, sigma: 1e-5, kappa: 1e-9 }, 1000 * k),
  }));
  expect(uslPeak(fitUsl(points)) / Math.sqrt((1 - 1e-5) / 1e-9)).toBeCloseTo(1, 2);
});

describe('a judgement', () => {
  test('has intervals that hold what was published', () => {
    const fit = judgeUsl(SPEC_SDM91);
    expect(fit?.doubt).toBeNull();
    expect(fit?.r2).toBeGreaterThan(0.98);
    const [low, high] = fit?.intervals.sigma ?? [];
    // Their standard error is 0.0091.
    expect(low).toBeLessThan(0.0277285 - 0.005);
    expect(high).toBeGreaterThan(0.0277285 + 0.005);
    expect(judgeUsl(SPEC_SDM91)).toEqual(fit);
  });

  test('doubts what is a straight line, what is noise, and what is little', () => {
    const line = [1, 2, 3, 4, 5, 6].map((k) => ({ n: 100 * k, x: 40 * k + (k % 2 ? 0.2 : -0.2) }));
    expect(judgeUsl(line)?.doubt).toMatch('in proportion');
    const noise = [5, 90, 20, 70, 10, 80].map((x, i) => ({ n: i + 1, x }));
    expect(judgeUsl(noise)?.doubt).toMatch(/does not follow .* \(R² is 0\.\d\d, 0\.90 would/);
    expect(judgeUsl(SPEC_SDM91.slice(0, 4))?.doubt).toBe(
      '4 loads are too few for three parameters',
    );
    expect(judgeUsl(SPEC_SDM91.slice(0, 2))).toBeNull();
  });
});
