import { describe, expect, test } from 'vitest';
import { DEFAULT_OPTIONS, decide } from '../../src/compare/decide.ts';
import { noisy, share, time } from './numbers.ts';

const PAIRS = { ...DEFAULT_OPTIONS, design: 'pairs' } as const;
const RUNS = { ...DEFAULT_OPTIONS, design: 'runs' } as const;

const zeros = (count: number) => new Array<number>(count).fill(0);
const times = (values: readonly number[], factor: number) => values.map((x) => x * factor);

describe('three answers', () => {
  const base = noisy(10, 40, 0.02, 1);

  test('a regression: above the margin', () => {
    const { answer, primary } = decide([time('a', base, times(base, 1.16))], [], PAIRS);
    expect(answer).toBe('regression');
    expect(primary[0]).toMatchObject({ answer: 'worse', worseP: 1 / 1024 });
    expect(primary[0].change).toBeCloseTo(0.16, 12);
  });

  test('no regression: below the margin, though surely slower', () => {
    const { answer, primary } = decide([time('a', base, times(base, 1.03))], [], PAIRS);
    expect(answer).toBe('noRegression');
    expect(primary[0]).toMatchObject({ answer: 'unchanged', unchangedP: 1 / 1024 });
    expect(primary[0].low).toBeGreaterThan(0);
  });

  test('inconclusive: near the margin', () => {
    const next = noisy(10, 42, 0.02, 2);
    expect(decide([time('a', base, next)], [], PAIRS).answer).toBe('inconclusive');
  });

  test('one that is worse decides, whatever the others are', () => {
    const metrics = [time('a', base, times(base, 1.16)), time('b', base, noisy(10, 42, 0.1, 3))];
    expect(decide(metrics, [], PAIRS).answer).toBe('regression');
  });

  test('one that is open leaves it open', () => {
    const metrics = [time('a', base, base), time('b', base, noisy(10, 42, 0.02, 2))];
    expect(decide(metrics, [], PAIRS).answer).toBe('inconclusive');
  });

  test('what is for information decides nothing', () => {
    const worse = time('b', base, times(base, 2));
    const { answer, information } = decide([time('a', base, base)], [worse], PAIRS);
    expect(answer).toBe('noRegression');
    expect(information[0].answer).toBe('worse');
  });
});

describe('false discoveries', () => {
  const base = noisy(7, 40, 0.01, 1);
  const worse = time('w', base, times(base, 1.3));
  const same = time('s', base, base);

  test('1 / 128 is enough for one metric, not for one of four', () => {
    expect(decide([worse], [], PAIRS).answer).toBe('regression');
    const { answer, primary } = decide([worse, same, same, same], [], PAIRS);
    expect(answer).toBe('inconclusive');
    expect(primary[0].adjustedWorseP).toBeCloseTo(4 / 128, 12);
  });

  test('when all four move it is', () => {
    expect(decide([worse, worse, worse, worse], [], PAIRS).answer).toBe('regression');
  });
});

describe('shares', () => {
  test('none failed on either side: no regression from 5 pairs on', () => {
    const failed = (n: number) => share('failed share', zeros(n), zeros(n));
    expect(decide([failed(5)], [], PAIRS).answer).toBe('noRegression');
    expect(decide([failed(4)], [], PAIRS).answer).toBe('inconclusive');
  });

  test('differences count, from 0 on, too', () => {
    const { answer, primary } = decide(
      [share('failed share', zeros(8), zeros(8).fill(0.01))],
      [],
      PAIRS,
    );
    expect(answer).toBe('regression');
    expect(primary[0]).toMatchObject({ change: 0.01, base: 0, next: 0.01 });
  });
});

describe('independent runs', () => {
  test('are compared without pairing, in unlike numbers', () => {
    const { answer, counts } = decide(
      [time('a', noisy(6, 40, 0.02, 1), noisy(8, 48, 0.02, 2))],
      [],
      RUNS,
    );
    expect({ answer, counts }).toEqual({ answer: 'regression', counts: [6, 8] });
  });
});

describe('how many runs it takes', () => {
  const metrics = (n: number) =>
    Array.from({ length: 4 }, (_, i) =>
      time(String(i), noisy(n, 40, 0.1, 1), noisy(n, 40, 0.1, 2)),
    );

  test.each([
    [3, { neededForOne: 9, neededForAll: 7, neededForUnchanged: 5 }],
    [5, { neededForOne: 9, neededForAll: 7, neededForUnchanged: null }],
    [8, { neededForOne: 9, neededForAll: null, neededForUnchanged: null }],
    [9, { neededForOne: null, neededForAll: null, neededForUnchanged: null }],
  ])('%d pairs', (n, needed) => {
    expect(decide(metrics(n), [], PAIRS).reach).toEqual({ smallestP: 2 ** -n, ...needed });
  });

  test('4 runs on each side', () => {
    expect(decide(metrics(4), [], RUNS).reach).toEqual({
      ...{ smallestP: 1 / 70, neededForOne: 6, neededForAll: 5, neededForUnchanged: null },
    });
  });
});

test('the same figures give the same answer', () => {
  const metric = time('a', noisy(24, 40, 0.1, 1), noisy(24, 44, 0.1, 2));
  for (const design of ['pairs', 'runs', 'blocks'] as const) {
    const options = { ...DEFAULT_OPTIONS, design };
    expect(decide([metric], [], options)).toEqual(decide([metric], [], options));
  }
});
