/** Runs the world of a seed and says what is wrong with what came out. */
import { ACTIONS } from '../../src/ocpp/actions.ts';
import { COMMAND_COUNT } from '../../src/ocpp/commands.ts';
import { checkFates } from '../../src/snapshot/check-fates.ts';
import {
  callCounts,
  callLatency,
  commandCounts,
  connectFailures,
  runCounter,
  stageLatency,
} from '../../src/snapshot/snapshot.ts';
import type { LogEntry, LogKind } from './log.ts';
import { sentCalls } from './log.ts';
import { checkRules, parsed, type Verdict } from './rules.ts';
import { type Simulation, simulate } from './simulate.ts';
import { type World, worldOf } from './world.ts';

/** How to see a seed again, with its log. */
export const replayCommand = (seed: number) => `npx node test/sim/replay.ts ${seed}`;

/** Sentences; none when the run of this seed is as it should be, with one shard and with more. */
export async function verifySeed(seed: number): Promise<string[]> {
  const world = worldOf(seed);
  const { scenario, behaviour, drainAtMs } = world;
  const run = await simulate({ scenario, seed, behaviour, drainAtMs });
  const problems = checkRun(run, world);
  // Handshake slots are divided among the shards: with few of them the order of connects differs.
  if (run.plan.limits.maxHandshakes >= 256) {
    const again = await simulate({ scenario, seed, behaviour, drainAtMs, shards: world.shards });
    if (again.log !== run.log) problems.push(`${world.shards} shards: ${difference(run, again)}`);
  }
  return problems;
}

/** Where two logs part. */
export function difference(one: Simulation, other: Simulation): string {
  const [a, b] = [one.log.split('\n'), other.log.split('\n')];
  const at = a.findIndex((line, index) => line !== b[index]);
  return at < 0 && a.length === b.length ? 'no difference' : `line ${at + 1}: ${a[at]} | ${b[at]}`;
}

export function checkRun(run: Simulation, world: Pick<World, 'faultless' | 'drainAtMs'>): string[] {
  const verdict = checkRules(run.entries, run.plan);
  return [
    ...verdict.problems,
    ...checkLedger(run, verdict),
    ...checkFates(run.snapshot),
    ...run.scriptErrors.map((error) => `a script failed: ${error.message}`),
    ...checkCalls(run, world.faultless && runCounter(run.snapshot, 'restarts') === 0),
    ...checkFleets(run),
    ...checkAnswers(run),
    ...checkConnections(run),
    ...checkLatencies(run),
    ...checkEnd(run, world.drainAtMs),
  ];
}

const sumOf = (count: number, of: (index: number) => number) =>
  Array.from({ length: count }, (_, index) => of(index)).reduce((a, b) => a + b, 0);

/** The ledger against the frames. */
function checkLedger({ snapshot }: Simulation, { attempts, acknowledged }: Verdict): string[] {
  const run = (name: Parameters<typeof runCounter>[1]) => runCounter(snapshot, name);
  return [
    ...equal('ledger attempts', run('ledgerAttempts'), attempts),
    ...equal('ledger acknowledged', run('ledgerAcknowledged'), acknowledged),
    ...equal('transactions open', run('transactionsOpen'), 0),
  ];
}

const equal = (what: string, got: number, wanted: number): string[] =>
  got === wanted ? [] : [`${what}: ${got} counted, ${wanted} in the log`];
const atMost = (what: string, got: number, limit: number): string[] =>
  got <= limit ? [] : [`${what}: ${got} is more than ${limit}`];

/** The CALLs of a fleet are those of its chargers. */
function checkFleets({ snapshot, entries, plan }: Simulation): string[] {
  const sent = sentCalls(entries);
  return plan.fleets.flatMap(({ name, firstCharger, chargerCount }, fleet) => {
    const own = sent.filter(({ charger }) => {
      return charger >= firstCharger && charger < firstCharger + chargerCount;
    });
    const counted = callCounts(snapshot, 'whole', undefined, fleet).sent;
    return equal(`sent by fleet ${name}`, counted, own.length);
  });
}

/** Against the log and against the central system's own counts. */
function checkCalls(run: Simulation, faultless: boolean): string[] {
  const { snapshot, entries, central, plan } = run;
  // Where ids begin again, the late answer to an old CALL can be that of a new one.
  const reusesIds = plan.fleets.some(({ manners }) => manners.restartsIds) && central.commands > 0;
  const sent = sentCalls(entries);
  return ACTIONS.flatMap((action, index) => {
    const counts = callCounts(snapshot, 'whole', index);
    const received = central.received[action] ?? 0;
    const answered = central.answered[action] ?? 0;
    const errors = central.callErrors[action] ?? 0;
    const problems = [
      ...equal(`${action} sent`, counts.sent, sent.filter((call) => call.action === action).length),
      ...atMost(`${action} received`, received, counts.sent),
      ...(reusesIds ? [] : atMost(`${action} answered`, counts.answered, answered)),
      ...(reusesIds ? [] : atMost(`${action} callErrors`, counts.callError, errors)),
    ];
    if (!faultless) return problems;
    // The end of the grace period may come before an answer.
    const { inFlight } = counts;
    const fates = counts.answered + inFlight;
    if (fates !== counts.sent) problems.push(`${action}: ${counts.sent - fates} failed, no faults`);
    if (inFlight === 0) problems.push(...equal(`${action} received`, received, counts.sent));
    if (inFlight === 0) problems.push(...equal(`${action} answered`, answered, counts.sent));
    return problems;
  });
}

