/**
 * A charger model is data: the texts of its frames with slots in angle brackets, and a few numbers.
 * To add a model, see docs/add-a-model.md.
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
  'reservationId', // 0: none
  'timestamp', // the moment that the message is about, e.g. 2021-11-09T16:20:35
  'startTime', // start of the transaction, e.g. 2021-11-09 16:26:38
  'endTime', // end of the transaction
  'energyKwh', // the register, two decimals
  'energyWh', // the register, whole
  'powerW', // over all phases, whole
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
  | 'meterValues' // of a transaction, with `<meterValue>`
  | 'idleValues' // of no transaction, with `<meterValue>`
  | 'stop';

/** Frames that a model may lack. */
export type OptionalFrameName =
  /** The charging record of exchange 13; without it a session ends with Finishing. */
  | 'record'
  /** A StartTransaction that ends a reservation, where `start` says nothing of one. */
  | 'startReserved';

/** A key of GetConfiguration and ChangeConfiguration (OCPP 1.6, chapter 9). */
export interface ConfigurationKey {
  readonly key: string;
  /** `{id}` in it stands for the identity. */
  readonly value: string;
  readonly readonly: boolean;
  /** Can be changed but is listed only in a dialect that `listsHiddenKeys`. */
  readonly hidden?: boolean;
}

/** How the answers to commands differ between the dialects. */
export interface DialectManners {
  /** GetConfiguration answers with all keys, whatever was asked (exchange 5). */
  readonly listsAllKeys: boolean;
  readonly listsHiddenKeys: boolean;
  /** CancelReservation accepts any id (exchange 14). */
  readonly cancelsAnyReservation: boolean;
  /** FirmwareStatusNotifications of an update, in order (exchange 18). */
  readonly firmwareSteps: readonly FirmwareStep[];
  /** StopTransaction gives its reason when it is not Local. */
  readonly tellsStopReason: boolean;
  /** Message ids begin again with each restart and triggered boot (exchange 15). */
  readonly restartsIds: boolean;
}
export type FirmwareStep = 'Downloading' | 'Downloaded' | 'Installing' | 'Installed';

export interface DialectFrames {
  /** Minutes east of UTC in which the charger prints its times. */
  readonly utcOffsetMin: number;
  /** Appended to a timestamp: `''` prints local time without a zone, `'Z'` UTC. */
  readonly zone: '' | 'Z';
  /** One OCPP-J CALL each, with slots such as `<id>`. */
  readonly frames: Readonly<Record<FrameName, string> & Partial<Record<OptionalFrameName, string>>>;
  /** One element of `meterValue`, with `<context>` filled when the plan is made. */
  readonly meterValue: string;
  /** The StatusNotification, with `<status>` and `<errorCode>` filled when the plan is made. */
  readonly status: string;
  readonly manners: DialectManners;
}

export interface ChargerModel {
  readonly name: string;
  /** The Origin header of the upgrade, with `{id}` for the identity; none when absent. */
  readonly origin?: string;
  /** First message id after a boot. */
  readonly firstMessageId: number;
  /** 1 to 4; every one lives its own life. */
  readonly connectors: number;
  /** Sends a status of connector 0, the charge point as a whole, too. */
  readonly tellsWholeStatus: boolean;
  /** `session`: the register counts one transaction from 0; `lifetime`: it goes on counting. */
  readonly register: 'session' | 'lifetime';
  readonly configuration: readonly ConfigurationKey[];
  /** Keys that are another name of a key: changing one changes both. */
  readonly configurationAliases: Readonly<Record<string, string>>;
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
