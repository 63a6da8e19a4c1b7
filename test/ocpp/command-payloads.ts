/** A correct payload per command with every field that OCPP 1.6 knows, and the schemas' fields. */
import schemas from 'ocpp-rpc/lib/schemas/ocpp1_6.json' with { type: 'json' };
import type { Command } from '../../src/ocpp/commands.ts';

export const TIMESTAMP = '2021-11-09T16:20:35Z';
export type Payload = Record<string, unknown>;

const PROFILE = {
  chargingProfileId: 1,
  transactionId: 701,
  stackLevel: 1,
  chargingProfilePurpose: 'TxProfile',
  chargingProfileKind: 'Recurring',
  recurrencyKind: 'Daily',
  validFrom: TIMESTAMP,
  validTo: '2021-11-10T16:20:35.224+08:00',
  chargingSchedule: {
    duration: 86_400,
    startSchedule: TIMESTAMP,
    chargingRateUnit: 'A',
    chargingSchedulePeriod: [
      { startPeriod: 0, limit: 32.1, numberPhases: 3 },
      { startPeriod: 60, limit: 6, numberPhases: 1 },
    ],
    minChargingRate: 0.3,
  },
};

export const FULL_COMMANDS: Readonly<Record<Command, Payload>> = {
  CancelReservation: { reservationId: 5 },
  ChangeAvailability: { connectorId: 1, type: 'Inoperative' },
  ChangeConfiguration: { key: 'HeartbeatInterval', value: '60' },
  ClearCache: {},
  ClearChargingProfile: {
    id: 1,
    connectorId: 1,
    chargingProfilePurpose: 'TxDefaultProfile',
    stackLevel: 1,
  },
  DataTransfer: { vendorId: 'TONLY', messageId: 'prices', data: '{}' },
  GetCompositeSchedule: { connectorId: 1, duration: 600, chargingRateUnit: 'W' },
  GetConfiguration: { key: ['WIFI_SSID_Key', 'WIFI_PassWordKey'] },
  GetDiagnostics: {
    location: 'ftp://ftpuser:secret@192.0.2.10:21/diagnosticFiles',
    retries: 1,
    retryInterval: 10,
    startTime: TIMESTAMP,
    stopTime: TIMESTAMP,
  },
  GetLocalListVersion: {},
  RemoteStartTransaction: { connectorId: 1, idTag: '13800000000', chargingProfile: PROFILE },
  RemoteStopTransaction: { transactionId: 701 },
  ReserveNow: {
    connectorId: 1,
    expiryDate: TIMESTAMP,
    idTag: '13800000000',
    parentIdTag: '13800000001',
    reservationId: 1,
  },
  Reset: { type: 'Soft' },
  SendLocalList: {
    listVersion: 2,
    localAuthorizationList: [
      {
        idTag: '13800000000',
        idTagInfo: { expiryDate: TIMESTAMP, parentIdTag: '13800000001', status: 'Accepted' },
      },
    ],
    updateType: 'Full',
  },
  SetChargingProfile: { connectorId: 1, csChargingProfiles: PROFILE },
  TriggerMessage: { requestedMessage: 'MeterValues', connectorId: 1 },
  UnlockConnector: { connectorId: 1 },
  UpdateFirmware: {
    location: 'ftp://192.0.2.10/test/AC48k01_update.bin',
    retries: 1,
    retrieveDate: TIMESTAMP,
    retryInterval: 10,
  },
};

interface Schema {
  readonly type: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly maxLength?: number;
  readonly multipleOf?: number;
}

/** A field that the official schema of a command has, at any depth. */
export interface SchemaField {
  /** `['chargingSchedulePeriod', 0, 'limit']`, from the payload down. */
  readonly keys: readonly (string | number)[];
  readonly required: boolean;
  readonly schema: Schema;
}

/** Lists take part with their first item. */
export function schemaFieldsOf(command: Command): SchemaField[] {
  const schema = schemas.find(({ $id }) => $id === `urn:${command}.req`);
  return fieldsBelow(schema as unknown as Schema, []);
}

function fieldsBelow(schema: Schema, keys: readonly (string | number)[]): SchemaField[] {
  if (schema.items) return fieldsBelow(schema.items, [...keys, 0]);
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => {
    const required = schema.required?.includes(name) ?? false;
    const field = { keys: [...keys, name], required, schema: inner };
    return [field, ...fieldsBelow(inner, field.keys)];
  });
}

/** As a violation names it: `chargingSchedulePeriod[0].limit`. */
export const pathOf = (keys: SchemaField['keys']) =>
  keys
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
    .join('')
    .slice(1);

export function valueAt(payload: Payload, keys: SchemaField['keys']): unknown {
  return keys.reduce<unknown>((value, key) => (value as Payload)?.[key], payload);
}

/** A copy with another value there; without the field when `value` is undefined. */
export function withValue(payload: Payload, keys: SchemaField['keys'], value: unknown): Payload {
  const copy = structuredClone(payload);
  const parent = valueAt(copy, keys.slice(0, -1)) as Payload;
  if (value === undefined) delete parent[keys[keys.length - 1]];
  else parent[keys[keys.length - 1]] = value;
  return copy;
}
