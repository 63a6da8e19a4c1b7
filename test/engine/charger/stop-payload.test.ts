import { describe, expect, test } from 'vitest';
import { generic1_6 } from '../../../src/chargers/generic.ts';
import type { Dialect } from '../../../src/chargers/model.ts';
import type { Fleet, Life } from '../../../src/scenario/types.ts';
import type { Behaviour } from '../../sim/central.ts';
import { type SentCall, sentCalls } from '../../sim/log.ts';
import { checkRules } from '../../sim/rules.ts';
import { lifeScenario } from '../../sim/scenario.ts';
import { simulate } from '../../sim/simulate.ts';
import { validateCall } from '../../support/schemas.ts';

const session = (l: Life) => l.session({ duration: '1m', power: '7200W' });
const WITH_DATA = { StopTxnSampledData: 'Energy.Active.Import.Register' };

/** The StartTransaction and the StopTransactions of one charger. */
async function stopsOf(
  dialect: Dialect,
  fleet: Partial<Fleet> = {},
  behaviour: Partial<Behaviour> = {},
  duration: '150s' | '30s' = '150s',
): Promise<readonly [start: SentCall, stop: SentCall, ...again: SentCall[]]> {
  const scenario = lifeScenario(session, { dialect, duration }, fleet);
  const run = await simulate({ scenario, behaviour });
  expect(checkRules(run.entries, run.plan).problems).toEqual([]);
  const all = sentCalls(run.entries).filter(({ action }) => action.endsWith('Transaction'));
  expect(all.map(({ action }) => action).slice(0, 2)).toEqual([
    ...['StartTransaction', 'StopTransaction'],
  ]);
  const [start, stop, ...again] = all;
  return [start, stop, ...again];
}

const command = (action: string, payload: object): Partial<Behaviour> => ({
  onCall(call, peer) {
    const text = JSON.stringify([2, 'c', action, payload]);
    if (call.action === 'StartTransaction') peer.after(20_000, () => peer.send(text));
    return false;
  },
});
const REMOTE_STOP = command('RemoteStopTransaction', { transactionId: 1 });

describe('the reason', () => {
  test.each([
    ['RemoteStopTransaction', { transactionId: 1 }, 'Remote'],
    ['UnlockConnector', { connectorId: 1 }, 'UnlockCommand'],
    ['Reset', { type: 'Soft' }, 'SoftReset'],
    ['Reset', { type: 'Hard' }, 'HardReset'],
  ])('after %s %j is %s in standard, and left out as logged', async (action, payload, reason) => {
    const [, stop] = await stopsOf('standard', {}, command(action, payload));
    expect(stop.payload.reason).toBe(reason);
    expect(validateCall('StopTransaction', stop.payload)).toEqual([]);
    const [, logged] = await stopsOf('as-logged', {}, command(action, payload));
    expect(logged.payload).not.toHaveProperty('reason');
  });

  test('of an idTag that was refused is DeAuthorized', async () => {
    const [, stop] = await stopsOf('standard', {}, { refusedStarts: 1 });
    expect(stop.payload.reason).toBe('DeAuthorized');
  });

  test.each(['standard', 'as-logged'] as const)('Local is left out: %s', async (dialect) => {
    const [, stop] = await stopsOf(dialect);
    expect(Object.keys(stop.payload).sort()).toEqual(['meterStop', 'timestamp', 'transactionId']);
  });
});

describe('transactionData', () => {
  test.each([
    ['the TONLY', {}, 1000],
    ['a charger with a lifetime register', { model: generic1_6({ maxPower: '22kW' }) }, 1],
  ] as const)('of %s: the register at the begin and the end', async (_, fleet, whPerUnit) => {
    const configuration = WITH_DATA;
    const [start, stop] = await stopsOf('standard', { ...fleet, configuration });
    expect(validateCall('StopTransaction', stop.payload)).toEqual([]);
    const { transactionData } = stop.payload;
    expect(transactionData).toHaveLength(2);
    const [begin, end] = transactionData;
    const { meterStart } = start.payload;
    const { meterStop } = stop.payload;
    for (const [value, context, at, wh] of [
      [begin, 'Transaction.Begin', start.payload.timestamp, meterStart],
      [end, 'Transaction.End', stop.payload.timestamp, meterStop],
    ]) {
      expect(value.timestamp).toBe(at);
      for (const sample of value.sampledValue) expect(sample.context).toBe(context);
      const register = value.sampledValue.find(
        ({ measurand }: { measurand: string }) => measurand === 'Energy.Active.Import.Register',
      );
      // kWh have two decimals.
      const unitWh = whPerUnit === 1 ? 1 : 10;
      expect(Math.round(Number(register.value) * whPerUnit)).toBe(Math.floor(wh / unitWh) * unitWh);
    }
    expect(meterStop - meterStart).toBe(120);
  });

  test('stands beside the reason, and after all that the template says', async () => {
    const [, stop] = await stopsOf('standard', { configuration: WITH_DATA }, REMOTE_STOP);
    expect(stop.payload.reason).toBe('Remote');
    expect(stop.payload.transactionData).toHaveLength(2);
    expect(stop.payload.transactionId).toBe(1);
    expect(validateCall('StopTransaction', stop.payload)).toEqual([]);
  });

  test("as logged it tells the charger's own times, without a reason", async () => {
    const [start, stop] = await stopsOf('as-logged', { configuration: WITH_DATA }, REMOTE_STOP);
    const { transactionData } = stop.payload;
    expect(transactionData[0].timestamp).toBe(start.payload.timestamp);
    expect(transactionData[1].timestamp).toBe(stop.payload.timestamp);
    expect(stop.payload.timestamp).toMatch(/^2026-01-05T16:00:\d\d$/);
    expect(stop.payload).not.toHaveProperty('reason');
  });

  test('is the same in every attempt', async () => {
    const configuration = { ...WITH_DATA, TransactionMessageRetryInterval: '5' };
    const [, stop, ...again] = await stopsOf(
      'standard',
      { configuration },
      {
        onCall(call, peer) {
          if (call.action !== 'StopTransaction' || call.nth > 2) return false;
          peer.send(JSON.stringify([4, call.id, 'InternalError', '', {}]));
          return true;
        },
      },
    );
    expect(again).toHaveLength(2);
    for (const each of again) expect(each.payload).toEqual(stop.payload);
    expect(new Set([stop, ...again].map(({ id }) => id)).size).toBe(3);
  });

  test('is there when the drain cuts the session short', async () => {
    const [start, stop] = await stopsOf('standard', { configuration: WITH_DATA }, {}, '30s');
    expect(stop.payload.transactionData[0].timestamp).toBe(start.payload.timestamp);
    expect(stop.payload.transactionData[1].timestamp).toBe(stop.payload.timestamp);
    expect(stop.payload).not.toHaveProperty('reason');
  });
});
