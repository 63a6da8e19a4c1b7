import { expect, test } from 'vitest';
import { lifeFactsOf } from '../../src/doctor/life-facts.ts';
import { runHistogram, STAGE_OTHER, STAGE_STEADY } from '../../src/snapshot/layout.ts';
import { filler, fixtureResult } from '../report/fixtures.ts';

test('a life with everything in it', () => {
  const fill = filler();
  fill.count('everConnected', 1);
  fill.count('booted', 1);
  fill.count('transactionsStopped', 1);
  fill.record(runHistogram('upgrade'), 1, 2000);
  fill.calls('BootNotification', STAGE_OTHER, { sent: 1, answered: 1 });
  fill.calls('DataTransfer', STAGE_STEADY, { sent: 1, callError: 1 });
  fill.calls('MeterValues', STAGE_STEADY, { sent: 3, answered: 1, timedOut: 1, lost: 1 });
  fill.calls('Authorize', STAGE_STEADY, { sent: 1, answered: 1, refused: 1 });
  const text = 'the target answered CALLERROR: [4,"17","FormationViolation","no",{}]';
  const life = lifeFactsOf('standard', fixtureResult([fill], { events: [{ atS: 1, text }] }));
  expect(life).toMatchObject({
    ...{ dialect: 'standard', failure: null, booted: true, charged: true, answered: 3 },
    ...{ errors: ['DataTransfer'], errorCode: 'FormationViolation' },
    ...{ unanswered: ['MeterValues'], refused: ['Authorize'], urlHasCredentials: false },
  });
  expect(life.upgradeMs).toBeGreaterThan(0);
});

test('one that never connected', () => {
  const fill = filler();
  fill.failed('http401', 1);
  const events = [{ atS: 0, text: 'connect failed (http401): HTTP/1.1 401 Unauthorized' }];
  const targetUrl = 'ws://u:p@host/{id}';
  expect(lifeFactsOf('as-logged', fixtureResult([fill], { events, targetUrl }))).toMatchObject({
    ...{ failure: 'http401', failureDetail: 'HTTP/1.1 401 Unauthorized', booted: false },
    ...{ urlHasCredentials: true, errorCode: '', charged: false },
  });
});
