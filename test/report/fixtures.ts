/** Results of runs that never happened: shard memory filled with seeded values. */
import { randomStream } from '../../src/base/random.ts';
import { type EmbeddedCounters, emptyCounters } from '../../src/csms/counters.ts';
import type { RunResult } from '../../src/fleet/result.ts';
import { DEFAULT_LIMITS } from '../../src/health/limits.ts';
import { SOUND } from '../../src/health/verdict.ts';
import { type Action, ActionIndexOf } from '../../src/ocpp/actions.ts';
import { type CommandIndex, CommandIndexOf, OTHER_COMMAND } from '../../src/ocpp/commands.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { HDR_SLOTS, hdrIndex } from '../../src/snapshot/hdr.ts';
import {
  addToSlot,
  type CallCounter,
  CallCounterIndex,
  type CommandCounter,
  CommandCounterIndex,
  type ConnectFailure,
  callCounterBase,
  callHistogram,
  commandCounterBase,
  type Disconnect,
  DisconnectOffset,
  effectHistogram,
  FailureOffset,
  type RunCounter,
  RunCounterOffset,
  type RunLatency,
  runHistogram,
  type ShardMemory,
  STAGE_OTHER,
  STAGE_STEADY,
  shardMemory,
  shardMemoryBytes,
  stageHistogram,
} from '../../src/snapshot/layout.ts';
import { readSnapshot } from '../../src/snapshot/snapshot.ts';

export const externalTarget = (url: string): Plan['target'] => ({
  ...{ kind: 'external', url, urls: [url], of: null, embedded: {} },
});

export function fixturePlan(changes: Partial<Plan> = {}): Plan {
  const plan = {
    schema: 'ocpp-load/plan/1',
    name: '5000-chargers.ts',
    description: '5 000 TONLY chargers on a working morning',
    dialect: 'as-logged',
    seed: 7319,
    scenarioFile: null,
    scriptCount: 0,
    target: { ...externalTarget('ws://127.0.0.1:0/{id}'), kind: 'embedded' },
    sourceAddresses: [],
    stages: { rampNs: 20e9, warmupNs: 0, steadyNs: 120e9, graceNs: 30e9 },
    fleets: [{ name: 'car-park', chargerCount: 5000 }],
    chargerCount: 5000,
    allowedBootFailures: 0,
    generator: { limits: DEFAULT_LIMITS, strict: false },
    ...changes,
  };
  return plan as unknown as Plan;
}

export interface Filler {
  readonly memory: ShardMemory;
  /** Adds CALLs of one action, with a service and a response time for each fate that has one. */
  /** Of the answered ones, `waited` had waited for a connection. */
  calls(
    action: Action,
    stage: number,
    counts: Partial<Record<CallCounter, number>>,
    waited?: number,
  ): void;
  count(name: RunCounter, n: number): void;
  /** Adds commands of the target, by the index of the command. */
  commands(command: CommandIndex, counts: Partial<Record<CommandCounter, number>>): void;
  failed(reason: ConnectFailure, n: number): void;
  disconnected(reason: Disconnect, n: number): void;
  /** `n` values around `medianUs` into histogram number `histogram`. */
  record(histogram: number, n: number, medianUs: number): void;
}

export function filler(seed = 1): Filler {
  const memory = shardMemory(new ArrayBuffer(shardMemoryBytes(1)));
  const random = randomStream(seed);
  const record = (histogram: number, n: number, medianUs: number) => {
    for (let i = 0; i < n; i++) {
      const valueUs = medianUs * Math.exp(1.2 * (random() + random() + random() - 1.5));
      addToSlot(memory, histogram * HDR_SLOTS + hdrIndex(valueUs));
    }
  };
  return {
    memory,
    record,
    calls(action, stage, counts, waited = 0) {
      const index = ActionIndexOf[action];
      const base = callCounterBase(stage, index);
      for (const [name, n] of Object.entries(counts)) {
        memory.counters[base + CallCounterIndex[name as CallCounter]] += n;
      }
      const { answered = 0, timedOut = 0, lost = 0 } = counts;
      record(callHistogram(stage, index, 'service'), answered, 1800);
      record(callHistogram(stage, index, 'response'), answered - waited, 2100);
      record(stageHistogram(stage, 'offline'), waited, 900_000);
      record(callHistogram(stage, index, 'response'), timedOut + lost, 30e6);
    },
    commands(command, counts) {
      const base = commandCounterBase(command);
      for (const [name, n] of Object.entries(counts)) {
        memory.counters[base + CommandCounterIndex[name as CommandCounter]] += n;
      }
    },
    count: (name, n) => void (memory.counters[RunCounterOffset[name]] += n),
    failed: (reason, n) => void (memory.counters[FailureOffset[reason]] += n),
    disconnected: (reason, n) => void (memory.counters[DisconnectOffset[reason]] += n),
  };
}

