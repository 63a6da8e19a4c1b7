/** The objects of what only some chargers have, at some time: nothing here is per message. */
import type { InstalledProfile } from './command/profiles.ts';

export interface Task {
  readonly name: string;
  readonly atNs: number;
  /** `nowNs` is read for this task; `atNs` is when it should have run. */
  readonly run: (nowNs: number, atNs: number) => void;
}

/** A CALL that neither the life nor the queue sends; see `extras.ts`. */
export interface ExtraCall {
  /** A template of the fleet, or -1: then `payload` is the JSON of the payload. */
  readonly template: number;
  readonly action: number;
  readonly payload: string;
  /** Row of the connector that it is about; `connectorId` is what it says (0: the whole). */
  readonly connector: number;
  readonly connectorId: number;
  readonly dueNs: number;
  /** It may be sent before the boot is accepted (OCPP 1.6, 4.2). */
  readonly triggered: boolean;
  /** Told once, when it has its fate or will not be sent. */
  readonly done: ((answered: boolean, nowNs: number) => void) | null;
}

export interface Reservation {
  readonly reservationId: number;
  readonly idTag: string;
  readonly parentIdTag: string | null;
  /** Row of the connector. */
  readonly connector: number;
}

export interface RareState {
  /** Values that differ from the fleet's. */
  readonly configuration: Map<string, string>;
  /** By row of the connector. */
  readonly reservations: Map<number, Reservation>;
  profiles: readonly InstalledProfile[];
  /** 0: no list. */
  localListVersion: number;
  localListEntries: Set<string>;
  diagnosticsStatus: 'Idle' | 'Uploading' | 'Uploaded' | 'UploadFailed';
  firmwareStatus: string;
  /** Commands read in the second that began at `windowNs`. */
  windowNs: number;
  windowCount: number;
  /** The stream of reaction times. */
  random: Uint32Array | null;
  /** Commands that wait for the reaction time, by their index. */
  readonly waiting: number[];
}

/** Where the life of a connector stood when a remote session began. */
export interface Resume {
  readonly life: number;
  readonly pc: number;
  /** Deadline of the life timer, or NEVER. */
  readonly untilNs: number;
}
