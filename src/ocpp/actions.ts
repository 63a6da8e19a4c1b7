/** The CALLs that a charge point may send (OCPP 1.6, chapter 4), in the order of a life. */
export const ACTIONS = [
  'BootNotification',
  'StatusNotification',
  'Heartbeat',
  'Authorize',
  'StartTransaction',
  'MeterValues',
  'StopTransaction',
  'DataTransfer',
  'DiagnosticsStatusNotification',
  'FirmwareStatusNotification',
] as const;
export type Action = (typeof ACTIONS)[number];

/** Index into `ACTIONS`; the engine's and the recorders' name for an action. */
export type ActionIndex = number;
export const ACTION_COUNT = ACTIONS.length;

export const ActionIndexOf = Object.freeze(
  Object.fromEntries(ACTIONS.map((name, index) => [name, index])),
) as Readonly<Record<Action, ActionIndex>>;
