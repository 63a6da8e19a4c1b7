/** A fleet loses its central system, measures on, and comes back: nothing is lost or doubled. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { LedgerRow } from '../../src/ledger/row.ts';
import type { Fleet } from '../../src/scenario/types.ts';
import type { Behaviour, ReceivedCall } from './central.ts';
import { counterOf, countsOf } from './read.ts';
import { lifeScenario } from './scenario.ts';
import { type Simulation, simulate } from './simulate.ts';
import { checkRun } from './verify.ts';

/** The ledger of the test's simulations. */
const rows: LedgerRow[] = [];
const ledger = (row: LedgerRow) => void rows.push(row);
beforeEach(() => {
  rows.length = 0;
});

const CHARGERS = 100;
const OUTAGE_S = 60;
const CHARGE_S = 100;
const CHARGE = { duration: `${CHARGE_S}s`, power: '7200W' } as const;
/** A sample a second, both ends included; a start and a stop. */
const MESSAGES = CHARGE_S + 1 + 2;

const FLEET: Partial<Fleet> = {
  chargers: CHARGERS,
  meterInterval: '1s',
  reconnect: { reconnect: 'fixed', delay: `${OUTAGE_S}s` },
};

/** What the central system saw of each charger, in order, repetitions included. */
type Seen = Map<number, ReceivedCall[]>;
const RELATED = ['StartTransaction', 'MeterValues', 'StopTransaction'];

/** Every charger is cut off 20 s after its transaction began. */
function outage(seen: Seen, faults: Partial<Behaviour>): Partial<Behaviour> {
  return {
    ...faults,
    onCall(call, peer) {
      if (RELATED.includes(call.action)) {
        seen.set(call.charger, [...(seen.get(call.charger) ?? []), call]);
      }
      const isFirst = call.action === 'StartTransaction' && call.nth === 1;
      if (isFirst) peer.after(20_000, () => peer.end('reset'));
      return false;
    },
  };
}

async function run(
  faults: Partial<Behaviour> = {},
  fleet: Partial<Fleet> = {},
  shards = 1,
): Promise<{ result: Simulation; seen: Seen }> {
  const seen: Seen = new Map();
  const scenario = lifeScenario(
    // Without Authorize, which is not repeated when it fails.
    (l) =>
      l
        .idle({ uniform: ['0s', '5s'] })
        .start()
        .charge(CHARGE)
        .stop()
        .idle('1h'),
    { dialect: 'standard', duration: '5m', callTimeout: '2s', timeoutsBeforeReconnect: 3 },
    { ...FLEET, ...fleet },
  );
  const result = await simulate({ scenario, behaviour: outage(seen, faults), shards, ledger });
  expect(checkRun(result, { faultless: false, drainAtMs: undefined })).toEqual([]);
  expectLedger(result, fleet.chargers ?? CHARGERS);
  return { result, seen };
}

/** The rows against the counters, and both against what was made. */
function expectLedger(result: Simulation, chargers: number): void {
  const count = (name: Parameters<typeof counterOf>[1]) => counterOf(result, name);
  const sum = (of: (row: LedgerRow) => number) => rows.reduce((all, row) => all + of(row), 0);
  const states = (state: string) =>
    sum((row) => Number(row.startState === state) + Number(row.stopState === state));
  expect(rows).toHaveLength(chargers);
  expect(new Set(rows.map((row) => row.chargePointId)).size).toBe(chargers);
  expect(count('transactionsBegun')).toBe(chargers);
  expect(count('ledgerMessages')).toBe(2 * chargers + sum((row) => row.meterValues));
  expect(count('ledgerQueued')).toBe(0);
  expect(count('ledgerAcknowledged')).toBe(
    states('acknowledged') + sum((row) => row.meterValuesAcknowledged),
  );
  expect(count('ledgerDiscarded')).toBe(
    states('discarded') + sum((row) => row.meterValuesDiscarded),
  );
  expect(count('ledgerOverflowed')).toBe(
    states('overflowed') + sum((row) => row.meterValuesOverflowed),
  );
  const related = RELATED.map((action) => countsOf(result, action as 'MeterValues'));
  const sent = related.reduce((all, counts) => all + counts.sent, 0);
  expect(count('ledgerAttempts')).toBe(sent);
  expect(related.reduce((all, counts) => all + counts.inFlight, 0)).toBe(0);
}

const keyOf = ({ action, payload }: ReceivedCall): string =>
  `${action} ${payload.timestamp ?? payload.meterValue[0].timestamp}`;
const momentS = (key: string) => Date.parse(key.split(' ')[1]) / 1000;

/** Each message of a charger once, in the order in which it first arrived. */
function uniqueOf(seen: Seen, charger: number): string[] {
  return [...new Set((seen.get(charger) ?? []).map(keyOf))];
}

function expectGapless(keys: readonly string[], messages = MESSAGES): void {
  expect(keys).toHaveLength(messages);
  expect(keys[0]).toMatch(/^StartTransaction/);
  expect(keys.at(-1)).toMatch(/^StopTransaction/);
  const startS = momentS(keys[0]);
  const values = keys.slice(1, -1);
  expect(values.every((key) => key.startsWith('MeterValues'))).toBe(true);
  expect(values.map((key) => momentS(key) - startS)).toEqual(values.map((_, n) => n));
}

