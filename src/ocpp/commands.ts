/** The CALLs that a central system may send (OCPP 1.6, chapter 5), in the order of the text. */
export const COMMANDS = [
  'CancelReservation',
  'ChangeAvailability',
  'ChangeConfiguration',
  'ClearCache',
  'ClearChargingProfile',
  'DataTransfer',
  'GetCompositeSchedule',
  'GetConfiguration',
  'GetDiagnostics',
  'GetLocalListVersion',
  'RemoteStartTransaction',
  'RemoteStopTransaction',
  'ReserveNow',
  'Reset',
  'SendLocalList',
  'SetChargingProfile',
  'TriggerMessage',
  'UnlockConnector',
  'UpdateFirmware',
] as const;
export type Command = (typeof COMMANDS)[number];

/** Index into `COMMANDS`; one more, `OTHER_COMMAND`, stands for what is none of them. */
export type CommandIndex = number;
export const OTHER_COMMAND = COMMANDS.length;
export const COMMAND_COUNT = COMMANDS.length + 1;

export const CommandIndexOf = Object.freeze(
  Object.fromEntries(COMMANDS.map((name, index) => [name, index])),
) as Readonly<Record<Command, CommandIndex>>;

/** The commands that have an effect beyond their answer, whose time is recorded. */
export const EFFECTS = [
  'RemoteStartTransaction', // until StartTransaction is answered
  'RemoteStopTransaction', // until StopTransaction is answered
  'ChangeAvailability', // until the new status is answered
  'ReserveNow', // until the status Reserved is answered
  'Reset', // until the boot after it is accepted
  'TriggerMessage', // until the triggered message is answered
  'GetDiagnostics', // until Uploaded or UploadFailed is answered
  'UpdateFirmware', // until Installed is answered
  'SetChargingProfile', // since the first one of a push reached any charger: the push's spread
] as const satisfies readonly Command[];
export type Effect = (typeof EFFECTS)[number];
