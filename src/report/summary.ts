import type { EmbeddedCounters } from '../csms/counters.ts';
import type { Ending, RunEvent, RunResult } from '../fleet/result.ts';
import type { Verdict } from '../health/verdict.ts';
import { ACTIONS } from '../ocpp/actions.ts';
import { checkFates } from '../snapshot/check-fates.ts';
import { type LatencySummary, summarise } from '../snapshot/hdr.ts';
import {
  type CallCounts,
  callCounts,
  callLatency,
  connectFailures,
  disconnects,
  runCounter,
  runLatency,
  type Scope,
  type Snapshot,
  stageLatency,
} from '../snapshot/snapshot.ts';
import { type RampSummary, rampOf } from '../view/ramp.ts';
import { type AgentSummary, agentSummaries } from './agents.ts';
import { cleanText, hideCredentials } from './clean.ts';
import {
  type CommandsSummary,
  commandsOf,
  type EffectsSummary,
  effectsOf,
  type LedgerSummary,
  ledgerOf,
  type TransactionsSummary,
  transactionsOf,
  type UploadsSummary,
  uploadsOf,
} from './deliveries.ts';
import { type ExitCause, outcomeOf } from './outcome.ts';
import { plannedChargers } from './share.ts';
import { type ThresholdSummary, thresholdsOf } from './thresholds.ts';

/** Numbers of CALLs by fate and quality, and how long they took. */
export interface CallSummary extends CallCounts {
  readonly serviceMs: LatencySummary;
  readonly responseMs: LatencySummary;
}

/** Parts of connecting, and all of it from the planned moment (`ready`). */
const PHASES = ['connect', 'tls', 'upgrade', 'boot', 'ready'] as const;
type Phase = (typeof PHASES)[number];

/** Milliseconds. */
export type SpreadMs = Pick<LatencySummary, 'p50' | 'p99' | 'max'>;

/**
 * The result of a run as plain JSON; `summary.schema.json` describes every field. Figures are of
 * the whole run, those under `steady` of the steady stage.
 */
export interface Summary {
  readonly schema: 'ocpp-load/summary/1';
  readonly run: {
    readonly scenario: string;
    readonly description: string;
    readonly dialect: string;
    readonly seed: number;
    readonly startedAt: string;
    readonly durationS: number;
    readonly rampS: number;
    readonly warmupS: number;
    readonly steadyS: number;
    readonly drainS: number;
    readonly workers: number;
    /** That the workers were spread over. */
    readonly processes: number;
    readonly node: string;
  };
  readonly target: { readonly kind: 'embedded' | 'external'; readonly url: string };
  readonly ending: Ending;
  readonly error: string | null;
  readonly chargers: {
    readonly planned: number;
    readonly connected: number;
    readonly booted: number;
    readonly peakConnected: number;
  };
  readonly connects: {
    readonly attempted: number;
    readonly upgraded: number;
    readonly abandoned: number;
    /** Without a known end: only after a shard died. */
    readonly unknown: number;
    readonly retryAfters: number;
    readonly failed: Readonly<Record<string, number>>;
  };
  readonly calls: CallSummary;
  readonly actions: Readonly<Record<string, CallSummary>>;
  readonly phases: Readonly<Record<Phase, LatencySummary>>;
  /** How fast the chargers came. */
  readonly ramp: RampSummary;
  readonly generator: {
    readonly cpuUsPerCall: number;
    readonly rssPerChargerBytes: number;
    readonly loopDelayMs: SpreadMs;
    readonly latenessMs: SpreadMs;
  };
  readonly steady: {
    readonly durationS: number;
    readonly calls: CallSummary;
    readonly actions: Readonly<Record<string, CallSummary>>;
    readonly cpuUsPerCall: number;
    readonly latenessMs: SpreadMs;
  };
  /** Response time of CALLs that had waited for a connection. */
  readonly offlineMs: LatencySummary;
  readonly sums: { readonly agree: boolean; readonly broken: readonly string[] };
  readonly disconnects: Readonly<Record<string, number>>;
  readonly answers: {
    readonly late: number;
    readonly duplicate: number;
    readonly unknownId: number;
    readonly unreadable: number;
    readonly clockUnreadable: number;
  };
  readonly ledger: LedgerSummary;
  readonly transactions: TransactionsSummary;
  readonly commands: CommandsSummary;
  readonly effects: EffectsSummary;
  readonly uploads: UploadsSummary;
  /** Re-boots of chargers: Reset, UpdateFirmware. */
  readonly restarts: number;
  /** `came`: all of them; `arrived`: those that found a free charger. */
  readonly cars: { readonly came: number; readonly arrived: number; readonly missed: number };
  readonly dropped: {
    readonly offline: number;
    readonly backlog: number;
    readonly queue: number;
    readonly start: number;
  };
  readonly wire: {
    readonly bytesSent: number;
    readonly bytesReceived: number;
    readonly pingsReceived: number;
    readonly pingsSent: number;
    readonly pongsReceived: number;
    readonly stalledWrites: number;
  };
  readonly thresholds: readonly ThresholdSummary[];
  readonly embedded: EmbeddedCounters | null;
  /** Only of a run over several machines: each share in the hands of each agent that had it. */
  readonly agents?: readonly AgentSummary[];
  readonly events: readonly RunEvent[];
  /** Whether the generator was sound, and what was wrong with it. */
  readonly verdict: Verdict;
  /** The exit code, and each reason for one, the worst first; none when it is 0. */
  readonly outcome: { readonly exitCode: number; readonly causes: readonly ExitCause[] };
}