describe('an outage', () => {
  test('of 60 values a charger: every message is acknowledged exactly once, in order', async () => {
    const { result, seen } = await run();
    for (let charger = 0; charger < CHARGERS; charger++) {
      const keys = (seen.get(charger) ?? []).map(keyOf);
      expectGapless([...new Set(keys)]);
      // The one that was under way when the link went may have come twice, no other.
      expect(keys.length - new Set(keys).size).toBeLessThanOrEqual(1);
    }
    expect(counterOf(result, 'ledgerMessages')).toBe(CHARGERS * MESSAGES);
    expect(counterOf(result, 'ledgerAcknowledged')).toBe(CHARGERS * MESSAGES);
    expect(counterOf(result, 'transactionsComplete')).toBe(CHARGERS);
    expect(rows.every(({ energyWh }) => energyWh === 200)).toBe(true);
    expect(countsOf(result, 'MeterValues')).toMatchObject({
      callError: 0,
      timedOut: 0,
      dropped: 0,
    });
    expect(countsOf(result, 'BootNotification').sent).toBe(CHARGERS);
    // The backlog leaves at once.
    const ups = result.entries.filter(({ kind }) => kind === 'up').slice(CHARGERS);
    expect(ups).toHaveLength(CHARGERS);
    for (const { charger, atNs } of ups.slice(0, 20)) {
      const values = result.entries.filter(
        (entry) =>
          entry.charger === charger &&
          entry.kind === '>' &&
          entry.atNs >= atNs &&
          entry.atNs < atNs + 0.9e9 &&
          entry.text.includes('MeterValues'),
      );
      expect(values.length).toBeGreaterThanOrEqual(OUTAGE_S - 1);
      expect(values.length).toBeLessThanOrEqual(OUTAGE_S + 2);
    }
  });

  test('the same with 4 shards, frame by frame', async () => {
    const one = await run({}, { chargers: 30 });
    rows.length = 0;
    const four = await run({}, { chargers: 30 }, 4);
    expect(four.result.log === one.result.log).toBe(true);
    expect(four.result.snapshot.counters).toEqual(one.result.snapshot.counters);
  });

  test('with retries and faults: each ends once, and what arrives is in order', async () => {
    const configuration = {
      TransactionMessageAttempts: '12',
      TransactionMessageRetryInterval: '0',
    };
    const faults = { callErrors: 0.08, silence: 0.005, drops: 0.003, duplicates: 0.05 };
    const fleet: Partial<Fleet> = {
      configuration,
      reconnect: { reconnect: 'fixed', delay: '20s', jitter: '5s' },
    };
    const { result, seen } = await run(faults, fleet);
    // Twelve faults in a row are as good as impossible, so nothing is given up.
    expect(counterOf(result, 'ledgerDiscarded') + counterOf(result, 'ledgerOverflowed')).toBe(0);
    expect(counterOf(result, 'ledgerAttempts')).toBeGreaterThan(CHARGERS * MESSAGES * 1.05);
    for (const { chargePointId, meterValues } of rows) {
      // A start that was not answered for a while makes its transaction longer.
      expect(meterValues).toBeGreaterThan(CHARGE_S);
      expectGapless(uniqueOf(seen, Number(chargePointId.slice(-8)) - 1), meterValues + 2);
    }
    const { callError, lost, timedOut } = countsOf(result, 'MeterValues');
    expect(Math.min(callError, lost, timedOut)).toBeGreaterThan(0);
  });

  test('with a ladder that gives up: what is missing is what was discarded', async () => {
    const configuration = { TransactionMessageAttempts: '1' };
    const { result, seen } = await run({ callErrors: 0.03 }, { configuration });
    const discarded = counterOf(result, 'ledgerDiscarded');
    expect(discarded).toBeGreaterThan(100);
    expect(counterOf(result, 'ledgerAcknowledged') + discarded).toBe(CHARGERS * MESSAGES);
    // A start that was given up is never followed by anything about its transaction.
    for (const row of rows.filter(({ startState }) => startState === 'discarded')) {
      expect(row).toMatchObject({ stopState: 'discarded', meterValuesDiscarded: CHARGE_S + 1 });
    }
    for (let charger = 0; charger < CHARGERS; charger++) {
      const moments = uniqueOf(seen, charger).map(momentS);
      expect(moments).toEqual([...moments].sort((a, b) => a - b));
    }
  });

  test('longer than the queue: the newest values overflow, start and stop do not', async () => {
    const { result } = await run({}, { maxQueue: 30 });
    expect(counterOf(result, 'ledgerOverflowed')).toBeGreaterThan(CHARGERS * 20);
    expect(counterOf(result, 'droppedQueue')).toBeGreaterThan(CHARGERS * 20);
    for (const row of rows) {
      expect(row).toMatchObject({ startState: 'acknowledged', stopState: 'acknowledged' });
      expect(row.meterValuesOverflowed).toBeGreaterThanOrEqual(OUTAGE_S - 30 - 1);
      expect(row.meterValuesAcknowledged + row.meterValuesOverflowed).toBe(row.meterValues);
    }
  });
});