const EMBEDDED: EmbeddedCounters = {
  ...emptyCounters(),
  connectionsAccepted: 5000,
  received: { BootNotification: 5000, StatusNotification: 21_732 },
  answered: 26_732,
};

export function fixtureResult(
  fillers: readonly Filler[],
  changes: Partial<RunResult> = {},
): RunResult {
  return {
    plan: fixturePlan(),
    targetUrl: 'ws://127.0.0.1:41873/{id}',
    startedAt: new Date('2026-01-02T03:04:05.678Z'),
    rampS: 20,
    warmupS: 0,
    steadyS: 120,
    drainS: 3.04,
    ending: 'completed',
    error: null,
    snapshot: readSnapshot(fillers.map(({ memory }) => memory)),
    peakConnected: 5000,
    events: [],
    generator: {
      workers: 2,
      processes: 1,
      cpuUs: 520_000,
      steadyCpuUs: 400_000,
      rssBeforeBytes: 60e6,
      rssSteadyBytes: 94.5e6,
    },
    verdict: SOUND,
    thresholds: [],
    embedded: EMBEDDED,
    ...changes,
  };
}

/** To record and merge it takes longer than most tests that look at it; none changes it. */
const okSnapshot = once(() => readSnapshot([okShard(1).memory, okShard(2).memory]));
const troubledSnapshot = once(() => readSnapshot([troubledShard().memory]));

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** Two shards of a run in which everything went well. */
export const okResult = (): RunResult => fixtureResult([], { snapshot: okSnapshot() });

function okShard(seed: number): Filler {
  const fill = filler(seed);
  booted(fill, 2500);
  fill.calls('BootNotification', STAGE_OTHER, { sent: 2500, answered: 2500 });
  fill.calls('StatusNotification', STAGE_OTHER, { sent: 2600, answered: 2600 });
  fill.calls('StatusNotification', STAGE_STEADY, { sent: 8266, answered: 8266 });
  fill.calls('Heartbeat', STAGE_STEADY, { sent: 4900, answered: 4900 });
  fill.calls('MeterValues', STAGE_STEADY, { sent: 1482, answered: 1482 });
  countAll(fill, {
    ...{ transactionsStarted: 741, transactionsStopped: 741, transactionsBegun: 741 },
    ...{ transactionsComplete: 741, ledgerMessages: 2964, ledgerAttempts: 2964 },
    ...{ ledgerAcknowledged: 2964, ledgerAcknowledgedFirst: 2964 },
  });
  return fill;
}

function countAll(fill: Filler, counts: Partial<Record<RunCounter, number>>): void {
  for (const [name, n] of Object.entries(counts)) fill.count(name as RunCounter, n);
}

function booted(fill: Filler, n: number): void {
  fill.count('connectsAttempted', n);
  fill.count('connectsUpgraded', n);
  fill.count('everConnected', n);
  fill.count('booted', n);
  fill.record(runHistogram('connect'), n, 120);
  fill.record(runHistogram('upgrade'), n, 900);
  fill.record(runHistogram('boot'), n, 2500);
  fill.record(runHistogram('ready'), n, 1300);
  ramped(fill, 'connectedAfter', n, 0);
  ramped(fill, 'bootedAfter', n, 2500);
  fill.record(runHistogram('loopDelay'), 500, 600);
  fill.record(stageHistogram(STAGE_STEADY, 'lateness'), 500, 150);
}

/** Evenly over 20 s, each so much later; draws nothing, so that other figures stay as they are. */
function ramped({ memory }: Filler, name: RunLatency, n: number, laterUs: number): void {
  for (let i = 0; i < n; i++) {
    addToSlot(memory, runHistogram(name) * HDR_SLOTS + hdrIndex((20e6 * i) / n + laterUs));
  }
}

