/**
 * The model's messages made the plain way, from objects: what the frame writer is compared with.
 * Nothing here comes from the model's templates.
 */
import type { Dialect } from '../../../src/chargers/model.ts';
import type { FrameClock } from '../../../src/plan/plan.ts';

/** What a message says, as a reader of it would put it. Times are seconds since 1970, local. */
export interface Saying {
  readonly id: number;
  readonly identity: string;
  readonly idTag: string;
  readonly connector: number;
  readonly transactionId: number;
  readonly meterStartWh: number;
  readonly meterStopWh: number;
  readonly reservationId: number;
  readonly timestamp: number;
  readonly startTime: number;
  readonly endTime: number;
  readonly energyKwh: string;
  readonly energyWh: number;
  readonly powerW: number;
  readonly currentA: string;
  readonly voltage1V: string;
  readonly voltage2V: string;
  readonly voltage3V: string;
  readonly temperatureC: number;
  readonly recordId: number;
  readonly cost: string;
}

export const CLOCKS: Readonly<Record<Dialect, FrameClock>> = {
  'as-logged': { utcOffsetMin: 480, zone: '', skewMs: 0 },
  standard: { utcOffsetMin: 0, zone: 'Z', skewMs: 0 },
};

const isoOf = (epochS: number) => new Date(epochS * 1000).toISOString().slice(0, 19);
const spacedOf = (epochS: number) => isoOf(epochS).replace('T', ' ');

/** The text of message `name`: a frame of the model, or a status as `Faulted/ReaderFailure`. */
export function messageText(dialect: Dialect, name: string, say: Saying): string {
  const timestamp = isoOf(say.timestamp) + (dialect === 'standard' ? 'Z' : '');
  const call = (action: string, payload: object) =>
    JSON.stringify([2, String(say.id), action, payload]);
  switch (name) {
    case 'boot':
      return call('BootNotification', bootPayload(say));
    case 'heartbeat':
      return call('Heartbeat', {});
    case 'authorize':
      return call('Authorize', { idTag: say.idTag });
    case 'start':
    case 'startReserved':
      return call('StartTransaction', startPayload(say, timestamp));
    case 'meterValues':
    case 'clockValues':
    case 'triggeredValues':
      return call('MeterValues', meterPayload(say, timestamp, CONTEXTS[name]));
    case 'idleClockValues':
    case 'idleTriggeredValues': {
      const { transactionId: _, ...idle } = meterPayload(say, timestamp, CONTEXTS[name]);
      return call('MeterValues', idle);
    }
    case 'stop':
      return call('StopTransaction', stopPayload(say, timestamp));
    case 'record':
      return recordText(dialect, say);
    default: {
      const [status, errorCode = 'NoError'] = name.split('/');
      return call('StatusNotification', { connectorId: say.connector, errorCode, status });
    }
  }
}

const bootPayload = (say: Saying) => ({
  chargePointVendor: 'TONLY',
  chargePointModel: 'TonlyCharger_48A',
  chargePointSerialNumber: say.identity,
  firmwareVersion: 'AC48A_1PV100',
});

const startPayload = (say: Saying, timestamp: string) => ({
  connectorId: say.connector,
  idTag: say.idTag,
  meterStart: say.meterStartWh,
  reservationId: say.reservationId,
  timestamp,
});

const stopPayload = (say: Saying, timestamp: string) => ({
  meterStop: say.meterStopWh,
  timestamp,
  transactionId: say.transactionId,
});

const CONTEXTS = {
  meterValues: 'Sample.Periodic',
  clockValues: 'Sample.Clock',
  triggeredValues: 'Trigger',
  idleClockValues: 'Sample.Clock',
  idleTriggeredValues: 'Trigger',
} as const;

function meterPayload(say: Saying, timestamp: string, context: string) {
  const sampled = (value: string, what: object) => ({
    value,
    context,
    format: 'Raw',
    ...what,
  });
  const phases = ['L1', 'L2', 'L3'];
  const volts = [say.voltage1V, say.voltage2V, say.voltage3V];
  const sampledValue = [
    sampled(say.energyKwh, { measurand: 'Energy.Active.Import.Register', unit: 'kWh' }),
    ...phases.map((phase) =>
      sampled(say.currentA, { measurand: 'Current.Export', phase, unit: 'A' }),
    ),
    ...phases.map((phase, i) => sampled(volts[i], { measurand: 'Voltage', phase, unit: 'V' })),
    sampled(String(say.temperatureC), { measurand: 'Temperature', unit: 'Celcius' }),
  ];
  return {
    connectorId: say.connector,
    transactionId: say.transactionId,
    meterValue: [{ timestamp, sampledValue }],
  };
}

/** Amounts are bare numbers with two decimals, which `JSON.stringify` cannot print. */
function recordText(dialect: Dialect, say: Saying): string {
  const amounts: Readonly<Record<string, string>> = {
    startengry: '0.00',
    endengry: say.energyKwh,
    costenergy: say.energyKwh,
    costmoney: say.cost,
  };
  const record = JSON.stringify({
    id: say.recordId,
    connectorId: say.connector,
    chargemode: 1,
    startengry: '@startengry',
    endengry: '@endengry',
    starttime: spacedOf(say.startTime),
    endtime: spacedOf(say.endTime),
    costenergy: '@costenergy',
    costmoney: '@costmoney',
    transactionId: say.transactionId,
    stopReason: 'Stop 3',
  }).replace(/"@(\w+)"/g, (_, name: string) => amounts[name]);
  const data = dialect === 'standard' ? JSON.stringify(record) : record;
  const head = JSON.stringify([2, String(say.id), 'DataTransfer']).slice(0, -1);
  return `${head},{"vendorId":"TONLY","messageId":"currentrecord","data":${data}}]`;
}
