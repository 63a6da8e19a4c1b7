/** OCPP-J message type numbers (OCPP-J 1.6, 4.1.3). */
export const MessageType = { call: 2, callResult: 3, callError: 4 } as const;

/** The WebSocket sub-protocol of OCPP-J 1.6 (OCPP-J 1.6, 3.1.2). */
export const SUBPROTOCOL = 'ocpp1.6';

/** Connector states (OCPP 1.6, 7.7 ChargePointStatus). */
export const CHARGE_POINT_STATUSES = [
  'Available',
  'Preparing',
  'Charging',
  'SuspendedEVSE',
  'SuspendedEV',
  'Finishing',
  'Reserved',
  'Unavailable',
  'Faulted',
] as const;
export type ChargePointStatus = (typeof CHARGE_POINT_STATUSES)[number];

/** Error codes of a StatusNotification (OCPP 1.6, 7.6 ChargePointErrorCode). */
export const CHARGE_POINT_ERROR_CODES = [
  'NoError',
  'ConnectorLockFailure',
  'EVCommunicationError',
  'GroundFailure',
  'HighTemperature',
  'InternalError',
  'LocalListConflict',
  'OtherError',
  'OverCurrentFailure',
  'OverVoltage',
  'PowerMeterFailure',
  'PowerSwitchFailure',
  'ReaderFailure',
  'ResetFailure',
  'UnderVoltage',
  'WeakSignal',
] as const;
export type ChargePointErrorCode = (typeof CHARGE_POINT_ERROR_CODES)[number];

/** CALLERROR codes (OCPP-J 1.6, 4.2.3), in the standard's spelling. */
export const CALL_ERROR_CODES = [
  'NotImplemented',
  'NotSupported',
  'InternalError',
  'ProtocolError',
  'SecurityError',
  'FormationViolation',
  'PropertyConstraintViolation',
  'OccurenceConstraintViolation',
  'TypeConstraintViolation',
  'GenericError',
] as const;
export type CallErrorCode = (typeof CALL_ERROR_CODES)[number];
