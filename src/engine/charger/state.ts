/**
 * What is known of each charger, a row of columns: charger `c` of a shard is index `c` of every
 * array. About 220 bytes a charger, timers included; no object a charger.
 */
import { streamSeed } from '../../base/random.ts';

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
} as const;

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
} as const;

/** `closing`: stopped, but the messages that follow a StopTransaction may not all be sent. */
export const Transaction = { none: 0, open: 1, closing: 2 } as const;

/** Who wanted the outstanding CALL. */
export const Source = { boot: 0, life: 1, heartbeat: 2, meter: 3, script: 4 } as const;

/** Timers of a charger: timer number = `c * TIMERS + kind`. */
export const Timer = {
  /** Life steps, and the retry of a boot. */
  life: 0,
  heartbeat: 1,
  meter: 2,
  /** Connect, handshake limit, call timeout: whatever the link waits for. */
  link: 3,
} as const;
export const TIMERS = 4;

export const NO_CALL = 255;
export const NEVER = Number.POSITIVE_INFINITY;

export interface ChargerState {
  readonly count: number;
  /** Index in the run, and fleet. */
  readonly globalIndex: Uint32Array;
  readonly fleet: Uint16Array;
  readonly random: Uint32Array;

  readonly link: Uint8Array;
  readonly connectAttempts: Uint8Array;
  readonly everConnected: Uint8Array;
  /** When the present connection was due. */
  readonly connectDueNs: Float64Array;

  readonly booted: Uint8Array;
  readonly bootDueNs: Float64Array;
  /** When the present attempt to boot began, for the `boot` phase. */
  readonly bootStartNs: Float64Array;

  readonly life: Uint8Array;
  readonly pc: Int32Array;
  readonly repeats: Uint32Array;
  /** The CALL that the life wants to send or has sent, and when it was due. */
  readonly lifeTemplate: Uint16Array;
  readonly lifeDueNs: Float64Array;
  /** 1: it became due without a connection. */
  readonly lifeOffline: Uint8Array;

  /** The outstanding CALL: action (or `NO_CALL`), who wanted it, when it was due and sent. */
  readonly callAction: Uint8Array;
  readonly callSource: Uint8Array;
  readonly callStage: Uint8Array;
  readonly callOffline: Uint8Array;
  readonly callDueNs: Float64Array;
  readonly callSentNs: Float64Array;
  readonly nextId: Uint32Array;
  /** Bit k: the CALL k ids ago was timed out or lost; tells late answers from duplicate ones. */
  readonly givenUpIds: Uint32Array;
  readonly timeoutsInRow: Uint8Array;
  /** The first moment at which the next CALL is allowed: lateness counts from here. */
  readonly allowedNs: Float64Array;

  readonly heartbeatEveryNs: Float64Array;
  readonly heartbeatDueNs: Float64Array;

  readonly transaction: Uint8Array;
  readonly transactionId: Float64Array;
  readonly transactionStartNs: Float64Array;
  readonly powerW: Float64Array;
  readonly chargeEndNs: Float64Array;
  /** The next sample: its number in the transaction, and when it is due (`NEVER`: none). */
  readonly sampleIndex: Uint32Array;
  readonly sampleDueNs: Float64Array;
  readonly recordId: Uint32Array;
}

/** Rows for the chargers with these indexes in the run; `fleetOf[c]` is their fleet. */
export function createChargerState(
  seed: number,
  globalIndex: Uint32Array,
  fleetOf: Uint16Array,
  repeatDepth: number,
  firstMessageId: (fleet: number) => number,
): ChargerState {
  const count = globalIndex.length;
  const bytes = () => new Uint8Array(count);
  const words = () => new Uint32Array(count);
  const numbers = () => new Float64Array(count);
  return {
    count,
    globalIndex,
    fleet: fleetOf,
    random: Uint32Array.from(globalIndex, (index) => streamSeed(seed, index)),
    link: bytes(),
    connectAttempts: bytes(),
    everConnected: bytes(),
    connectDueNs: numbers(),
    booted: bytes(),
    bootDueNs: numbers(),
    bootStartNs: numbers(),
    life: bytes(),
    pc: new Int32Array(count),
    repeats: new Uint32Array(count * repeatDepth),
    lifeTemplate: new Uint16Array(count),
    lifeDueNs: numbers(),
    lifeOffline: bytes(),
    callAction: bytes().fill(NO_CALL),
    callSource: bytes(),
    callStage: bytes(),
    callOffline: bytes(),
    callDueNs: numbers(),
    callSentNs: numbers(),
    nextId: Uint32Array.from(fleetOf, firstMessageId),
    givenUpIds: words(),
    timeoutsInRow: bytes(),
    allowedNs: numbers(),
    heartbeatEveryNs: numbers(),
    heartbeatDueNs: numbers().fill(NEVER),
    transaction: bytes(),
    transactionId: numbers(),
    transactionStartNs: numbers(),
    powerW: numbers(),
    chargeEndNs: numbers(),
    sampleIndex: words(),
    sampleDueNs: numbers().fill(NEVER),
    recordId: words().fill(1),
  };
}
