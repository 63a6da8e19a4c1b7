/**
 * What is known of each charger, a row of columns: charger `c` of a shard is index `c` of every
 * array. Connectors have rows of their own: row `c` is the first connector of charger `c`, those
 * beyond the first lie behind all chargers. About 330 bytes a charger, timers included; no object
 * a charger.
 */
import { streamSeed } from '../../base/random.ts';
import type { Transaction } from './transaction.ts';

/** Where a charger's connection is. */
export const Link = {
  /** Not planned yet, or waiting to connect (again). */
  waiting: 0,
  /** Wants to connect; all handshake slots are taken. */
  queued: 1,
  connecting: 2,
  open: 3,
  /** Closed by us at the end of the drain. */
  closing: 4,
  gone: 5,
  /** Closed by us, to come back with a boot. */
  restarting: 6,
} as const;

/** What the central system thinks of a charger (OCPP 1.6, 4.2). */
export const Boot = { none: 0, accepted: 1, pending: 2, rejected: 3 } as const;

/** Bits of `more`: what sends beyond the first connector's life and the heartbeat. */
export const More = { connectors: 1, queue: 2, extras: 4, boot: 8 } as const;

/** Bits of `blocked`: why a connector may not be used. */
export const Blocked = { inoperative: 1, reserved: 2 } as const;

/** What a charger's life waits for. */
export const Life = {
  /** The acceptance of its boot. */
  boot: 0,
  /** The life timer. */
  timer: 1,
  /** The moment that its CALL may be sent. */
  call: 2,
  /** The answer to its CALL. */
  answer: 3,
  /** A car (open load). */
  arrival: 4,
  /** The end of the charge, on the life timer. */
  charging: 5,
  script: 6,
  /** Nothing more: the life has no further step. */
  ended: 7,
  /** Nothing more: the run is ending. */
  finished: 8,
  /** The fate of the first attempt to deliver its StartTransaction or StopTransaction. */
  delivery: 9,
} as const;

/** `closing`: stopped, but the messages that follow a StopTransaction may not all be sent. */
export const Charge = { none: 0, open: 1, closing: 2 } as const;

/** Who wanted the outstanding CALL. */
export const Source = { boot: 0, life: 1, heartbeat: 2, queue: 3, script: 4, extra: 5 } as const;

/** Timers of a charger or connector: timer number = `row * TIMERS + kind`. */
export const Timer = {
  /** Life steps of a connector. */
  life: 0,
  heartbeat: 1,
  /** The next sample of a connector. */
  sample: 2,
  /** Connect, handshake limit, call timeout: whatever the link waits for. */
  link: 3,
  /** The retry of a boot, and everything rare: the first of the charger's tasks. */
  task: 4,
} as const;
export const TIMERS = 5;

export const NO_CALL = 255;
export const NEVER = Number.POSITIVE_INFINITY;

export interface ChargerState {
  readonly count: number;
  /** Rows of connectors; at least `count`. */
  readonly connectorCount: number;
  /** Index in the run, and fleet. */
  readonly globalIndex: Uint32Array;
  readonly fleet: Uint16Array;

  readonly link: Uint8Array;
  readonly connectAttempts: Uint8Array;
  readonly everConnected: Uint8Array;
  /** When the present connection was due. */
  readonly connectDueNs: Float64Array;

  /** See `Boot`; and whether it was ever accepted. */
  readonly booted: Uint8Array;
  readonly everBooted: Uint8Array;
  readonly bootDueNs: Float64Array;
  /** When the present attempt to boot began, for the `boot` phase. */
  readonly bootStartNs: Float64Array;
  /** The charger's clock is so far ahead of this machine's. */
  readonly clockOffsetMs: Float64Array;

  /** See `More`; 0 for most chargers at most times. */
  readonly more: Uint8Array;
  /** The outstanding CALL: action (or `NO_CALL`), who wanted it, when it was due and sent. */
  readonly callAction: Uint8Array;
  readonly callSource: Uint8Array;
  readonly callStage: Uint8Array;
  readonly callOffline: Uint8Array;
  readonly callDueNs: Float64Array;
  readonly callSentNs: Float64Array;
  /** The connector whose life or script wanted it. */
  readonly callRow: Int32Array;
  readonly nextId: Uint32Array;
  /** Bit k: the CALL k ids ago was timed out or lost; tells late answers from duplicate ones. */
  readonly givenUpIds: Uint32Array;
  readonly timeoutsInRow: Uint8Array;
  /** The first moment at which the next CALL is allowed: lateness counts from here. */
  readonly allowedNs: Float64Array;

  readonly heartbeatEveryNs: Float64Array;
  readonly heartbeatDueNs: Float64Array;
  readonly sampleEveryNs: Float64Array;
  readonly recordId: Uint32Array;

  /** Transaction-related messages in order: the first and last entry (-1: none), and how many. */
  readonly queueHead: Int32Array;
  readonly queueTail: Int32Array;
  readonly queueLength: Uint32Array;

  // Of connectors, by row.
  readonly owner: Int32Array;
  /** The next connector of the same charger, or -1. */
  readonly nextConnector: Int32Array;
  /** From 1. */
  readonly connectorId: Uint8Array;
  readonly random: Uint32Array;
  readonly life: Uint8Array;
  readonly pc: Int32Array;
  readonly repeats: Uint32Array;
  /** The CALL that the life wants to send or has sent, and when it was due. */
  readonly lifeTemplate: Uint16Array;
  readonly lifeDueNs: Float64Array;
  /** 1: it became due without a connection. */
  readonly lifeOffline: Uint8Array;
  /** Template of its status (0: none yet), and of the status that the central system knows. */
  readonly status: Uint16Array;
  readonly statusTold: Uint16Array;
  /** See `Blocked`. */
  readonly blocked: Uint8Array;

