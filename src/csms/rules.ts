/**
 * The payloads of OCPP 1.6 chapter 6 and the types of chapter 7, as tables of checks.
 * Two shapes beyond the schemas pass, because real chargers send them: timestamps without a zone,
 * and DataTransfer.data as an object.
 */
import type { Action } from '../ocpp/actions.ts';
import {
  type CallErrorCode,
  CHARGE_POINT_ERROR_CODES,
  CHARGE_POINT_STATUSES,
} from '../ocpp/vocabulary.ts';

export interface Violation {
  readonly code: CallErrorCode;
  /** The field, from the payload down: `meterValue[0].timestamp`. */
  readonly path: string;
  readonly problem: string;
}
type Check = (value: unknown) => Violation | null;
interface Field {
  readonly name: string;
  readonly required: boolean;
  readonly check: Check;
}
/** The fields of an object, by name; a Map, so that `__proto__` is just an unknown name. */
export type Fields = ReadonlyMap<string, Field>;

const violation = (code: CallErrorCode, problem: string, path = ''): Violation => ({
  code,
  path,
  problem,
});
const below = (parent: string, inner: Violation): Violation => {
  const separator = inner.path === '' || inner.path.startsWith('[') ? '' : '.';
  return { ...inner, path: parent + separator + inner.path };
};
const typeViolation = (wanted: string) => violation('TypeConstraintViolation', `must be ${wanted}`);
const valueViolation = (wanted: string) =>
  violation('PropertyConstraintViolation', `must be ${wanted}`);

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function text(maxChars: number): Check {
  return (value) => {
    if (typeof value !== 'string') return typeViolation('a string');
    // Code points are counted only where UTF-16 units, of which there are more, do not fit.
    const tooLong = value.length > maxChars && [...value].length > maxChars;
    return tooLong ? valueViolation(`at most ${maxChars} characters`) : null;
  };
}

function oneOf(...values: readonly string[]): Check {
  const allowed = new Set(values);
  return (value) => {
    if (typeof value !== 'string') return typeViolation('a string');
    return allowed.has(value) ? null : valueViolation(`one of ${values.join(', ')}`);
  };
}

function integer(min = Number.MIN_SAFE_INTEGER): Check {
  return (value) => {
    if (!Number.isSafeInteger(value)) return typeViolation('an integer');
    return (value as number) < min ? valueViolation(`at least ${min}`) : null;
  };
}

/** ISO 8601, the zone optional. */
const DATE = /\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])/.source;
const TIME = /([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?/.source;
const ZONE = /(Z|[+-]\d\d:?\d\d)?/.source;
const TIMESTAMP = new RegExp(`^${DATE}T${TIME}${ZONE}$`);
const timestamp: Check = (value) => {
  if (typeof value !== 'string') return typeViolation('a string');
  return TIMESTAMP.test(value)
    ? null
    : valueViolation('a date and time such as 2021-11-09T16:20:35Z');
};

const textOrObject: Check = (value) =>
  typeof value === 'string' || isObject(value) ? null : typeViolation('a string or an object');

/** A list of one or more objects. */
function listOf(fields: Fields): Check {
  return (value) => {
    if (!Array.isArray(value)) return typeViolation('an array');
    if (value.length === 0) {
      return violation('OccurenceConstraintViolation', 'must hold at least one item');
    }
    for (let i = 0; i < value.length; i++) {
      const found = isObject(value[i]) ? checkFields(value[i], fields) : typeViolation('an object');
      if (found) return below(`[${i}]`, found);
    }
    return null;
  };
}

/** The first violation of an object's fields. */
export function checkFields(object: Record<string, unknown>, fields: Fields): Violation | null {
  for (const field of fields.values()) {
    if (field.required && !Object.hasOwn(object, field.name)) {
      return violation('OccurenceConstraintViolation', 'is missing', field.name);
    }
  }
  for (const name of Object.keys(object)) {
    const field = fields.get(name);
    if (!field) return violation('FormationViolation', 'is not a field of it', name.slice(0, 50));
    const found = field.check(object[name]);
    if (found) return below(name, found);
  }
  return null;
}

/** `'name?'` is optional. */
function fields(checks: Readonly<Record<string, Check>>): Fields {
  return new Map(
    Object.entries(checks).map(([key, check]) => {
      const name = key.replace('?', '');
      return [name, { name, required: name === key, check }];
    }),
  );
}

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