function troubledShard(): Filler {
  const fill = filler(3);
  booted(fill, 4871);
  fill.count('connectsAttempted', 420);
  for (const [reason, n] of [
    ['http401', 120],
    ['refused', 9],
    ['timedOut', 291],
  ] as const) {
    fill.failed(reason, n);
  }
  fill.disconnected('endedByTarget', 1204);
  fill.disconnected('callTimeouts', 3);
  fill.calls('BootNotification', STAGE_OTHER, { sent: 4900, answered: 4880, lost: 20 });
  const statuses = {
    ...{ sent: 16_000, answered: 15_000, callError: 12, timedOut: 300, lost: 677, inFlight: 11 },
    ...{ unsent: 5, dropped: 42, refused: 8, invalidReply: 2 },
  };
  fill.calls('StatusNotification', STAGE_STEADY, statuses, 60);
  fill.calls('StartTransaction', STAGE_STEADY, { sent: 700, callError: 700 });
  fill.calls('MeterValues', STAGE_STEADY, { sent: 40, answered: 3, callError: 37 });
  countAll(fill, {
    ...{ late: 17, duplicate: 1, unknownId: 4, unreadable: 6, clockUnreadable: 3 },
    ...{ carsArrived: 2000, carsMissed: 311, stalledWrites: 5, retryAfters: 7, restarts: 2 },
    ...{ droppedOffline: 4, droppedBacklog: 42, droppedQueue: 19, droppedStart: 30 },
    ...{ uploads: 3, uploadsDone: 2, uploadsFailed: 1, uploadsDenied: 1 },
  });
  troubledLedger(fill);
  troubledCommands(fill);
  return fill;
}

/** A run in which everything that can be counted went wrong. */
export function troubledResult(): RunResult {
  const plan = fixturePlan({
    target: externalTarget('wss://user:secret@csms.example/ocpp/{id}'),
  });
  return fixtureResult([], {
    snapshot: troubledSnapshot(),
    plan,
    targetUrl: 'wss://user:secret@csms.example/ocpp/{id}',
    peakConnected: 4871,
    embedded: null,
    events: [
      { atS: 1.234, text: 'first refused connect: \u001b[31mHTTP 401\u001b[0m "no\nway"\u0007' },
      { atS: 41, text: 'the target closed 1 204 connections within a second' },
    ],
  });
}

function troubledLedger(fill: Filler): void {
  countAll(fill, {
    ...{ transactionsBegun: 1204, transactionsComplete: 1180, transactionsIncomplete: 21 },
    ...{ transactionsRefused: 3, ledgerMessages: 5003, ledgerAcknowledged: 4940 },
    ...{ ledgerAcknowledgedFirst: 4810, ledgerDiscarded: 30, ledgerOverflowed: 19 },
    ...{ ledgerQueued: 14, ledgerAttempts: 5210 },
  });
}

function troubledCommands(fill: Filler): void {
  const { RemoteStartTransaction, GetConfiguration, SetChargingProfile } = CommandIndexOf;
  fill.commands(RemoteStartTransaction, {
    ...{ received: 1210, answered: 1203, errored: 2, dropped: 4, unanswered: 1, refused: 9 },
  });
  fill.commands(GetConfiguration, { received: 40, answered: 40 });
  fill.commands(SetChargingProfile, { received: 4871, answered: 4871, refused: 12 });
  fill.commands(OTHER_COMMAND, { received: 2, errored: 2 });
  fill.record(effectHistogram('RemoteStartTransaction'), 1100, 21_000);
  fill.record(effectHistogram('SetChargingProfile'), 4859, 840_000);
}

/** Ctrl-C in the steady stage, with CALLs under way. */
export function interruptedResult(): RunResult {
  const fill = filler(4);
  booted(fill, 5000);
  fill.calls('BootNotification', STAGE_OTHER, { sent: 5000, answered: 5000 });
  fill.calls('Heartbeat', STAGE_STEADY, { sent: 812, answered: 809, inFlight: 3 });
  return fixtureResult([fill], { steadyS: 21.3, drainS: 0.8, ending: 'interrupted' });
}
