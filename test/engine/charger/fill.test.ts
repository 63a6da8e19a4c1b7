import { describe, expect, test } from 'vitest';
import { DIALECTS, type Dialect } from '../../../src/chargers/model.ts';
import { fillValues } from '../../../src/engine/charger/fill.ts';
import { Source } from '../../../src/engine/charger/state.ts';
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
  const [type, id, , payload] = JSON.parse(
    decodeText(writeTemplate(shard.fleets[0].writers[template], shard.values)),
  );
  expect([type, id]).toEqual([2, String(shard.state.nextId[c])]);
  return payload;
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
    charge(dialect, 1);
    expect(payloadOf(dialect, TemplateIndex.start, 1, 60)).toEqual({
      ...{ connectorId: 1, idTag: 'TAG 2', meterStart: 0, reservationId: 0 },
      timestamp: stamp('08:01:00'),
    });
  });

  test('a sample is about the moment it was taken, whenever it leaves', () => {
    charge(dialect, 1);
    shards[dialect].state.sampleIndex[1] = 3;
    shards[dialect].state.callSource[1] = Source.meter;
    const { transactionId, meterValue } = payloadOf(dialect, TemplateIndex.meterValues, 1, 999);
    expect(transactionId).toBe(-42);
    expect(meterValue[0].timestamp).toBe(stamp('08:04:00'));
    expect(meterValue[0].sampledValue[0].value).toBe('0.50');
    // 10 kW over three phases of about 230.5 V.
    expect(Number(meterValue[0].sampledValue[1].value)).toBeCloseTo(14.46, 0);
  });

  test('the stop shows whole Wh, of the end of the charge when it is sent later', () => {
    charge(dialect, 1);
    expect(payloadOf(dialect, TemplateIndex.stop, 1, 61)).toEqual({
      ...{ meterStop: 2, timestamp: stamp('08:01:01'), transactionId: -42 },
    });
    expect(payloadOf(dialect, TemplateIndex.stop, 1, 500).meterStop).toBe(1000);
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
  charge('standard', 0);
  expect(payloadOf('standard', TemplateIndex.start, 0, 0).timestamp).toBe('2024-02-29T23:59:59Z');
  expect(payloadOf('standard', TemplateIndex.start, 0, 0.001).timestamp).toBe(
    '2024-03-01T00:00:00Z',
  );
});
