/** The model's frames against the charger's log, and against the official schemas. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dialect } from '../../../src/chargers/model.ts';
import { writeTemplate } from '../../../src/engine/frame/template.ts';
import { ACTIONS, type Action } from '../../../src/ocpp/actions.ts';
import { type LogFrame, parseLog } from '../../support/log.ts';
import { validateCall } from '../../support/schemas.ts';
import { decodeText } from './decode.ts';
import type { Saying } from './messages.ts';
import { asciiTag, sayings } from './sayings.ts';
import { allWriters, valuesOf } from './writers.ts';

const file = new URL('../../reference/tonly-charger.log', import.meta.url);
const calls = parseLog(readFileSync(file, 'utf8')).filter(
  ({ direction, text }) => direction === 'charger' && text.startsWith('[2,'),
);
/** Their frames come with a later step of the project: firmware and diagnostics are no life. */
const LATER: readonly Action[] = ['DiagnosticsStatusNotification', 'FirmwareStatusNotification'];
const actionOf = ({ json }: LogFrame) => json?.[2] as Action;
const written = calls.filter((call) => !LATER.includes(actionOf(call)));

const FRAME_OF_ACTION: Readonly<Partial<Record<Action, string>>> = {
  BootNotification: 'boot',
  Heartbeat: 'heartbeat',
  Authorize: 'authorize',
  StartTransaction: 'start',
  MeterValues: 'meterValues',
  StopTransaction: 'stop',
  DataTransfer: 'record',
};
const writers = allWriters(0x6b);
const writerOf = (dialect: Dialect, name: string) =>
  writers.find((each) => each.dialect === dialect && each.name === name)!.writer;

interface LogPayload extends Readonly<Record<string, unknown>> {
  readonly connectorId: number;
  readonly idTag: string;
  readonly transactionId: number;
  readonly timestamp?: string;
  readonly status: string;
  readonly errorCode: string;
  readonly chargePointSerialNumber: string;
  readonly meterStart: number;
  readonly reservationId: number;
  readonly meterStop: number;
  readonly meterValue: readonly {
    readonly timestamp: string;
    readonly sampledValue: readonly { readonly value: string }[];
  }[];
  readonly data: Readonly<Record<'id' | 'connectorId' | 'endengry' | 'costmoney', number>> &
    Readonly<Record<'starttime' | 'endtime', string>> & { readonly transactionId: number };
}

/** What a frame of the log says: its own ids, times and values. */
function sayingOf(call: LogFrame): Partial<Saying> & Pick<Saying, 'id'> {
  const [, id, action, payload] = call.json as [number, string, Action, LogPayload];
  const secondsOf = (text: string) => Date.parse(`${text.replace(' ', 'T')}Z`) / 1000;
  const common = {
    id: Number(id),
    connector: payload.connectorId,
    idTag: payload.idTag,
    transactionId: payload.transactionId,
    timestamp: payload.timestamp === undefined ? undefined : secondsOf(payload.timestamp),
  };
  if (action === 'BootNotification') {
    return { ...common, identity: payload.chargePointSerialNumber };
  }
  if (action === 'StartTransaction') {
    const { meterStart, reservationId } = payload;
    return { ...common, meterStartWh: meterStart, reservationId };
  }
  if (action === 'StopTransaction') return { ...common, meterStopWh: payload.meterStop };
  if (action === 'MeterValues') {
    const [{ timestamp, sampledValue }] = payload.meterValue;
    const [energyKwh, currentA, , , voltage1V, voltage2V, voltage3V, temperature] =
      sampledValue.map(({ value }) => value);
    const volts = { voltage1V, voltage2V, voltage3V };
    const temperatureC = Number(temperature);
    const sampled = { energyKwh, currentA, ...volts, temperatureC };
    return { ...common, ...sampled, timestamp: secondsOf(timestamp) };
  }
  if (action !== 'DataTransfer') return common;
  const { data } = payload;
  return {
    ...common,
    recordId: data.id,
    connector: data.connectorId,
    energyKwh: data.endengry.toFixed(2),
    cost: data.costmoney.toFixed(2),
    startTime: secondsOf(data.starttime),
    endTime: secondsOf(data.endtime),
    transactionId: data.transactionId,
  };
}

