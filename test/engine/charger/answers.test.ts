import { describe, expect, test } from 'vitest';
import { fitsAction, isRefusal } from '../../../src/engine/charger/answers.ts';
import { createReply, scanReply } from '../../../src/engine/frame/reply.ts';
import { ACTIONS, type Action, ActionIndexOf } from '../../../src/ocpp/actions.ts';
import { validateResult } from '../../support/schemas.ts';

const time = '2021-11-09T07:54:39.397Z';
const info = (status: string) => ({ idTagInfo: { status } });

function judge(action: Action, payload: unknown): string {
  const reply = createReply();
  const bytes = Buffer.from(JSON.stringify([3, '1', payload]));
  scanReply(bytes, 0, bytes.length, reply);
  const index = ActionIndexOf[action];
  if (!fitsAction(index, reply)) return 'does not fit';
  return isRefusal(index, reply) ? 'refused' : 'granted';
}

type Row = [action: Action, payload: unknown, verdict: string];
const boot = { currentTime: time, interval: 60, status: 'Accepted' };
const rows: Row[] = [
  ['BootNotification', boot, 'granted'],
  ['BootNotification', { ...boot, interval: 0 }, 'granted'],
  ['BootNotification', { ...boot, status: 'Pending' }, 'refused'],
  ['BootNotification', { ...boot, status: 'Rejected' }, 'refused'],
  ['Heartbeat', { currentTime: time }, 'granted'],
  ['StatusNotification', {}, 'granted'],
  ['MeterValues', {}, 'granted'],
  ['StopTransaction', {}, 'granted'],
  ['StopTransaction', info('Accepted'), 'granted'],
  ['StopTransaction', info('Expired'), 'refused'],
  ['DataTransfer', { status: 'Accepted' }, 'granted'],
  ['DataTransfer', { status: 'UnknownVendorId' }, 'refused'],
  ['DataTransfer', { status: 'Rejected', data: 'x' }, 'refused'],
  ['DiagnosticsStatusNotification', {}, 'granted'],
  ['FirmwareStatusNotification', {}, 'granted'],
  ...(['Blocked', 'Expired', 'Invalid', 'ConcurrentTx'] as const).flatMap((status): Row[] => [
    ['Authorize', info(status), 'refused'],
    ['StartTransaction', { ...info(status), transactionId: 1 }, 'refused'],
  ]),
  ['Authorize', info('Accepted'), 'granted'],
  ...[701, 0, -1, 2 ** 40].map(
    (transactionId): Row => [
      ...(['StartTransaction', { ...info('Accepted'), transactionId }, 'granted'] as const),
    ],
  ),
];

describe('answers that the schemas take', () => {
  test.each(rows)('%s %j: %s', (action, payload, verdict) => {
    expect(validateResult(action, payload)).toEqual([]);
    expect(judge(action, payload)).toBe(verdict);
  });
});

const { currentTime, interval, status } = boot;
const spoilt: [action: Action, payload: unknown][] = [
  ['BootNotification', { interval, status }],
  ['BootNotification', { currentTime, status }],
  ['BootNotification', { currentTime, interval }],
  ['BootNotification', { ...boot, interval: '60' }],
  ['BootNotification', { ...boot, status: 1 }],
  ['BootNotification', { ...boot, currentTime: 0 }],
  ['Heartbeat', {}],
  ['Heartbeat', { currentTime: null }],
  ['Authorize', {}],
  ['Authorize', { status: 'Accepted' }],
  ['Authorize', { idTagInfo: 'Accepted' }],
  ['StartTransaction', info('Accepted')],
  ['StartTransaction', { transactionId: 701 }],
  ['StartTransaction', { ...info('Accepted'), transactionId: '701' }],
  ['StartTransaction', { ...info('Accepted'), transactionId: 7.5 }],
  ['DataTransfer', {}],
  ...ACTIONS.flatMap((action): [Action, unknown][] => [
    [action, null],
    [action, []],
    [action, 'Accepted'],
  ]),
];

describe('answers that the schemas refuse', () => {
  test.each(spoilt)('%s %j does not fit', (action, payload) => {
    expect(validateResult(action, payload)).not.toEqual([]);
    expect(judge(action, payload)).toBe('does not fit');
  });
});

test('a negative interval does not fit, whatever the schema says', () => {
  expect(judge('BootNotification', { ...boot, interval: -1 })).toBe('does not fit');
});
