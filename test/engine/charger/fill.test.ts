import { describe, expect, test } from 'vitest';
import { DIALECTS, type Dialect } from '../../../src/chargers/model.ts';
import { fillMessage, fillValues, templateOf } from '../../../src/engine/charger/fill.ts';
import { Kind } from '../../../src/engine/charger/message-queue.ts';
import {
  addMessage,
  beginTransaction,
  endTransaction,
} from '../../../src/engine/charger/transactions.ts';
import { writeTemplate } from '../../../src/engine/frame/template.ts';
import { TemplateIndex } from '../../../src/plan/plan.ts';
import { decodeText } from '../frame/decode.ts';
import { START_NS, setCharge, shardOf } from './fixture.ts';

const IDENTITIES = { identity: 'CP{n:3}', password: '', idTag: 'TAG {n}' };
const shards = Object.fromEntries(
  DIALECTS.map((dialect) => [dialect, shardOf(dialect, { identities: IDENTITIES })]),
);

/** The payload of a CALL of charger `c` that is due `afterS` seconds into the run. */
function payloadOf(dialect: Dialect, template: number, c: number, afterS: number) {
  const shard = shards[dialect];
  shard.state.callDueNs[c] = START_NS + afterS * 1e9;
  fillValues(shard, c, template);
  return written(dialect, c, template);
}

/** The payload of the last message of charger `c`'s queue. */
function messageOf(dialect: Dialect, c: number) {
  const shard = shards[dialect];
  const row = shard.state.queueTail[c];
  fillMessage(shard, c, row);
  return written(dialect, c, templateOf(shard, row));
}

function written(dialect: Dialect, c: number, template: number) {
  const shard = shards[dialect];
  const [type, id, , payload] = JSON.parse(
    decodeText(writeTemplate(shard.fleets[0].writers[template], shard.values)),
  );
  expect([type, id]).toEqual([2, String(shard.state.nextId[c])]);
  return payload;
}

const BEGINNING = { idTag: null, reservationId: 0, remoteStartNs: Number.NaN, offline: false };

/** A transaction from one minute into the run on, at 10 kW for 6 minutes. */
function begin(dialect: Dialect, c: number, beginning: Partial<typeof BEGINNING> = {}) {
  const shard = shards[dialect];
  const startNs = START_NS + 60e9;
  const transaction = beginTransaction(shard, c, startNs, { ...BEGINNING, ...beginning });
  transaction.id = -42;
  shard.state.powerW[c] = 10_000;
  shard.state.chargeEndNs[c] = START_NS + 420e9;
  return transaction;
}

/** 10 kW for 6 minutes, from one minute into the run. */
function charge(dialect: Dialect, c: number): void {
  setCharge(shards[dialect], c, {
    ...{ startNs: START_NS + 60e9, endNs: START_NS + 420e9, powerW: 10_000 },
    ...{ transactionId: -42, recordId: 3 },
  });
}

