/** Whether the sums of a run add up. */
import { ACTIONS } from '../ocpp/actions.ts';
import { COMMAND_COUNT, COMMANDS } from '../ocpp/commands.ts';
import {
  CALL_COUNTERS,
  type CallCounter,
  CallCounterIndex,
  callCounterBase,
  callHistogram,
  type RunCounter,
  runHistogram,
  STAGE_CLASSES,
  STAGE_STEADY,
  stageHistogram,
} from './layout.ts';
import {
  commandCounts,
  connectFailures,
  fleetsOf,
  recorded,
  runCounter,
  type Snapshot,
} from './snapshot.ts';

/**
 * Whether every sent CALL has exactly one fate, every answered one a service time, and every one
 * that was answered, timed out or lost a response time, and whether every connect was upgraded,
 * failed or was abandoned: a sentence for each sum that does not hold. What a shard that died had
 * not ended has the fate `unknown`; see `unknown.ts`.
 */
export function checkFates(snapshot: Snapshot): string[] {
  const broken: string[] = [];
  let gap = 0;
  for (let stage = 0; stage < STAGE_CLASSES; stage++) {
    const stageName = stage === STAGE_STEADY ? 'steady' : 'other stages';
    let ended = 0;
    let responses = recorded(snapshot, stageHistogram(stage, 'offline'));
    for (const [action, fleet] of actionsOfFleets(snapshot)) {
      const { sent, answered, callError, timedOut, lost, inFlight, unknown } = countsAt(
        snapshot,
        callCounterBase(stage, action, fleet),
      );
      const timed = answered + timedOut + lost;
      const fates = timed + callError + inFlight + unknown;
      const of = snapshot.fleetCount > 1 ? `, fleet ${fleet + 1}` : '';
      const name = `${ACTIONS[action]} (${stageName}${of})`;
      if (fates > sent) broken.push(`${name}: ${fates} fates for ${sent} sent`);
      gap += Math.max(0, sent - fates);
      const services = recorded(snapshot, callHistogram(stage, action, 'service', fleet));
      if (services !== answered) {
        broken.push(`${name}: ${services} service times for ${answered} answered`);
      }
      ended += timed;
      responses += recorded(snapshot, callHistogram(stage, action, 'response', fleet));
    }
    // Response times of CALLs that waited for a connection are in one histogram for all actions.
    if (responses !== ended) {
      const of = `${ended} CALLs answered, timed out or lost`;
      broken.push(`all actions (${stageName}): ${responses} response times for ${of}`);
    }
  }
  if (gap > 0) broken.push(`${gap} CALLs without a fate`);
  return [
    ...broken,
    ...checkConnects(snapshot),
    ...checkFirsts(snapshot),
    ...checkLedger(snapshot),
    ...checkCommands(snapshot),
    ...checkUploads(snapshot),
  ];
}

const actionsOfFleets = (snapshot: Snapshot) =>
  ACTIONS.flatMap((_, action) => fleetsOf(snapshot).map((fleet) => [action, fleet] as const));

const countsAt = (snapshot: Snapshot, base: number) =>
  Object.fromEntries(
    CALL_COUNTERS.map((name) => [name, snapshot.counters[base + CallCounterIndex[name]]]),
  ) as Record<CallCounter, number>;

/** Connects that were attempted and have no end. */
function openConnects(snapshot: Snapshot): number {
  const failed = Object.values(connectFailures(snapshot)).reduce((a, b) => a + b, 0);
  const of = (name: RunCounter) => runCounter(snapshot, name);
  const ended = of('connectsUpgraded') + of('connectsAbandoned') + of('connectsUnknown') + failed;
  return runCounter(snapshot, 'connectsAttempted') - ended;
}

function checkConnects(snapshot: Snapshot): string[] {
  if (openConnects(snapshot) === 0) return [];
  const attempted = runCounter(snapshot, 'connectsAttempted');
  const upgraded = runCounter(snapshot, 'connectsUpgraded');
  const abandoned = runCounter(snapshot, 'connectsAbandoned');
  const failed = Object.values(connectFailures(snapshot)).reduce((a, b) => a + b, 0);
  return [`${attempted} connects: ${upgraded} upgraded, ${failed} failed, ${abandoned} abandoned`];
}

/** Each charger that ever connected, or booted, has the moment when it first did. */
function checkFirsts(snapshot: Snapshot): string[] {
  const sums = [
    ['connected', 'everConnected', 'connectedAfter'],
    ['booted', 'booted', 'bootedAfter'],
  ] as const;
  return sums.flatMap(([what, counter, moments]) => {
    const chargers = runCounter(snapshot, counter);
    const known = recorded(snapshot, runHistogram(moments));
    return known === chargers ? [] : [`${chargers} chargers ${what}: ${known} first moments`];
  });
}

/** Every transaction-related message, and every transaction, has one end, or none yet. */
function checkLedger(snapshot: Snapshot): string[] {
  const of = (name: RunCounter) => runCounter(snapshot, name);
  const broken: string[] = [];
  const [messages, queued] = [of('ledgerMessages'), of('ledgerQueued')];
  const ended =
    of('ledgerAcknowledged') + of('ledgerDiscarded') + of('ledgerOverflowed') + of('ledgerUnknown');
  if (messages !== ended + queued) {
    broken.push(`${messages} transaction-related messages: ${ended} ended, ${queued} pending`);
  }
  const [begun, open] = [of('transactionsBegun'), of('transactionsOpen')];
  const counted =
    of('transactionsComplete') +
    of('transactionsIncomplete') +
    of('transactionsRefused') +
    of('transactionsUnknown');
  if (begun !== counted + open) {
    broken.push(`${begun} transactions begun: ${counted} counted, ${open} open`);
  }
  return broken;
}

/** At the end of a run no command waits any more. */
function checkCommands(snapshot: Snapshot): string[] {
  return Array.from({ length: COMMAND_COUNT }, (_, i) => i).flatMap((command) => {
    const counts = commandCounts(snapshot, command);
    const { received, answered, errored, dropped, unanswered, unknown } = counts;
    if (received === answered + errored + dropped + unanswered + unknown) return [];
    const name = COMMANDS[command] ?? 'other commands';
    const ended = `${answered} answered, ${errored} errored, ${dropped} dropped`;
    return [`${name}: ${received} received, ${ended}, ${unanswered} unanswered`];
  });
}

function checkUploads(snapshot: Snapshot): string[] {
  const begun = runCounter(snapshot, 'uploads');
  const [done, failed] = [
    runCounter(snapshot, 'uploadsDone'),
    runCounter(snapshot, 'uploadsFailed'),
  ];
  if (begun === done + failed + runCounter(snapshot, 'uploadsUnknown')) return [];
  return [`${begun} uploads: ${done} done, ${failed} failed`];
}
