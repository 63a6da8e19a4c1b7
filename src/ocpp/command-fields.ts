/**
 * What each command of a central system must hold (OCPP 1.6, chapter 6). As the log shows it, a
 * schedule may have duration 0, and a Recurring profile no recurrency.
 */
import type { Command } from './commands.ts';
import {
  decimal,
  type Fields,
  fields,
  integer,
  listOf,
  objectOf,
  oneOf,
  text,
  textList,
  textOrObject,
  timestamp,
} from './fields.ts';

/** Amperes or watts, with one decimal at most (OCPP 1.6, 7.13 and 7.14). */
const RATE = decimal(0.1, 0);

const SCHEDULE = fields({
  'duration?': integer(),
  'startSchedule?': timestamp,
  chargingRateUnit: oneOf('A', 'W'),
  chargingSchedulePeriod: listOf(
    fields({ startPeriod: integer(0), limit: RATE, 'numberPhases?': integer(1) }),
  ),
  'minChargingRate?': RATE,
});

const PROFILE = fields({
  chargingProfileId: integer(),
  'transactionId?': integer(),
  stackLevel: integer(0),
  chargingProfilePurpose: oneOf('ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile'),
  chargingProfileKind: oneOf('Absolute', 'Recurring', 'Relative'),
  'recurrencyKind?': oneOf('Daily', 'Weekly'),
  'validFrom?': timestamp,
  'validTo?': timestamp,
  chargingSchedule: objectOf(SCHEDULE),
});

const ID_TAG_INFO = fields({
  'expiryDate?': timestamp,
  'parentIdTag?': text(20),
  status: oneOf('Accepted', 'Blocked', 'Expired', 'Invalid', 'ConcurrentTx'),
});

const NO_LIMIT = Number.POSITIVE_INFINITY;

export const COMMAND_FIELDS: Readonly<Record<Command, Fields>> = {
  CancelReservation: fields({ reservationId: integer() }),
  ChangeAvailability: fields({
    connectorId: integer(0),
    type: oneOf('Inoperative', 'Operative'),
  }),
  ChangeConfiguration: fields({ key: text(50), value: text(500) }),
  ClearCache: fields({}),
  ClearChargingProfile: fields({
    'id?': integer(),
    'connectorId?': integer(0),
    'chargingProfilePurpose?': oneOf('ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile'),
    'stackLevel?': integer(),
  }),
  DataTransfer: fields({ vendorId: text(255), 'messageId?': text(50), 'data?': textOrObject }),
  GetCompositeSchedule: fields({
    connectorId: integer(0),
    duration: integer(0),
    'chargingRateUnit?': oneOf('A', 'W'),
  }),
  GetConfiguration: fields({ 'key?': textList(50) }),
  GetDiagnostics: fields({
    location: text(NO_LIMIT),
    'retries?': integer(),
    'retryInterval?': integer(),
    'startTime?': timestamp,
    'stopTime?': timestamp,
  }),
  GetLocalListVersion: fields({}),
  RemoteStartTransaction: fields({
    'connectorId?': integer(1),
    idTag: text(20),
    'chargingProfile?': objectOf(PROFILE),
  }),
  RemoteStopTransaction: fields({ transactionId: integer() }),
  ReserveNow: fields({
    connectorId: integer(0),
    expiryDate: timestamp,
    idTag: text(20),
    'parentIdTag?': text(20),
    reservationId: integer(),
  }),
  Reset: fields({ type: oneOf('Hard', 'Soft') }),
  SendLocalList: fields({
    listVersion: integer(),
    'localAuthorizationList?': listOf(
      fields({ idTag: text(20), 'idTagInfo?': objectOf(ID_TAG_INFO) }),
      0,
    ),
    updateType: oneOf('Differential', 'Full'),
  }),
  SetChargingProfile: fields({
    connectorId: integer(0),
    csChargingProfiles: objectOf(PROFILE),
  }),
  TriggerMessage: fields({
    requestedMessage: oneOf(
      ...['BootNotification', 'DiagnosticsStatusNotification', 'FirmwareStatusNotification'],
      ...['Heartbeat', 'MeterValues', 'StatusNotification'],
    ),
    'connectorId?': integer(0),
  }),
  UnlockConnector: fields({ connectorId: integer(1) }),
  UpdateFirmware: fields({
    location: text(NO_LIMIT),
    'retries?': integer(),
    retrieveDate: timestamp,
    'retryInterval?': integer(),
  }),
};