const blank: Saying = fc.sample(sayings(asciiTag), { seed: 1, numRuns: 1 })[0];

function nameOf(call: LogFrame): string {
  const frame = FRAME_OF_ACTION[actionOf(call)];
  if (frame) return frame;
  const [, , , { status, errorCode }] = call.json as [number, string, Action, LogPayload];
  return errorCode === 'NoError' ? status : `${status}/${errorCode}`;
}

const rewrite = (dialect: Dialect, call: LogFrame) => {
  const say = Object.fromEntries(
    Object.entries(sayingOf(call)).filter(([, value]) => value !== undefined),
  );
  const values = valuesOf({ ...blank, ...say });
  return decodeText(writeTemplate(writerOf(dialect, nameOf(call)), values));
};

describe('as-logged', () => {
  test('13 of the 19 CALLs of the log are written; what is left out is of a later kind', () => {
    expect(calls).toHaveLength(19);
    expect(written.map(nameOf)).toEqual([
      ...['boot', 'Available', 'Preparing', 'Faulted/ReaderFailure', 'Charging', 'Finishing'],
      ...['Reserved', 'heartbeat', 'authorize', 'start', 'meterValues', 'stop', 'record'],
    ]);
    const left = calls.filter((call) => !written.includes(call)).map(actionOf);
    expect(new Set(left)).toEqual(new Set(LATER));
  });

  test.each(written.map((call) => [nameOf(call), call] as const))(
    '%s, byte for byte',
    (_, call) => {
      expect(rewrite('as-logged', call)).toBe(call.text);
    },
  );

  test('the sizes that the reference gives', () => {
    const sizes = written.map((call) => Buffer.byteLength(rewrite('as-logged', call)));
    const statuses = [91, 91, 95, 90, 91, 90];
    expect(sizes).toEqual([174, ...statuses, 24, 45, 135, 1007, 97, 297]);
  });

  test('breaks the schemas exactly where the real charger does', () => {
    const broken = written.flatMap((call) => {
      const [, , action, payload] = JSON.parse(rewrite('as-logged', call));
      return validateCall(action, payload).map((error) => `${action}: ${error}`);
    });
    expect(broken).toEqual([
      'StartTransaction: /timestamp must match format "date-time"',
      'MeterValues: /meterValue/0/timestamp must match format "date-time"',
      'StopTransaction: /timestamp must match format "date-time"',
      'DataTransfer: /data must be string',
    ]);
  });
});

describe('standard', () => {
  const standard = writers.filter(({ dialect }) => dialect === 'standard');

  test('has all the actions of a life', () => {
    const actions = standard.map(({ writer }) => ACTIONS[writer.template.action]);
    expect(new Set(actions)).toEqual(new Set(ACTIONS.filter((name) => !LATER.includes(name))));
  });

  test.each(standard)('$name passes the official 1.6 schema', ({ writer }) => {
    fc.assert(
      fc.property(sayings(asciiTag), (say) => {
        const text = decodeText(writeTemplate(writer, valuesOf(say)));
        const [type, id, action, payload, ...others] = JSON.parse(text);
        expect([type, id, action, others]).toEqual([
          ...[2, String(say.id), ACTIONS[writer.template.action]],
          [],
        ]);
        expect(id.length).toBeLessThanOrEqual(36);
        expect(validateCall(action, payload)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test('says the same as the log, in UTC and with the record as a text', () => {
    for (const call of written) {
      const [, id, action, payload] = JSON.parse(rewrite('standard', call));
      const [, loggedId, loggedAction, logged] = call.json as unknown[];
      const { data } = payload;
      const again = JSON.parse(JSON.stringify(payload), (_, value) =>
        typeof value === 'string' ? value.replace(/^(\d{4}-\d\d-\d\dT.*)Z$/, '$1') : value,
      );
      if (data !== undefined) again.data = JSON.parse(data);
      expect([id, action, again]).toEqual([loggedId, loggedAction, logged]);
    }
  });
});
