import { describe, expect, test } from 'vitest';
import { STAGE_OTHER, STAGE_STEADY } from '../../src/snapshot/layout.ts';
import { thresholdEvaluator } from '../../src/thresholds/evaluate.ts';
import type { Threshold, ThresholdResult } from '../../src/thresholds/types.ts';
import { type SecondFiller, secondFiller, threshold } from './fixture.ts';

type Fill = (second: SecondFiller, n: number) => void;

/** A ramp of 2 s and a steady stage of 10 s, whose seconds a test fills. */
function run(thresholds: readonly Threshold[], fill: Fill) {
  const evaluator = thresholdEvaluator({
    ...{ thresholds, fleets: ['a'], chargers: 5, steadyFromS: 2 },
  });
  let aborted: ThresholdResult | null = null;
  for (let n = 0; n < 14; n++) {
    const second = secondFiller();
    fill(second, n);
    // As the main thread reads them: a moment late.
    const [fromS, toS] = [n === 0 ? 0 : n + 0.03, n + 1.03];
    const stage = n < 2 ? 'ramp' : n >= 12 || aborted !== null ? 'drain' : 'steady';
    const drains = toS >= 12 || aborted !== null;
    const failed = evaluator.add({ fromS, toS, stage, drains, delta: second.delta() });
    if (failed === null) continue;
    expect(aborted).toBe(null);
    aborted = failed;
  }
  return { aborted: aborted as ThresholdResult | null, results: evaluator.results(10) };
}

const heartbeat = (second: SecondFiller, n: number, ms: number, count = 1) =>
  second.answered(n >= 2 && n < 12 ? STAGE_STEADY : STAGE_OTHER, 'Heartbeat', ms, count);

const one = (each: Threshold, fill: Fill) => run([each], fill).results[0];

describe('at the end', () => {
  test('a threshold is measured over the steady stage', () => {
    const results = run(
      [
        threshold('ocpp_call_duration', 'max<5'),
        threshold('ocpp_call_duration', 'max<=4'),
        threshold('ocpp_calls', 'count==10'),
        threshold('ocpp_calls', 'rate==1'),
      ],
      // Slow in ramp and drain, which count for nothing.
      (second, n) => heartbeat(second, n, n < 2 || n >= 12 ? 900 : n < 7 ? 1 : 4),
    ).results;
    expect(results.map(({ passed, measured }) => [passed, measured])).toEqual([
      [true, 4.001],
      [false, 4.001],
      [true, 10],
      [true, 1],
    ]);
    for (const each of results) expect(each).toMatchObject({ atS: null, aborted: false });
  });

  test('the rate of what belongs to the whole run is of all its time', () => {
    const connects = threshold('ocpp_connects', 'rate>0');
    const { measured } = one(connects, (second) => {
      second.count('connectsAttempted', 3);
    });
    expect(measured).toBeCloseTo((3 * 14) / 14.03);
  });

  test('nothing measured fails', () => {
    const results = run(
      [
        threshold('ocpp_call_duration', 'p(99)<500'),
        threshold('ocpp_call_failed', 'rate<0.01'),
        threshold('ocpp_call_duration', 'max<5', { windowNs: 3e9 }),
        threshold('ocpp_calls', 'count<1'),
      ],
      () => {},
    ).results;
    expect(results.map(({ passed, measured }) => [passed, measured])).toEqual([
      [false, null],
      [false, null],
      [false, null],
      [true, 0],
    ]);
  });

  test('a gauge is what it was before the drain, one of the whole run what it is at last', () => {
    const results = run(
      [threshold('ocpp_chargers_connected', 'value>0'), threshold('ocpp_ledger_queued', 'value<1')],
      (second, n) => {
        // 0, 1, 2, ... connected until the last second of the stage, in which all leave.
        second.count('connected', n === 0 ? 0 : n < 11 ? 1 : n === 11 ? -10 : 0);
        second.count('ledgerQueued', n === 0 ? 13 : -1);
      },
    ).results;
    expect(results.map(({ passed, measured }) => [passed, measured])).toEqual([
      [true, 10],
      [true, 0],
    ]);
  });
});