export function buildSummary(result: RunResult): Summary {
  const { plan, snapshot, ending } = result;
  const count = (name: Parameters<typeof runCounter>[1]) => runCounter(snapshot, name);
  const calls = callSummary(snapshot, 'whole');
  const facts = factsOf(result, checkFates(snapshot));
  const { exitCode, exits } = outcomeOf(result, facts);
  return {
    schema: 'ocpp-load/summary/1',
    ...facts,
    target: { kind: plan.target.kind, url: cleanText(hideCredentials(result.targetUrl)) },
    ending,
    error: result.error === null ? null : cleanText(hideCredentials(result.error.message)),
    connects: {
      attempted: count('connectsAttempted'),
      upgraded: count('connectsUpgraded'),
      abandoned: count('connectsAbandoned'),
      unknown: count('connectsUnknown'),
      retryAfters: count('retryAfters'),
      failed: connectFailures(snapshot),
    },
    calls,
    actions: actionSummaries(snapshot, 'whole'),
    phases: phasesOf(snapshot),
    ramp: rampOf(snapshot, plannedChargers(plan, result.share)),
    generator: generatorOf(result, calls.sent),
    steady: steadyOf(result),
    offlineMs: summarise(stageLatency(snapshot, 'offline', 'whole')),
    disconnects: disconnects(snapshot),
    answers: {
      late: count('late'),
      duplicate: count('duplicate'),
      unknownId: count('unknownId'),
      unreadable: count('unreadable'),
      clockUnreadable: count('clockUnreadable'),
    },
    ledger: ledgerOf(snapshot),
    transactions: transactionsOf(snapshot),
    commands: commandsOf(snapshot),
    effects: effectsOf(snapshot),
    uploads: uploadsOf(snapshot),
    restarts: count('restarts'),
    cars: {
      came: count('carsArrived') + count('carsMissed'),
      arrived: count('carsArrived'),
      missed: count('carsMissed'),
    },
    dropped: {
      offline: count('droppedOffline'),
      backlog: count('droppedBacklog'),
      queue: count('droppedQueue'),
      start: count('droppedStart'),
    },
    wire: {
      bytesSent: count('bytesSent'),
      bytesReceived: count('bytesReceived'),
      pingsReceived: count('pingsReceived'),
      pingsSent: count('pingsSent'),
      pongsReceived: count('pongsReceived'),
      stalledWrites: count('stalledWrites'),
    },
    embedded: result.embedded,
    ...(result.shares && { agents: agentSummaries(result.shares) }),
    events: result.events.map(({ atS, text }) => ({ atS, text: cleanText(hideCredentials(text)) })),
    verdict: verdictOf(result.verdict),
    outcome: { exitCode, causes: exits },
  };
}

