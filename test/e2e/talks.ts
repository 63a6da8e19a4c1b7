/** What a central system says to one charger and expects to hear, by the book (OCPP 1.6). */
import { expect } from 'vitest';
import type { Payload, Station } from './strict-server.ts';

export const isTonly = ({ identity }: Station) => !identity.startsWith('GENERIC');

/** Asks, and expects this status. */
export const status = async (station: Station, wanted: string, method: string, params?: object) => {
  const answer = await station.ask(method, params);
  expect(answer, `${station.identity} ${method} ${JSON.stringify(params)}`).toEqual({
    status: wanted,
  });
};

export const later = (ms: number) => new Date(Date.now() + ms).toISOString();

export async function configuration(station: Station) {
  const all = await station.ask('GetConfiguration');
  expect(all.configurationKey.length).toBeGreaterThan(25);
  expect(await station.ask('GetConfiguration', { key: [] })).toEqual(all);
  await status(station, 'Accepted', 'ChangeConfiguration', {
    key: 'HeartbeatInterval',
    value: '1',
  });
  await station.heard('Heartbeat');
  expect(await station.ask('GetConfiguration', { key: ['HeartbeatInterval', 'Nonsense'] })).toEqual(
    {
      configurationKey: [{ key: 'HeartbeatInterval', value: '1', readonly: false }],
      unknownKey: ['Nonsense'],
    },
  );
  for (const [key, value, wanted] of [
    ['HeartbeatInterval', '0', 'Accepted'],
    ['HeartbeatInterval', 'often', 'Rejected'],
    ['MeterValueSampleInterval', '10', 'Accepted'],
    ['ClockAlignedDataInterval', '900', 'Accepted'],
    ['ClockAlignedDataInterval', '-1', 'Rejected'],
    ['TransactionMessageAttempts', '5', 'Accepted'],
    ['WebSocketPingInterval', '0', 'Accepted'],
    ['LocalAuthorizeOffline', 'maybe', 'Rejected'],
    ['LocalAuthorizeOffline', 'true', 'Accepted'],
    ['NumberOfConnectors', '3', 'Rejected'],
    ['Nonsense', '1', 'NotSupported'],
  ]) {
    await status(station, wanted, 'ChangeConfiguration', { key, value });
  }
  await status(station, 'Accepted', 'ChangeConfiguration', {
    key: 'AuthorizationKey',
    value: '0123456789abcdef',
  });
  const { configurationKey } = await station.ask('GetConfiguration', { key: ['AuthorizationKey'] });
  expect(configurationKey).toEqual([{ key: 'AuthorizationKey', value: '', readonly: false }]);
  // Exchange 6.
  const value = JSON.stringify([{ key: 'Rate_Price1', value: '0.75' }]);
  const wanted = isTonly(station) ? 'Accepted' : 'NotSupported';
  await status(station, wanted, 'ChangeConfiguration', { key: 'config', value });
  if (!isTonly(station)) return;
  const price = await station.ask('GetConfiguration', { key: ['Rate_Price1'] });
  expect(price.configurationKey).toMatchObject([{ value: '0.75' }]);
}

export async function lists(station: Station) {
  const idTagInfo = { status: 'Accepted', expiryDate: later(3_600_000), parentIdTag: 'FAMILY' };
  await status(station, 'Accepted', 'ClearCache');
  expect(await station.ask('GetLocalListVersion')).toEqual({ listVersion: 0 });
  const send = (wanted: string, listVersion: number, updateType: string, list?: object[]) =>
    status(station, wanted, 'SendLocalList', {
      listVersion,
      updateType,
      ...(list === undefined ? {} : { localAuthorizationList: list }),
    });
  await send('Accepted', 1, 'Full', [
    { idTag: 'A', idTagInfo },
    { idTag: 'B', idTagInfo },
  ]);
  await send('Accepted', 2, 'Differential', [{ idTag: 'A' }]);
  await send('VersionMismatch', 2, 'Differential', [{ idTag: 'B' }]);
  expect(await station.ask('GetLocalListVersion')).toEqual({ listVersion: 2 });
  await send('Accepted', 7, 'Full');
  await send('Accepted', 8, 'Full', []);
  await send('Failed', -1, 'Full');
  expect(await station.ask('GetLocalListVersion')).toEqual({ listVersion: 8 });
}