/** Every message that arrived is counted once. */
function checkAnswers({ snapshot, entries }: Simulation): string[] {
  const kinds = { answer: 0, command: 0, unreadable: 0 };
  for (const { kind, text } of entries) if (kind === '<') kinds[kindOf(parsed(text))]++;
  const { answered, callError } = callCounts(snapshot, 'whole');
  const run = (name: Parameters<typeof runCounter>[1]) => runCounter(snapshot, name);
  const commands = sumOf(COMMAND_COUNT, (c) => commandCounts(snapshot, c).received);
  const orphans = run('late') + run('duplicate') + run('unknownId');
  return [
    ...equal('answers', answered + callError + orphans, kinds.answer),
    ...equal('commands', commands, kinds.command),
    ...equal('unreadable', run('unreadable'), kinds.unreadable),
  ];
}

function kindOf(message: unknown): 'answer' | 'command' | 'unreadable' {
  if (!Array.isArray(message) || typeof message[1] !== 'string') return 'unreadable';
  const [type] = message;
  if (type === 3 && message.length === 3) return 'answer';
  if (type === 4 && message.length >= 3) return 'answer';
  return type === 2 ? 'command' : 'unreadable';
}

function checkConnections({ snapshot, entries, plan }: Simulation): string[] {
  const entriesOf = (...kinds: LogKind[]) => entries.filter(({ kind }) => kinds.includes(kind));
  const failures = connectFailures(snapshot);
  const reasons = new Set(entriesOf('failed').map(({ text }) => text));
  const failed = [...reasons].reduce((sum, reason) => sum + (failures[reason] ?? 0), 0);
  const chargersUp = new Set(entriesOf('up').map(({ charger }) => charger)).size;
  return [
    ...equal('connects', runCounter(snapshot, 'connectsAttempted'), entriesOf('connect').length),
    ...equal('upgraded', runCounter(snapshot, 'connectsUpgraded'), entriesOf('up').length),
    ...equal('failed', failed, entriesOf('failed').length),
    ...equal('chargers connected', runCounter(snapshot, 'everConnected'), chargersUp),
    ...equal('connected at the end', runCounter(snapshot, 'connected'), 0),
    ...equal('left open at the end', openAtEnd(entries), 0),
    ...equal('charging at the end', runCounter(snapshot, 'charging'), 0),
    ...equal('finished', runCounter(snapshot, 'finished'), plan.chargerCount),
  ];
}

function openAtEnd(entries: readonly LogEntry[]): number {
  const opening: readonly LogKind[] = ['connect', 'up', 'close'];
  const ending: readonly LogKind[] = ['failed', 'down', 'closed', 'destroy'];
  const open = new Set<number>();
  for (const { kind, charger } of entries) {
    if (opening.includes(kind)) open.add(charger);
    if (ending.includes(kind)) open.delete(charger);
  }
  return open.size;
}

function checkLatencies({ snapshot }: Simulation): string[] {
  const problems: string[] = [];
  const { answered, timedOut, lost } = callCounts(snapshot, 'whole');
  const response = callLatency(snapshot, 'response', 'whole');
  const service = callLatency(snapshot, 'service', 'whole');
  const offline = stageLatency(snapshot, 'offline', 'whole');
  const times = response.totalCount + offline.totalCount;
  problems.push(...equal('response times', times, answered + timedOut + lost));
  problems.push(...equal('clamped', runCounter(snapshot, 'clamped'), 0));
  const longest = Math.max(response.maxValue, offline.maxValue);
  return [...problems, ...atMost('longest service', service.maxValue, longest)];
}

/** Stages and grace period, and a second for closing. */
function checkEnd({ endNs, plan, snapshot }: Simulation, drainAtMs: number | undefined): string[] {
  const { rampNs, warmupNs, steadyNs, graceNs } = plan.stages;
  const plannedNs = rampNs + warmupNs + steadyNs;
  const drainNs = Math.min(plannedNs, (drainAtMs ?? Number.POSITIVE_INFINITY) * 1e6);
  const problems = atMost('end', endNs, drainNs + graceNs + 1e9);
  if (drainNs < plannedNs) return problems;
  const planned = plan.fleets.reduce((sum, { arrivals }) => sum + (arrivals?.total ?? 0), 0);
  const cars = runCounter(snapshot, 'carsArrived') + runCounter(snapshot, 'carsMissed');
  return [...problems, ...(cars === planned ? [] : [`${cars} cars of ${planned}`])];
}