describe.each(DIALECTS)('%s', (dialect) => {
  const isStandard = dialect === 'standard';
  // The run starts at 08:00:00.250 UTC, which the charger of the log shows as 16:00:00.
  const stamp = (utc: string) => (isStandard ? `2021-11-09T${utc}Z` : shifted('T', utc));
  const spaced = (utc: string) => (isStandard ? `2021-11-09 ${utc}` : shifted(' ', utc));
  const shifted = (separator: string, utc: string) =>
    `2021-11-09${separator}${Number(utc.slice(0, 2)) + 8}${utc.slice(2)}`;

  test('each charger says its own identity, idTag and message id', () => {
    for (const c of [0, 4, 2]) {
      shards[dialect].state.nextId[c] = 100 + c;
      const boot = payloadOf(dialect, TemplateIndex.boot, c, 0);
      expect(boot.chargePointSerialNumber).toBe(`CP00${c + 1}`);
      expect(payloadOf(dialect, TemplateIndex.authorize, c, 0)).toEqual({ idTag: `TAG ${c + 1}` });
    }
  });

  test('a transaction starts at 0 Wh on the one connector', () => {
    begin(dialect, 1);
    expect(messageOf(dialect, 1)).toEqual({
      ...{ connectorId: 1, idTag: 'TAG 2', meterStart: 0, reservationId: 0 },
      timestamp: stamp('08:01:00'),
    });
  });

  test('a remote start has its own idTag, a reservation its id', () => {
    begin(dialect, 1, { idTag: 'a "b"', reservationId: 7 } as never);
    const { idTag, reservationId } = messageOf(dialect, 1);
    expect({ idTag, reservationId }).toEqual({ idTag: 'a "b"', reservationId: 7 });
  });

  test('a sample is about the moment it was taken, whenever it leaves', () => {
    const transaction = begin(dialect, 1);
    const takenNs = START_NS + 240e9;
    addMessage(shards[dialect], 1, transaction, Kind.sample, START_NS + 999e9, takenNs);
    const { transactionId, meterValue } = messageOf(dialect, 1);
    expect(transactionId).toBe(-42);
    expect(meterValue[0].timestamp).toBe(stamp('08:04:00'));
    expect(meterValue[0].sampledValue[0].value).toBe('0.50');
    // 10 kW over three phases of about 230.5 V.
    expect(Number(meterValue[0].sampledValue[1].value)).toBeCloseTo(14.46, 0);
  });

  test('no current flows before any energy has (the first sample of the log)', () => {
    const transaction = begin(dialect, 1);
    const startNs = START_NS + 60e9;
    addMessage(shards[dialect], 1, transaction, Kind.sample, startNs, startNs);
    const [sample] = messageOf(dialect, 1).meterValue;
    expect(sample.sampledValue[0].value).toBe('0.00');
    expect(sample.sampledValue[1].value).toBe('0.00');
  });

  test('clock-aligned values say so, and name no transaction when there is none', () => {
    const transaction = begin(dialect, 1);
    const atNs = START_NS + 120e9;
    addMessage(shards[dialect], 1, transaction, Kind.clock, atNs, atNs);
    const during = messageOf(dialect, 1);
    expect(during.transactionId).toBe(-42);
    expect(during.meterValue[0].sampledValue[0].context).toBe('Sample.Clock');
    addMessage(shards[dialect], 1, null, Kind.clock, atNs, atNs);
    const idle = messageOf(dialect, 1);
    expect(Object.keys(idle)).toEqual(['connectorId', 'meterValue']);
    expect(idle.meterValue[0].sampledValue[0].context).toBe('Sample.Clock');
  });

  test.each([
    [61, '08:01:01', 2],
    [500, '08:08:20', 1000],
  ])('a stop at %i s shows whole Wh, of the end of the charge when it is later', (atS, utc, wh) => {
    begin(dialect, 1);
    endTransaction(shards[dialect], 1, START_NS + atS * 1e9);
    expect(messageOf(dialect, 1)).toEqual({
      ...{ meterStop: wh, timestamp: stamp(utc), transactionId: -42 },
    });
  });

  test('the record tells the whole charge: energy, cost, times', () => {
    charge(dialect, 1);
    const { data } = payloadOf(dialect, TemplateIndex.record, 1, 900);
    expect(typeof data).toBe(isStandard ? 'string' : 'object');
    expect(isStandard ? JSON.parse(data) : data).toEqual({
      ...{ id: 3, connectorId: 1, chargemode: 1, startengry: 0, endengry: 1, costenergy: 1 },
      ...{ costmoney: 0.6, transactionId: -42, stopReason: 'Stop 3' },
      ...{ starttime: spaced('08:01:00'), endtime: spaced('08:07:00') },
    });
  });

  test('a status names the connector', () => {
    const { templates } = shards[dialect].fleets[0].plan;
    const available = templates.findIndex(({ name }) => name === 'Available');
    expect(payloadOf(dialect, available, 3, 0)).toEqual({
      ...{ connectorId: 1, errorCode: 'NoError', status: 'Available' },
    });
  });
});

test('a moment just before midnight is still the day before', () => {
  const shard = shards.standard;
  shard.wallStartMs = Date.UTC(2024, 1, 29, 23, 59, 59, 999);
  beginTransaction(shard, 0, START_NS, BEGINNING);
  expect(messageOf('standard', 0).timestamp).toBe('2024-02-29T23:59:59Z');
  beginTransaction(shard, 0, START_NS + 1e6, BEGINNING);
  expect(messageOf('standard', 0).timestamp).toBe('2024-03-01T00:00:00Z');
});