export async function data(station: Station) {
  const full = { messageId: 'price', data: '{"kWh":0.6}' };
  const vendorId = isTonly(station) ? 'TONLY' : 'Generic';
  await status(station, 'Accepted', 'DataTransfer', { vendorId, ...full });
  await status(station, 'Accepted', 'DataTransfer', { vendorId });
  await status(station, 'UnknownVendorId', 'DataTransfer', { vendorId: 'someone', ...full });
}

export const profile = (id: number, chargingProfilePurpose: string, limitA: number, more = {}) => ({
  chargingProfileId: id,
  stackLevel: 0,
  chargingProfilePurpose,
  chargingProfileKind: 'Absolute',
  chargingSchedule: {
    startSchedule: later(-60_000),
    chargingRateUnit: 'A',
    chargingSchedulePeriod: [{ startPeriod: 0, limit: limitA, numberPhases: 3 }],
  },
  ...more,
});

/** Exchange 7, as the log has it. */
export const LOGGED_PROFILE = {
  chargingProfileId: 1,
  transactionId: 1,
  stackLevel: 1,
  chargingProfilePurpose: 'TxProfile',
  chargingProfileKind: 'Recurring',
  chargingSchedule: {
    duration: 0,
    chargingRateUnit: 'A',
    chargingSchedulePeriod: [{ startPeriod: 1, limit: 32, numberPhases: 3 }],
  },
};

/** Values of a transaction with a current of about `amperes`; voltages wander by a volt. */
export const about = (amperes: number) => (params: Payload) =>
  params.meterValue[0].sampledValue.some(
    ({ measurand, value }: Record<string, string>) =>
      /^Current/.test(measurand) && Math.abs(Number(value) - amperes) < 0.02 * amperes,
  );

export async function session(station: Station) {
  const begin = { connectorId: 1, idTag: 'DRIVER1', chargingProfile: LOGGED_PROFILE };
  await status(station, 'Accepted', 'RemoteStartTransaction', begin);
  await station.heard('Authorize', { idTag: 'DRIVER1' });
  const started = await station.heard('StartTransaction', { idTag: 'DRIVER1', connectorId: 1 });
  const { transactionId } = started.answer;
  await station.heard('StatusNotification', { status: 'Charging', connectorId: 1 });
  // What a generic one can do itself.
  const mostA = isTonly(station) ? 32 : 31.88;
  await station.heard('MeterValues', about(mostA));
  await status(station, 'Rejected', 'RemoteStartTransaction', begin);
  await limits(station, transactionId, mostA);
  if (!isTonly(station)) await secondSession(station);
  await status(station, 'Accepted', 'TriggerMessage', { requestedMessage: 'MeterValues' });
  const { params } = await station.heard('MeterValues', (values) =>
    values.meterValue[0].sampledValue.every(({ context }: Payload) => context === 'Trigger'),
  );
  expect(params.transactionId).toBe(transactionId);
  await status(station, 'Rejected', 'RemoteStopTransaction', { transactionId: -5 });
  await status(station, 'Accepted', 'RemoteStopTransaction', { transactionId });
  await station.heard('StopTransaction', { transactionId, reason: 'Remote' });
  await station.heard('StatusNotification', { status: 'Available', connectorId: 1 });
  await status(station, 'Rejected', 'RemoteStopTransaction', { transactionId });
}

async function limits(station: Station, transactionId: number, mostA: number) {
  const set = (wanted: string, connectorId: number, csChargingProfiles: object) =>
    status(station, wanted, 'SetChargingProfile', { connectorId, csChargingProfiles });
  await set('Accepted', 1, profile(2, 'TxProfile', 10, { transactionId, stackLevel: 2 }));
  await station.heard('MeterValues', about(10));
  await set('Rejected', 1, profile(3, 'TxProfile', 9, { transactionId: -5 }));
  await set('Rejected', 0, profile(3, 'TxProfile', 9));
  await set('Rejected', 1, profile(3, 'ChargePointMaxProfile', 9));
  await set('Rejected', 9, profile(3, 'TxDefaultProfile', 9));
  await set('Accepted', 0, profile(4, 'TxDefaultProfile', 8));
  await set('Accepted', 0, profile(5, 'ChargePointMaxProfile', 6));
  await station.heard('MeterValues', about(6));
  await schedules(station);
  const clear = (wanted: string, which: object) =>
    status(station, wanted, 'ClearChargingProfile', which);
  await clear('Unknown', { id: 99 });
  await clear('Accepted', { id: 5 });
  await station.heard('MeterValues', about(10));
  await clear('Accepted', { connectorId: 1, chargingProfilePurpose: 'TxProfile', stackLevel: 2 });
  await station.heard('MeterValues', about(mostA));
  await clear('Accepted', {});
  await clear('Unknown', {});
}

