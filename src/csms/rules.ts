/**
 * The payloads of OCPP 1.6 chapter 6 and the types of chapter 7, as tables of checks.
 * Two shapes beyond the schemas pass, because real chargers send them: timestamps without a zone,
 * and DataTransfer.data as an object.
 */
import type { Action } from '../ocpp/actions.ts';
import {
  type Fields,
  fields,
  integer,
  listOf,
  oneOf,
  text,
  textOrObject,
  timestamp,
} from '../ocpp/fields.ts';
import { CHARGE_POINT_ERROR_CODES, CHARGE_POINT_STATUSES } from '../ocpp/vocabulary.ts';

const SAMPLED_VALUE = fields({
  value: text(Number.POSITIVE_INFINITY), // signed data has no limit in the standard
  'context?': oneOf(
    ...['Interruption.Begin', 'Interruption.End', 'Sample.Clock', 'Sample.Periodic'],
    ...['Transaction.Begin', 'Transaction.End', 'Trigger', 'Other'],
  ),
  'format?': oneOf('Raw', 'SignedData'),
  'measurand?': oneOf(
    ...['Energy.Active.Export.Register', 'Energy.Active.Import.Register'],
    ...['Energy.Reactive.Export.Register', 'Energy.Reactive.Import.Register'],
    ...['Energy.Active.Export.Interval', 'Energy.Active.Import.Interval'],
    ...['Energy.Reactive.Export.Interval', 'Energy.Reactive.Import.Interval'],
    ...['Power.Active.Export', 'Power.Active.Import', 'Power.Offered'],
    ...['Power.Reactive.Export', 'Power.Reactive.Import', 'Power.Factor'],
    ...['Current.Import', 'Current.Export', 'Current.Offered', 'Voltage', 'Frequency'],
    ...['Temperature', 'SoC', 'RPM'],
  ),
  'phase?': oneOf('L1', 'L2', 'L3', 'N', 'L1-N', 'L2-N', 'L3-N', 'L1-L2', 'L2-L3', 'L3-L1'),
  'location?': oneOf('Cable', 'EV', 'Inlet', 'Outlet', 'Body'),
  // `Celcius` is the spelling of the 1.6 schemas, `Celsius` that of the text.
  'unit?': oneOf(
    ...['Wh', 'kWh', 'varh', 'kvarh', 'W', 'kW', 'VA', 'kVA', 'var', 'kvar', 'A', 'V', 'K'],
    ...['Celcius', 'Celsius', 'Fahrenheit', 'Percent'],
  ),
});
const METER_VALUE = fields({ timestamp, sampledValue: listOf(SAMPLED_VALUE) });

/** What each CALL of a charge point must hold (OCPP 1.6, chapter 6). */
export const PAYLOAD_FIELDS: Readonly<Record<Action, Fields>> = {
  BootNotification: fields({
    chargePointVendor: text(20),
    chargePointModel: text(20),
    'chargePointSerialNumber?': text(25),
    'chargeBoxSerialNumber?': text(25),
    'firmwareVersion?': text(50),
    'iccid?': text(20),
    'imsi?': text(20),
    'meterType?': text(25),
    'meterSerialNumber?': text(25),
  }),
  StatusNotification: fields({
    connectorId: integer(0),
    errorCode: oneOf(...CHARGE_POINT_ERROR_CODES),
    status: oneOf(...CHARGE_POINT_STATUSES),
    'info?': text(50),
    'timestamp?': timestamp,
    'vendorId?': text(255),
    'vendorErrorCode?': text(50),
  }),
  Heartbeat: fields({}),
  Authorize: fields({ idTag: text(20) }),
  StartTransaction: fields({
    connectorId: integer(1),
    idTag: text(20),
    meterStart: integer(),
    timestamp,
    'reservationId?': integer(),
  }),
  MeterValues: fields({
    connectorId: integer(0),
    meterValue: listOf(METER_VALUE),
    'transactionId?': integer(),
  }),
  StopTransaction: fields({
    meterStop: integer(),
    timestamp,
    transactionId: integer(),
    'idTag?': text(20),
    'reason?': oneOf(
      ...['EmergencyStop', 'EVDisconnected', 'HardReset', 'Local', 'Other', 'PowerLoss'],
      ...['Reboot', 'Remote', 'SoftReset', 'UnlockCommand', 'DeAuthorized'],
    ),
    'transactionData?': listOf(METER_VALUE),
  }),
  DataTransfer: fields({ vendorId: text(255), 'messageId?': text(50), 'data?': textOrObject }),
  DiagnosticsStatusNotification: fields({
    status: oneOf('Idle', 'Uploaded', 'UploadFailed', 'Uploading'),
  }),
  FirmwareStatusNotification: fields({
    status: oneOf(
      ...['Downloaded', 'DownloadFailed', 'Downloading', 'Idle'],
      ...['InstallationFailed', 'Installing', 'Installed'],
    ),
  }),
};
