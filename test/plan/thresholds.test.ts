import { expect, test } from 'vitest';
import { compilePlan } from '../../src/plan/compile.ts';
import { allAtOnce } from '../../src/scenario/connect.ts';
import { threshold } from '../report/judged.ts';
import { goodScenario, mistakeOf } from '../scenario/fixture.ts';

const planOf = (thresholds: object) =>
  compilePlan(goodScenario({ thresholds }, { connect: allAtOnce() }), {
    ...{ name: 'a.ts', file: null, seed: 1 },
  });

test('thresholds become plain data, in their order', () => {
  const plan = planOf({
    ' ocpp_call_duration{ action:BootNotification}': ['p(99) < 500'],
    ocpp_call_failed: [
      'rate<0.01',
      {
        ...{ threshold: 'rate<0.05', window: '30s' },
        ...{ abortOnFail: true, delayAbortEval: '10s' },
      },
    ],
  });
  const { thresholds } = plan;
  expect(thresholds[0]).toEqual(
    threshold({
      selector: 'ocpp_call_duration{ action:BootNotification}',
      expression: 'p(99) < 500',
    }),
  );
  expect(thresholds.slice(1).map(({ expression }) => expression)).toEqual([
    ...['rate<0.01', 'rate<0.05'],
  ]);
  expect(thresholds[2]).toMatchObject({
    windowNs: 30e9,
    abortOnFail: true,
    delayAbortEvalNs: 10e9,
  });
  expect(structuredClone(plan)).toEqual(plan);
  expect(planOf({}).thresholds).toEqual([]);
});

test('a threshold that would be looked at after the end is refused', () => {
  const late = (delayAbortEval: string) => () =>
    planOf({ ocpp_connects: [{ threshold: 'count>1', abortOnFail: true, delayAbortEval }] });
  expect(mistakeOf(late('2m'))).toContain("delayAbortEval: '2m', which is beyond the end");
  expect(mistakeOf(late('2m'))).toContain('the run lasts 2m');
  expect(late('119s')).not.toThrow();
});
