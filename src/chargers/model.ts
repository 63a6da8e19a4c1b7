/**
 * A charger model is data: the texts of its frames with slots in angle brackets, and a few numbers.
 * To add a model, copy `tonly48a.ts`; nothing else needs to change.
 */

/** `as-logged`: byte for byte what the real charger sends; `standard`: as the 1.6 schemas ask. */
export const DIALECTS = ['as-logged', 'standard'] as const;
export type Dialect = (typeof DIALECTS)[number];

/**
 * What a slot may hold. Numbers carry their unit and decimals in the name; times come as the
 * dialect prints them.
 */
export const SLOTS = [
  'id', // message id, decimal
  'identity', // charge point identity
  'idTag',
  'connector',
  'transactionId',
  'meterStartWh',
  'meterStopWh',
  'timestamp', // the moment that the message is about, e.g. 2021-11-09T16:20:35
  'startTime', // start of the transaction, e.g. 2021-11-09 16:26:38
  'endTime', // end of the transaction
  'energyKwh', // two decimals
  'currentA', // two decimals, a phase
  'voltage1V', // one decimal
  'voltage2V',
  'voltage3V',
  'temperatureC', // whole degrees
  'recordId', // counts the charging records of a charger from 1
  'cost', // two decimals, in the charger's currency
] as const;
export type Slot = (typeof SLOTS)[number];

/** The frames of a life. A status frame is named by its state. */
export type FrameName =
  | 'boot'
  | 'heartbeat'
  | 'authorize'
  | 'start'
  | 'meterValues'
  | 'stop'
  | 'record';

export interface DialectFrames {
  /** Minutes east of UTC in which the charger prints its times. */
  readonly utcOffsetMin: number;
  /** Appended to a timestamp: `''` prints local time without a zone, `'Z'` UTC. */
  readonly zone: '' | 'Z';
  /** One OCPP-J CALL each, with slots such as `<id>`. */
  readonly frames: Readonly<Record<FrameName, string>>;
  /** The StatusNotification, with `<status>` and `<errorCode>` filled when the plan is made. */
  readonly status: string;
}

export interface ChargerModel {
  readonly name: string;
  /** The Origin header of the upgrade, with `{id}` for the identity; none when absent. */
  readonly origin?: string;
  /** First message id after a boot. */
  readonly firstMessageId: number;
  readonly phases: number;
  /** Mean voltage of each phase, V. */
  readonly voltageV: readonly [number, number, number];
  readonly maxCurrentA: number;
  /** Price of a kWh in the charging record. */
  readonly pricePerKwh: number;
  /** Error code of the state that `churn({ faults })` goes through. */
  readonly faultCode: string;
  /** Default identity and password patterns. */
  readonly identity: string;
  readonly password: string;
  readonly idTag: string;
  readonly dialects: Readonly<Record<Dialect, DialectFrames>>;
}
