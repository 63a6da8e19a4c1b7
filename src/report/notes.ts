import type { RunResult } from '../fleet/result.ts';
import { formatCount, formatMs, plural } from './numbers.ts';
import { isPart, shareName } from './share.ts';
import type { Summary } from './summary.ts';

/** What a reader of the summary should not miss, a sentence each; none when nothing was unusual. */
export function notes(result: RunResult, summary: Summary): string[] {
  return [
    ...shareNotes(result),
    ...answerNotes(summary),
    ...callNotes(summary),
    ...loadNotes(summary),
    ...commandNotes(summary),
    ...dialectNotes(result, summary),
  ];
}

function shareNotes({ share }: RunResult): string[] {
  if (share === undefined || !isPart(share)) return [];
  return [
    `this is ${shareName(share)}: thresholds and boots are judged by \`ocpp-load merge\` of all`,
  ];
}

function answerNotes({ answers }: Summary): string[] {
  return present([
    [answers.late, (n) => `${plural(n, 'answer')} came after the CALL had timed out`],
    [answers.duplicate, (n) => `${plural(n, 'CALL')} had a second answer`],
    [answers.unknownId, (n) => `${plural(n, 'answer')} had the id of no CALL that was sent`],
    [answers.unreadable, (n) => `${plural(n, 'message')} from the target: not OCPP-J`],
    [answers.clockUnreadable, (n) => `${plural(n, 'answer')} with a currentTime that is no time`],
  ]);
}

function callNotes({ calls, dropped, offlineMs, wire }: Summary): string[] {
  const timed = calls.timedOut + calls.lost;
  const offline = `p50 ${formatMs(offlineMs.p50)} ms, p99 ${formatMs(offlineMs.p99)} ms`;
  return present([
    [timed, (n) => `response times include ${plural(n, 'CALL')} timed out or lost, as they ended`],
    [calls.refused, (n) => `${plural(n, 'CALL')} answered with a refusal (Invalid, Rejected, ...)`],
    [calls.invalidReply, (n) => `${plural(n, 'answer')} did not fit the action of its CALL`],
    [dropped.backlog, (n) => `${plural(n, 'CALL')} dropped at maxBacklog: the target is behind`],
    [dropped.offline, (n) => `${plural(n, 'CALL')} dropped while their charger was offline`],
    [dropped.queue, (n) => `${plural(n, 'message')} dropped: the charger's queue was full`],
    [dropped.start, (n) => `${plural(n, 'message')} dropped: their StartTransaction was given up`],
    [offlineMs.count, (n) => `${plural(n, 'CALL')} waited for a connection: ${offline}`],
    [wire.stalledWrites, (n) => `${plural(n, 'write')} stalled: the target read too slowly`],
  ]);
}

function loadNotes({ cars, connects, restarts, transactions }: Summary): string[] {
  const came = formatCount(cars.came);
  return present([
    [cars.missed, (n) => `${formatCount(n)} of ${came} cars missed: no charger was free`],
    [connects.retryAfters, (n) => `${plural(n, 'connect')} waited as Retry-After had it`],
    [restarts, (n) => `${plural(n, 'restart')} of chargers, as the target asked for`],
    [
      transactions.refused,
      (n) => `${plural(n, 'transaction')} refused: the idTag was not Accepted`,
    ],
  ]);
}

function commandNotes({ commands, uploads }: Summary): string[] {
  const other = commands.perCommand['other']?.received ?? 0;
  return present([
    [other, (n) => `${plural(n, 'command')} that OCPP 1.6 does not have`],
    [
      commands.dropped,
      (n) => `${plural(n, 'command')} not read: over the limit of a charger, or before its boot`,
    ],
    [uploads.failed, (n) => `${plural(n, 'upload')} of diagnostics failed`],
    [uploads.denied, (n) => `${plural(n, 'upload')} denied: allowUploads does not name the host`],
  ]);
}

/** The CALLs that `as-logged` writes against the schemas (zoneless times, data as an object). */
const DIALECT_ACTIONS = ['StartTransaction', 'MeterValues', 'StopTransaction', 'DataTransfer'];

function dialectNotes({ plan }: RunResult, { actions }: Summary): string[] {
  if (plan.dialect !== 'as-logged') return [];
  // A central system that checks schemas refuses all of an action; chance errors hit a part.
  const refused = DIALECT_ACTIONS.filter((name) => {
    const counts = actions[name];
    return counts !== undefined && counts.callError > counts.answered;
  });
  const others = Object.entries(actions).filter(([name]) => !DIALECT_ACTIONS.includes(name));
  if (refused.length === 0 || others.some(([, c]) => c.callError > c.answered)) return [];
  return [
    `${refused.join(', ')}: most were answered with a CALLERROR. The dialect as-logged writes ` +
      'them against the schemas of OCPP 1.6, as the real charger does -> --dialect standard',
  ];
}

function present(entries: readonly [number, (n: number) => string][]): string[] {
  return entries.filter(([n]) => n > 0).map(([n, text]) => text(n));
}
