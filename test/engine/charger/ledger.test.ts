import { beforeEach, expect, test } from 'vitest';
import { generic1_6 } from '../../../src/chargers/generic.ts';
import { type LedgerRow, parseLedger } from '../../../src/ledger/row.ts';
import type { Fleet, Life, Scenario } from '../../../src/scenario/types.ts';
import type { Behaviour } from '../../sim/central.ts';
import { sentCalls } from '../../sim/log.ts';
import { lifeScenario } from '../../sim/scenario.ts';
import { type Simulation, simulate } from '../../sim/simulate.ts';

/** The ledger of the test's simulations. */
const rows: LedgerRow[] = [];
const ledger = (row: LedgerRow) => void rows.push(row);
beforeEach(() => {
  rows.length = 0;
});

const session = (l: Life) => l.session({ duration: '60s', power: '7200W' }).idle('1h');

function run(
  behaviour: Partial<Behaviour> = {},
  fleet: Partial<Fleet> = {},
  scenario: Partial<Scenario> = {},
  life = session,
): Promise<Simulation> {
  const changes = { dialect: 'standard', duration: '10m', gracePeriod: '5s', ...scenario } as const;
  return simulate({ scenario: lifeScenario(life, changes, fleet), behaviour, ledger });
}

/** Answers so many CALLs of the action with a CALLERROR. */
const errors = (action: string, times: number): Partial<Behaviour> => ({
  onCall(call, peer) {
    if (call.action !== action || call.nth > times) return false;
    peer.send(JSON.stringify([4, call.id, 'InternalError', '', {}]));
    return true;
  },
});
const one = (): LedgerRow => {
  expect(rows).toHaveLength(1);
  return rows[0];
};

test('a complete transaction: what its messages said, and that they arrived', async () => {
  const result = await run({}, { meterInterval: '20s' });
  const calls = sentCalls(result.entries);
  const start = calls.find(({ action }) => action === 'StartTransaction')?.payload;
  const stop = calls.find(({ action }) => action === 'StopTransaction')?.payload;
  expect(one()).toEqual({
    chargePointId: '2103252100000001',
    connectorId: 1,
    idTag: start.idTag,
    transactionId: 1,
    outcome: 'complete',
    startTime: start.timestamp,
    stopTime: stop.timestamp,
    meterStartWh: 0,
    meterStopWh: 120,
    energyWh: 120,
    stopReason: 'Local',
    startState: 'acknowledged',
    stopState: 'acknowledged',
    startAttempts: 1,
    stopAttempts: 1,
    meterValues: 4,
    meterValuesAcknowledged: 4,
    meterValuesDiscarded: 0,
    meterValuesOverflowed: 0,
    meterValuesPending: 0,
    offline: false,
  });
});

test('times are in UTC, whatever zone the charger prints', async () => {
  await run({}, {}, { dialect: 'as-logged' });
  expect(one().startTime).toMatch(/^2026-01-05T08:00:\d\dZ$/);
});

test('one a transaction, of every connector and charger, with the ids of the answers', async () => {
  const result = await run({}, { chargers: 3, model: generic1_6({ connectors: 2 }) }, {}, (l) =>
    l.repeat(4, (m) => m.session({ duration: '30s', power: '7200W' })).idle('1h'),
  );
  expect(rows).toHaveLength(3 * 2 * 4);
  const stops = sentCalls(result.entries).filter(({ action }) => action === 'StopTransaction');
  const told = stops.map(({ payload }) => [payload.transactionId, payload.meterStop]).sort();
  expect(rows.map((row) => [row.transactionId, row.meterStopWh]).sort()).toEqual(told);
  expect(new Set(rows.map((row) => `${row.chargePointId} ${row.connectorId}`)).size).toBe(6);
  // A lifetime register goes on where it was.
  const own = rows.filter(({ transactionId }) => (transactionId ?? 0) < 1000);
  const first = own.filter(({ connectorId }) => connectorId === 1);
  expect(first.map(({ meterStartWh }) => meterStartWh)).toEqual([0, 60, 120, 180]);
});

test('attempts are counted, and a complete one stays complete', async () => {
  await run(errors('StopTransaction', 2));
  expect(one()).toMatchObject({ outcome: 'complete', startAttempts: 1, stopAttempts: 3 });
});