async function schedules(station: Station) {
  const ask = (asked: object) => station.ask('GetCompositeSchedule', asked);
  const inAmperes = await ask({ connectorId: 1, duration: 60, chargingRateUnit: 'A' });
  expect(inAmperes).toMatchObject({ status: 'Accepted', connectorId: 1 });
  expect(inAmperes.chargingSchedule).toMatchObject({ duration: 60, chargingRateUnit: 'A' });
  expect(inAmperes.chargingSchedule.chargingSchedulePeriod).toMatchObject([{ limit: 6 }]);
  const inWatts = await ask({ connectorId: 1, duration: 60, chargingRateUnit: 'W' });
  expect(inWatts.chargingSchedule.chargingSchedulePeriod).toMatchObject([
    { limit: isTonly(station) ? 4149 : 4140 },
  ]);
  expect(await ask({ connectorId: 1, duration: 0 })).toMatchObject({ status: 'Accepted' });
  expect(await ask({ connectorId: 0, duration: 600 })).toMatchObject({ status: 'Accepted' });
  expect(await ask({ connectorId: 9, duration: 60 })).toEqual({ status: 'Rejected' });
}

/** At a connector of its own choice: the first is taken. */
async function secondSession(station: Station) {
  await status(station, 'Accepted', 'RemoteStartTransaction', { idTag: 'DRIVER2' });
  const { answer } = await station.heard('StartTransaction', { idTag: 'DRIVER2', connectorId: 2 });
  const { transactionId } = answer;
  await station.heard('MeterValues', { connectorId: 2, transactionId });
  await status(station, 'Accepted', 'RemoteStopTransaction', { transactionId });
  await station.heard('StopTransaction', { transactionId, reason: 'Remote' });
}

export async function reservation(station: Station) {
  const reserve = (reservationId: number, more: object = {}) => ({
    ...{ connectorId: 1, reservationId, idTag: 'DRIVER1', expiryDate: later(3_600_000) },
    ...more,
  });
  await status(station, 'Accepted', 'ReserveNow', reserve(1));
  await station.heard('StatusNotification', { status: 'Reserved', connectorId: 1 });
  await status(station, 'Occupied', 'ReserveNow', reserve(2));
  await status(station, 'Rejected', 'ReserveNow', reserve(2, { connectorId: 9 }));
  const stranger = { connectorId: 1, idTag: 'DRIVER2' };
  await status(station, 'Rejected', 'RemoteStartTransaction', stranger);
  await status(station, 'Rejected', 'CancelReservation', { reservationId: 5 });
  await status(station, 'Accepted', 'CancelReservation', { reservationId: 1 });
  await station.heard('StatusNotification', { status: 'Available', connectorId: 1 });
  await status(station, 'Accepted', 'ReserveNow', reserve(3, { expiryDate: later(200) }));
  await station.heard('StatusNotification', { status: 'Reserved' });
  await station.heard('StatusNotification', { status: 'Available' });
  const anywhere = reserve(4, { connectorId: 0, parentIdTag: 'FAMILY' });
  await status(station, 'Accepted', 'ReserveNow', anywhere);
  await status(station, 'Accepted', 'RemoteStartTransaction', { idTag: 'DRIVER1' });
  await station.heard('StartTransaction', { connectorId: 1, reservationId: 4 });
  await station.heard('StatusNotification', { status: 'Charging' });
  await availability(station);
}

