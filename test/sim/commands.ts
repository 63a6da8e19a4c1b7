/** Commands that the simulated central system sends: of every kind, some of them malformed. */

/** What remote starts are for: no charger's own. */
export const REMOTE_TAG = 'REMOTE';

interface SimCommand {
  readonly action: string;
  readonly payload: object;
}

const profile = (limit: number, purpose: string) => ({
  chargingProfileId: Math.floor(limit),
  stackLevel: 1,
  chargingProfilePurpose: purpose,
  chargingProfileKind: 'Recurring',
  chargingSchedule: {
    duration: 0,
    chargingRateUnit: 'A',
    chargingSchedulePeriod: [
      { startPeriod: 1, limit, numberPhases: 3 },
      { startPeriod: 5, limit: 6 },
    ],
  },
});

/** `transactionId`: of the last transaction that the central system gave an id. */
export function randomCommand(
  random: () => number,
  transactionId: number,
  nowMs: number,
): SimCommand {
  const pick = <T>(...choices: readonly T[]): T => choices[Math.floor(random() * choices.length)];
  const expiryDate = new Date(nowMs + pick(1_000, 5_000)).toISOString();
  const command = (action: string, payload: object): SimCommand => ({ action, payload });
  return pick(
    ...TRIGGERS.map((requestedMessage) => command('TriggerMessage', { requestedMessage })),
    command('GetConfiguration', {}),
    command('GetConfiguration', { key: ['HeartbeatInterval', 'Nonsense'] }),
    command('ChangeConfiguration', { key: 'HeartbeatInterval', value: pick('1', '3', '0') }),
    command('ChangeConfiguration', { key: 'MeterValueSampleInterval', value: pick('1', '2') }),
    command('ChangeConfiguration', { key: 'ClockAlignedDataInterval', value: pick('0', '5') }),
    command('ChangeConfiguration', { key: 'NoSuchKey', value: '1' }),
    command('RemoteStartTransaction', { idTag: REMOTE_TAG }),
    command('RemoteStartTransaction', {
      idTag: REMOTE_TAG,
      connectorId: 1,
      chargingProfile: { ...profile(16, 'TxProfile'), transactionId: 701 },
    }),
    command('RemoteStopTransaction', { transactionId }),
    command('RemoteStopTransaction', { transactionId }),
    command('ReserveNow', { connectorId: 1, idTag: 'SOMEBODY', reservationId: 7, expiryDate }),
    command('CancelReservation', { reservationId: pick(7, 8) }),
    command('ChangeAvailability', { connectorId: pick(0, 1), type: 'Inoperative' }),
    command('ChangeAvailability', { connectorId: pick(0, 1), type: 'Operative' }),
    command('ChangeAvailability', { connectorId: 1, type: 'Operative' }),
    command('Reset', { type: pick('Hard', 'Soft') }),
    command('UnlockConnector', { connectorId: pick(1, 99) }),
    command('ClearCache', {}),
    command('GetLocalListVersion', {}),
    command('SendLocalList', { listVersion: 1, updateType: 'Full' }),
    command('SetChargingProfile', {
      connectorId: 0,
      csChargingProfiles: profile(pick(10, 32), 'TxDefaultProfile'),
    }),
    command('ClearChargingProfile', {}),
    command('GetCompositeSchedule', { connectorId: 1, duration: 60 }),
    command('DataTransfer', { vendorId: 'X' }),
    command('GetDiagnostics', { location: 'ftp://127.0.0.1/x' }),
    command('UpdateFirmware', { location: 'ftp://127.0.0.1/x', retrieveDate: expiryDate }),
    command('NoSuchCommand', { malformed: true }),
    command('Reset', { type: 'Warm', malformed: true }),
    command('ChangeAvailability', { malformed: true }),
  );
}

const TRIGGERS = [
  ...['BootNotification', 'DiagnosticsStatusNotification', 'FirmwareStatusNotification'],
  ...['Heartbeat', 'MeterValues', 'StatusNotification'],
];