test('a start that was given up takes the rest with it', async () => {
  await run(errors('StartTransaction', 3));
  expect(one()).toMatchObject({
    ...{ outcome: 'incomplete', transactionId: null, startState: 'discarded' },
    ...{ stopState: 'discarded', startAttempts: 3, stopAttempts: 0 },
    ...{ meterValues: 2, meterValuesDiscarded: 2, meterStopWh: 120, energyWh: 120 },
  });
});

test('a stop that was given up leaves the transaction incomplete', async () => {
  await run(errors('StopTransaction', 3));
  expect(one()).toMatchObject({
    ...{ outcome: 'incomplete', transactionId: 1, startState: 'acknowledged' },
    ...{ stopState: 'discarded', stopAttempts: 3, meterValuesAcknowledged: 2 },
  });
});

test('a refused one is refused, with the id that it was given', async () => {
  await run({ refusedStarts: 1 });
  expect(one()).toMatchObject({
    ...{ outcome: 'refused', transactionId: 1, stopReason: 'DeAuthorized', energyWh: 0 },
  });
});

test('the reason of a stop is in the ledger also where no message tells it', async () => {
  const remoteStop = '[2,"c","RemoteStopTransaction",{"transactionId":1}]';
  const onCall: Behaviour['onCall'] = (call, peer) => {
    if (call.action === 'StartTransaction') peer.after(30_000, () => peer.send(remoteStop));
    return false;
  };
  await run({ onCall }, {}, { dialect: 'as-logged' });
  expect(one()).toMatchObject({ stopReason: 'Remote', energyWh: 60 });
});

test('one begun without a connection says so', async () => {
  const onCall: Behaviour['onCall'] = (call, peer) => {
    if (call.action === 'BootNotification') peer.after(1000, () => peer.end('reset'));
    return false;
  };
  const fleet: Partial<Fleet> = {
    configuration: { LocalAuthorizeOffline: 'true' },
    reconnect: { reconnect: 'fixed', delay: '2m' },
  };
  await run({ onCall }, fleet, {}, (l) => session(l.idle('5s')));
  expect(one()).toMatchObject({ outcome: 'complete', offline: true, transactionId: 1 });
  expect(one()).toMatchObject({ meterValuesAcknowledged: 2, startAttempts: 1 });
});

test('what overflowed the queue is told apart', async () => {
  await run(errors('StartTransaction', 1), { maxQueue: 4, meterInterval: '10s' });
  expect(one()).toMatchObject({
    ...{ outcome: 'incomplete', startState: 'acknowledged', stopState: 'acknowledged' },
    ...{ meterValues: 7, meterValuesDiscarded: 0, meterValuesPending: 0 },
  });
  expect(one().meterValuesAcknowledged + one().meterValuesOverflowed).toBe(7);
  expect(one().meterValuesOverflowed).toBeGreaterThanOrEqual(3);
});

test('what is still queued at the end of the run is pending', async () => {
  await run({ onCall: ({ action }) => action === 'MeterValues' }, {}, { duration: '70s' });
  expect(one()).toMatchObject({
    ...{ outcome: 'incomplete', startState: 'acknowledged', stopState: 'pending' },
    ...{ stopAttempts: 0, meterValues: 2, meterValuesPending: 2 },
  });
});

test('one that never stopped has no end in its row', async () => {
  const onCall: Behaviour['onCall'] = (call) => call.payload.status === 'Charging';
  const scenario: Partial<Scenario> = { duration: '20s', gracePeriod: '1s', callTimeout: '1h' };
  await run({ onCall }, {}, scenario);
  expect(one()).toMatchObject({ outcome: 'incomplete', stopState: 'none', stopReason: '' });
  expect(one()).toMatchObject({ stopTime: '', meterStopWh: null, energyWh: null });
});

test('rows survive their way through the file', async () => {
  const { LEDGER_HEADER, printLedgerRow } = await import('../../../src/ledger/row.ts');
  await run(errors('StartTransaction', 3));
  await run({ refusedStarts: 1 });
  expect(parseLedger(LEDGER_HEADER + rows.map(printLedgerRow).join(''), 'l.csv')).toEqual(rows);
});