function factsOf(result: RunResult, broken: readonly string[]) {
  const { plan, share, snapshot, peakConnected } = result;
  const planned = plannedChargers(plan, share);
  const [connected, booted] = [
    runCounter(snapshot, 'everConnected'),
    runCounter(snapshot, 'booted'),
  ];
  return {
    run: runOf(result),
    sums: { agree: broken.length === 0, broken },
    chargers: { planned, connected, booted, peakConnected },
    thresholds: thresholdsOf(result),
  };
}

/** The words of a lost worker may be those of a scenario. */
function verdictOf({ trust, findings }: Verdict): Verdict {
  const clean = (text: string) => cleanText(hideCredentials(text));
  return { trust, findings: findings.map((each) => ({ ...each, text: clean(each.text) })) };
}

function runOf(result: RunResult): Summary['run'] {
  const { plan, rampS, warmupS, steadyS, drainS } = result;
  return {
    scenario: plan.name,
    description: cleanText(plan.description),
    dialect: plan.dialect,
    seed: plan.seed,
    startedAt: result.startedAt.toISOString(),
    durationS: round(rampS + warmupS + steadyS + drainS, 3),
    rampS: round(rampS, 3),
    warmupS: round(warmupS, 3),
    steadyS: round(steadyS, 3),
    drainS: round(drainS, 3),
    workers: result.generator.workers,
    processes: result.generator.processes,
    node: process.version,
  };
}

export function callSummary(snapshot: Snapshot, scope: Scope, action?: number): CallSummary {
  return {
    ...callCounts(snapshot, scope, action),
    serviceMs: summarise(callLatency(snapshot, 'service', scope, action)),
    responseMs: summarise(callLatency(snapshot, 'response', scope, action)),
  };
}

/** Only the actions of which something was due. */
export function actionSummaries(snapshot: Snapshot, scope: Scope): Record<string, CallSummary> {
  const due = ACTIONS.map((_, action) => action).filter((action) => {
    const { sent, unsent, dropped } = callCounts(snapshot, scope, action);
    return sent + unsent + dropped > 0;
  });
  return Object.fromEntries(
    due.map((action) => [ACTIONS[action], callSummary(snapshot, scope, action)]),
  );
}

export function phasesOf(snapshot: Snapshot): Summary['phases'] {
  return Object.fromEntries(
    PHASES.map((name) => [name, summarise(runLatency(snapshot, name))]),
  ) as Summary['phases'];
}

function generatorOf(result: RunResult, sent: number): Summary['generator'] {
  const { snapshot, generator, peakConnected } = result;
  const grownBytes = generator.rssSteadyBytes - generator.rssBeforeBytes;
  return {
    cpuUsPerCall: sent > 0 ? round(generator.cpuUs / sent, 2) : 0,
    rssPerChargerBytes: peakConnected > 0 ? Math.round(grownBytes / peakConnected) : 0,
    loopDelayMs: spread(summarise(runLatency(snapshot, 'loopDelay'))),
    latenessMs: spread(summarise(stageLatency(snapshot, 'lateness', 'whole'))),
  };
}

function steadyOf(result: RunResult): Summary['steady'] {
  const { snapshot, steadyS, generator } = result;
  const calls = callSummary(snapshot, 'steady');
  return {
    durationS: round(steadyS, 3),
    calls,
    actions: actionSummaries(snapshot, 'steady'),
    cpuUsPerCall: calls.sent > 0 ? round(generator.steadyCpuUs / calls.sent, 2) : 0,
    latenessMs: spread(summarise(stageLatency(snapshot, 'lateness', 'steady'))),
  };
}

const spread = ({ p50, p99, max }: LatencySummary): SpreadMs => ({ p50, p99, max });

const round = (value: number, digits: number) => Number(value.toFixed(digits));