  /** See `Charge`, and the transaction itself. */
  readonly charge: Uint8Array;
  readonly transaction: (Transaction | null)[];
  readonly transactionId: Float64Array;
  readonly transactionStartNs: Float64Array;
  readonly chargeEndNs: Float64Array;
  /** Index in `STOP_REASONS`; above 0: somebody wants the charge to end. */
  readonly stopReason: Uint8Array;
  /** The register at `energySinceNs`, Wh, and the power since then. */
  readonly energyWh: Float64Array;
  readonly energySinceNs: Float64Array;
  readonly powerW: Float64Array;
  /** What the car would take without a limit. */
  readonly wantedW: Float64Array;
  /** The next sample: its number in the transaction, and when it is due (`NEVER`: none). */
  readonly sampleIndex: Uint32Array;
  readonly sampleDueNs: Float64Array;
}

export interface StateOptions {
  readonly seed: number;
  /** Of the chargers of this shard: index in the run, and fleet. */
  readonly globalIndex: Uint32Array;
  readonly fleetOf: Uint16Array;
  readonly repeatDepth: number;
  /** By fleet. */
  readonly firstMessageId: (fleet: number) => number;
  readonly connectors: (fleet: number) => number;
  readonly sampleEveryNs: (fleet: number) => number;
}

export function createChargerState(options: StateOptions): ChargerState {
  const { globalIndex, fleetOf, firstMessageId, sampleEveryNs } = options;
  const count = globalIndex.length;
  const bytes = () => new Uint8Array(count);
  const numbers = () => new Float64Array(count);
  return {
    count,
    globalIndex,
    fleet: fleetOf,
    link: bytes(),
    connectAttempts: bytes(),
    everConnected: bytes(),
    connectDueNs: numbers(),
    booted: bytes(),
    everBooted: bytes(),
    bootDueNs: numbers(),
    bootStartNs: numbers(),
    clockOffsetMs: numbers(),
    more: Uint8Array.from(fleetOf, (f) => (options.connectors(f) > 1 ? More.connectors : 0)),
    callAction: bytes().fill(NO_CALL),
    callSource: bytes(),
    callStage: bytes(),
    callOffline: bytes(),
    callDueNs: numbers(),
    callSentNs: numbers(),
    callRow: new Int32Array(count),
    nextId: Uint32Array.from(fleetOf, (fleet) => firstMessageId(fleet)),
    givenUpIds: new Uint32Array(count),
    timeoutsInRow: bytes(),
    allowedNs: numbers(),
    heartbeatEveryNs: numbers(),
    heartbeatDueNs: numbers().fill(NEVER),
    sampleEveryNs: Float64Array.from(fleetOf, (fleet) => sampleEveryNs(fleet)),
    recordId: new Uint32Array(count).fill(1),
    queueHead: new Int32Array(count).fill(-1),
    queueTail: new Int32Array(count).fill(-1),
    queueLength: new Uint32Array(count),
    ...createConnectors(options),
  };
}

type ConnectorColumn = 'connectorCount' | 'owner' | 'nextConnector' | 'connectorId' | 'random';

/** Rows 0 to count - 1 are the first connectors, so that a charger of one is its own connector. */
function layOutConnectors(options: StateOptions): Pick<ChargerState, ConnectorColumn> {
  const { seed, globalIndex, fleetOf } = options;
  const owner = Array.from(globalIndex, (_, c) => c);
  const nextConnector = Array.from(globalIndex, () => -1);
  const connectorId = Array.from(globalIndex, () => 1);
  globalIndex.forEach((_, c) => {
    let before = c;
    for (let id = 2; id <= options.connectors(fleetOf[c]); id++) {
      nextConnector[before] = owner.push(c) - 1;
      before = nextConnector[before];
      nextConnector.push(-1);
      connectorId.push(id);
    }
  });
  // The first connector draws from the charger's own stream, the others from streams beside it.
  const stream = (k: number) => streamSeed(seed, globalIndex[owner[k]], (connectorId[k] - 1) * 64);
  return {
    connectorCount: owner.length,
    owner: Int32Array.from(owner),
    nextConnector: Int32Array.from(nextConnector),
    connectorId: Uint8Array.from(connectorId),
    random: Uint32Array.from(owner, (_, k) => stream(k)),
  };
}

function createConnectors(options: StateOptions) {
  const rows = layOutConnectors(options);
  const count = rows.connectorCount;
  const numbers = () => new Float64Array(count);
  return {
    ...rows,
    life: new Uint8Array(count),
    pc: new Int32Array(count),
    repeats: new Uint32Array(count * options.repeatDepth),
    lifeTemplate: new Uint16Array(count),
    lifeDueNs: numbers(),
    lifeOffline: new Uint8Array(count),
    status: new Uint16Array(count),
    statusTold: new Uint16Array(count),
    blocked: new Uint8Array(count),
    charge: new Uint8Array(count),
    transaction: new Array<Transaction | null>(count).fill(null),
    transactionId: numbers(),
    transactionStartNs: numbers(),
    chargeEndNs: numbers(),
    stopReason: new Uint8Array(count),
    energyWh: numbers(),
    energySinceNs: numbers(),
    powerW: numbers(),
    wantedW: numbers(),
    sampleIndex: new Uint32Array(count),
    sampleDueNs: numbers().fill(NEVER),
  };
}