describe('with a window', () => {
  test('a stall that the whole stage hides is found, and when', () => {
    const stall = (second: SecondFiller, n: number) =>
      heartbeat(second, n, n >= 5 && n < 8 ? 9 : 1);
    expect(one(threshold('ocpp_call_duration', 'med<5'), stall).passed).toBe(true);
    const found = one(threshold('ocpp_call_duration', 'med<5', { windowNs: 3e9 }), stall);
    expect(found).toMatchObject({ passed: false, measured: 9.007, aborted: false });
    expect(found.atS).toBeCloseTo(7.03);
  });

  test('as long as the stage there is one', () => {
    const whole = threshold('ocpp_calls', 'count==10', { windowNs: 10e9 });
    expect(one(whole, (second, n) => heartbeat(second, n, 1))).toMatchObject({
      passed: true,
      measured: 10,
    });
  });

  test('neither ramp nor drain are in it', () => {
    const window = threshold('ocpp_bytes_sent', 'count<=30', { windowNs: 3e9 });
    const found = one(window, (second, n) => {
      second.count('bytesSent', n < 2 || n >= 12 ? 1000 : 10);
    });
    expect(found).toMatchObject({ passed: true, measured: 30 });
  });

  test('windows in which nothing happened are passed over', () => {
    const window = threshold('ocpp_call_failed', 'rate<0.1', { windowNs: 2e9 });
    const found = one(window, (second, n) => {
      if (n === 5) second.calls(STAGE_STEADY, 'Heartbeat', { sent: 4, answered: 4 });
    });
    expect(found).toMatchObject({ passed: true, measured: 0 });
  });
});

describe('abortOnFail', () => {
  const abort = { abortOnFail: true };

  test('ends the run in the second in which it does not hold, and stays failed', () => {
    const max = threshold('ocpp_call_duration', 'p(50)<5', abort);
    const { aborted, results } = run([max], (second, n) => {
      heartbeat(second, n, n === 2 ? 9 : 1, n === 2 ? 20 : 100);
    });
    expect(aborted).toMatchObject({ passed: false, measured: 9.007, aborted: true });
    expect(aborted?.atS).toBeCloseTo(3.03);
    // What came after it would have let it pass.
    expect(results).toEqual([aborted]);
  });

  test('waits for delayAbortEval, counted from the stage that it looks at', () => {
    const early = threshold('ocpp_call_duration', 'max<5', { ...abort, delayAbortEvalNs: 4e9 });
    const { aborted } = run([early], (second, n) => heartbeat(second, n, 9));
    expect(aborted?.atS).toBeCloseTo(6.03);
  });

  test('of what belongs to the whole run is looked at in the ramp, too', () => {
    const refused = threshold('ocpp_connects', 'count<2', abort);
    const { aborted } = run([refused], (second) => {
      second.count('connectsAttempted', 1);
    });
    expect(aborted?.atS).toBeCloseTo(2.03);
  });

  test('holds its fire where nothing was measured, and in the drain', () => {
    const silent = threshold('ocpp_call_duration', 'max<5', abort);
    expect(run([silent], () => {}).aborted).toBe(null);
    const late = run([silent], (second, n) => {
      if (n === 12) second.answered(STAGE_STEADY, 'Heartbeat', 9);
    });
    expect(late.aborted).toBe(null);
    expect(late.results[0].passed).toBe(false);
  });

  test('looks at windows and gauges, too; the first to fail ends the run', () => {
    const { aborted, results } = run(
      [
        threshold('ocpp_chargers_connected', 'value>=5', { ...abort, delayAbortEvalNs: 5e9 }),
        threshold('ocpp_call_duration', 'max<5', { ...abort, windowNs: 3e9 }),
      ],
      (second, n) => heartbeat(second, n, 9),
    );
    expect(aborted?.threshold.metric).toBe('ocpp_call_duration');
    expect(aborted?.atS).toBeCloseTo(5.03);
    expect(results.map((each) => each.aborted)).toEqual([false, true]);
  });
});
