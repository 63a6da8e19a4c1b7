import { expect, test } from 'vitest';
import { life } from '../../src/scenario/life.ts';

test('a life records its steps and is never changed by a longer one', () => {
  const booted = life().boot();
  const longer = booted.idle('5s').plugIn().unplug();
  expect(booted.steps).toEqual([{ step: 'boot' }]);
  expect(longer.steps).toEqual([
    { step: 'boot' },
    { step: 'idle', duration: '5s' },
    { step: 'status', status: 'Preparing', errorCode: 'NoError' },
    { step: 'status', status: 'Available', errorCode: 'NoError' },
  ]);
  expect(Object.isFrozen(longer.steps)).toBe(true);
});

test('only Faulted without a code waits for the code of the model', () => {
  const { steps } = life().status('Faulted').status('Faulted', 'GroundFailure').status('Reserved');
  expect(steps.map((step) => 'errorCode' in step && step.errorCode)).toEqual([
    '',
    'GroundFailure',
    'NoError',
  ]);
});

test('a closed loop is a call, and a pause when asked for, for ever', () => {
  const [bare] = life().closedLoop('Heartbeat').steps;
  expect(bare).toEqual({ step: 'forever', steps: [{ step: 'call', action: 'Heartbeat' }] });
  const [paused] = life().closedLoop('Authorize', { think: '1s' }).steps;
  expect(paused).toMatchObject({ steps: [{ step: 'call' }, { step: 'idle', duration: '1s' }] });
});

test('a fault lasts exponentially ten seconds unless it is told', () => {
  expect(life().churn({ faults: 0.1 }).steps).toEqual([
    { step: 'churn', faults: 0.1, duration: { exponential: '10s' } },
  ]);
  expect(life().churn({ faults: 0.1, duration: '1s' }).steps[0]).toMatchObject({ duration: '1s' });
});

test('loops hold the steps of the life that their function returns', () => {
  const { steps } = life().repeat(3, (l) => l.call('Heartbeat').idle('1s'));
  expect(steps).toMatchObject([{ step: 'repeat', times: 3, steps: [{}, { step: 'idle' }] }]);
});

test('a function that returns nothing is recorded, for the validation to name it', () => {
  const forgetful = (() => undefined) as unknown as Parameters<
    ReturnType<typeof life>['forever']
  >[0];
  expect(life().forever(forgetful).steps).toEqual([{ step: 'forever', steps: undefined }]);
});