/** While connector 1 charges. */
async function availability(station: Station) {
  const change = (wanted: string, connectorId: number, type: string) =>
    status(station, wanted, 'ChangeAvailability', { connectorId, type });
  await change('Scheduled', 1, 'Inoperative');
  await status(station, 'NotSupported', 'UnlockConnector', { connectorId: 9 });
  await status(station, 'Unlocked', 'UnlockConnector', { connectorId: 1 });
  await station.heard('StopTransaction', { reason: 'UnlockCommand' });
  await station.heard('StatusNotification', { connectorId: 1, status: 'Unavailable' });
  await status(station, 'Rejected', 'RemoteStartTransaction', { connectorId: 1, idTag: 'DRIVER1' });
  const reserve = { connectorId: 1, reservationId: 9, idTag: 'A', expiryDate: later(60_000) };
  await status(station, 'Unavailable', 'ReserveNow', reserve);
  await change('Accepted', 1, 'Operative');
  await station.heard('StatusNotification', { connectorId: 1, status: 'Available' });
  await change('Accepted', 0, 'Inoperative');
  const connectors = isTonly(station) ? [1] : [1, 2];
  for (const connectorId of connectors) {
    await station.heard('StatusNotification', { connectorId, status: 'Unavailable' });
  }
  await change('Accepted', 0, 'Operative');
  for (const connectorId of connectors) {
    await station.heard('StatusNotification', { connectorId, status: 'Available' });
  }
  await change('Rejected', 9, 'Operative');
  await status(station, 'Unlocked', 'UnlockConnector', { connectorId: 1 });
}

export async function triggers(station: Station) {
  const trigger = (wanted: string, requestedMessage: string, connectorId?: number) =>
    status(station, wanted, 'TriggerMessage', {
      requestedMessage,
      ...(connectorId === undefined ? {} : { connectorId }),
    });
  for (const method of ['BootNotification', 'Heartbeat', 'MeterValues', 'StatusNotification']) {
    await trigger('Accepted', method);
    await station.heard(method);
  }
  for (const method of ['DiagnosticsStatusNotification', 'FirmwareStatusNotification']) {
    await trigger('Accepted', method);
    await station.heard(method, { status: 'Idle' });
  }
  const last = isTonly(station) ? 1 : 2;
  for (const method of ['MeterValues', 'StatusNotification']) {
    for (const connectorId of [0, last]) {
      await trigger('Accepted', method, connectorId);
      await station.heard(method, { connectorId });
    }
    await trigger('Rejected', method, 9);
  }
}

/** The statuses alone: nothing is uploaded. */
export async function diagnostics(station: Station) {
  const more = { retries: 2, retryInterval: 10, startTime: later(-60_000), stopTime: later(0) };
  const location = 'ftp://user:secret@127.0.0.1:2121/logs';
  const { fileName } = await station.ask('GetDiagnostics', { location, ...more });
  expect(fileName).toMatch(new RegExp(`^${station.identity}-\\d{4}-\\d\\d-\\d\\d\\.txt$`));
  await station.heard('DiagnosticsStatusNotification', { status: 'Uploading' });
  const requestedMessage = 'DiagnosticsStatusNotification';
  await status(station, 'Accepted', 'TriggerMessage', { requestedMessage });
  await station.heard('DiagnosticsStatusNotification', { status: 'Uploading' });
  await station.heard('DiagnosticsStatusNotification', { status: 'Uploaded' });
}

export async function firmware(station: Station) {
  const location = 'http://127.0.0.1:1/firmware.bin';
  const asked = { location, retrieveDate: later(100), retries: 1, retryInterval: 10 };
  expect(await station.ask('UpdateFirmware', asked)).toEqual({});
  for (const step of ['Downloading', 'Downloaded', 'Installing', 'Installed']) {
    await station.heard('FirmwareStatusNotification', { status: step });
  }
  const boot = await station.heard('BootNotification');
  await station.heard('StatusNotification', { connectorId: 1, status: 'Available' }, boot);
}

export async function resets(station: Station) {
  for (const type of ['Soft', 'Hard']) {
    const begin = { connectorId: 1, idTag: 'DRIVER1' };
    await status(station, 'Accepted', 'RemoteStartTransaction', begin);
    const { answer } = await station.heard('StartTransaction');
    await station.heard('MeterValues');
    await status(station, 'Accepted', 'Reset', { type });
    const boot = await station.heard('BootNotification');
    const { transactionId } = answer;
    await station.heard('StopTransaction', { transactionId, reason: `${type}Reset` });
    await station.heard('StatusNotification', { connectorId: 1, status: 'Available' }, boot);
  }
}
