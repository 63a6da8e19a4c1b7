/** `ocpp-load csms`: the embedded central system as a server of its own. */
import { Command } from 'commander';
import { UserError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import { formatDurationNs } from '../base/units.ts';
import { ordersOf } from '../csms/commands/plan.ts';
import { parseCommand } from '../csms/commands/text.ts';
import { type CsmsCounters, receivedTotal } from '../csms/counters.ts';
import { DELAY_FORMS, DELAY_KINDS, parseDelay } from '../csms/delay.ts';
import {
  type CsmsOptions,
  checkInteger,
  checkShare,
  intervalSeconds,
  MAX_PORT,
  MAX_SEED,
} from '../csms/options.ts';
import { checkExportFile, writeTransactions } from '../csms/records.ts';
import { startCsms } from '../csms/server.ts';
import { formatCount, formatRate } from '../report/numbers.ts';
import { type Io, processIo } from './io.ts';

const EXPORT_FLAG = '--export-transactions';
const STATUS_EVERY_MS = 10_000;

const EXAMPLES = `
It is a test double: figures measured against it describe ocpp-load, not a real system.
Chargers connect to ws://HOST:PORT/IDENTITY with the sub-protocol ocpp1.6. Ctrl-C prints what it
counted and ends it.

Examples:
  $ ocpp-load csms
  $ ocpp-load csms --port 9000 --interval 10s --delay lognormal:20ms:0.5
  $ ocpp-load csms --error-rate 0.01 --silence 0.001 --drop 0.001 --seed 7
  $ ocpp-load csms --command 'Reset {"type":"Soft"} after 5m spread 30s'
  $ ocpp-load csms --command 'RemoteStopTransaction {"transactionId":"{transactionId}"} every 1m'
  $ ocpp-load run scenarios/5-chargers.ts --target ws://127.0.0.1:9000
`;

/** The texts of the flags, as typed. */
interface Flags {
  readonly host: string;
  readonly port: string;
  readonly interval: string;
  readonly delay?: string;
  readonly errorRate?: string;
  readonly silence?: string;
  readonly drop?: string;
  readonly seed?: string;
  readonly command?: readonly string[];
  readonly deduplicate?: boolean;
  readonly exportTransactions?: string;
}

/** Rejects with `UserError` for a wrong value or an address that cannot be listened on. */
export function csmsCommand(io: Io = processIo()): Command {
  return new Command('csms')
    .description('Run the embedded OCPP 1.6-J central system, a test double to aim at')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on; 0 takes any free one', '9000')
    .option('--interval <duration>', 'heartbeat interval that a boot is answered with', '60s')
    .option('--delay <delay>', `time before an answer: ${DELAY_FORMS} (default: none)`)
    .option('--error-rate <share>', 'share of CALLs answered with a CALLERROR, 0 to 1')
    .option('--silence <share>', 'share of CALLs never answered, 0 to 1')
    .option('--drop <share>', 'share of CALLs whose connection is cut, 0 to 1')
    .option('--command <command>', COMMAND_HELP, (text, all: string[] = []) => [...all, text])
    .option('--deduplicate', 'answer a repeated StartTransaction with the first transactionId')
    .option('--export-transactions <file>', 'write its transactions as CSV at the end')
    .option('--seed <n>', 'of the random draws of the switches above (default: 0)')
    .addHelpText('after', EXAMPLES)
    .action((flags: Flags) => serveUntilSignal(optionsOf(flags), io));
}

const COMMAND_HELP =
  'send a command to each charger: ACTION {payload}, then after, every, spread (durations), ' +
  'times, share, before-boot; may be repeated';

function optionsOf(flags: Flags): CsmsOptions {
  return {
    host: flags.host,
    port: checkInteger('--port', numberOf(flags.port), MAX_PORT, flags.port),
    intervalS: intervalSeconds('--interval', flags.interval),
    delay: flags.delay === undefined ? undefined : delayOf(flags.delay),
    errorRate: shareOf('--error-rate', flags.errorRate),
    silence: shareOf('--silence', flags.silence),
    drop: shareOf('--drop', flags.drop),
    seed: checkInteger('--seed', numberOf(flags.seed ?? '0'), MAX_SEED, flags.seed),
    commands: commandsOf(flags.command ?? []),
    deduplicate: flags.deduplicate,
    exportTransactions: flags.exportTransactions,
  };
}

const numberOf = (text: string) => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN);

const shareOf = (flag: string, text: string | undefined) =>
  text === undefined ? undefined : checkShare(flag, numberOf(text), text);

function commandsOf(texts: readonly string[]): CsmsOptions['commands'] {
  const plans = texts.map(parseCommand);
  ordersOf(plans, '--command');
  return plans;
}

function delayOf(text: string): CsmsOptions['delay'] {
  const delay = parseDelay(text);
  if (delay !== undefined) return delay;
  const kind = text.split(':', 1)[0];
  const near = DELAY_KINDS.includes(kind) ? undefined : nearest(kind, DELAY_KINDS);
  const meant = near === undefined ? '' : `did you mean ${near}?  `;
  throw new UserError(`--delay is '${text}'`, `${meant}it is like ${DELAY_FORMS}`);
}

/** Resolves after the first SIGINT or SIGTERM; a second one ends the process the usual way. */
async function serveUntilSignal(options: CsmsOptions, io: Io): Promise<void> {
  const { exportTransactions: file } = options;
  if (file !== undefined) checkExportFile(EXPORT_FLAG, file);
  const csms = await startCsms(options);
  io.stdout.write(
    `\n  ${csms.url}   OCPP 1.6-J central system: a test double, not a real one\n` +
      `  chargers connect to ${csms.url}/IDENTITY; Ctrl-C ends it\n\n`,
  );
  const startedAtMs = performance.now();
  let lastTotal = 0;
  const ticker = setInterval(() => {
    const counters = csms.counters();
    const total = receivedTotal(counters);
    const elapsedMs = performance.now() - startedAtMs;
    io.stderr.write(
      statusLine(counters, elapsedMs, (total - lastTotal) / (STATUS_EVERY_MS / 1000)),
    );
    lastTotal = total;
  }, STATUS_EVERY_MS);
  await new Promise<void>((resolve) => {
    const stopListening = io.onSignal(() => {
      stopListening();
      resolve();
    });
  });
  clearInterval(ticker);
  await csms.close();
  io.stdout.write(countersText(csms.counters()));
  if (file !== undefined) writeTransactions(file, csms.state);
}

/** `callsPerS` is over the time since the last line. */
export function statusLine(counters: CsmsCounters, elapsedMs: number, callsPerS: number): string {
  const parts = [
    formatDurationNs(Math.round(elapsedMs / 1000) * 1e9),
    `connected ${formatCount(counters.connectionsOpen)}`,
    `booted ${formatCount(counters.booted)}`,
    `calls ${formatRate(callsPerS)}/s`,
    `invalid ${formatCount(counters.invalid)}`,
  ];
  return `  ${parts.join('   ')}\n`;
}

/** What Ctrl-C prints. */
export function countersText(counters: CsmsCounters): string {
  const row = (name: string, count: number, rest = '') =>
    `    ${name.padEnd(32)}${formatCount(count).padStart(12)}${rest}\n`;
  const actions = Object.entries(counters.received).filter(([, count]) => count > 0);
  const fates = (['answered', 'errored', 'silenced', 'dropped', 'abandoned', 'pending'] as const)
    .filter((fate) => counters[fate] > 0)
    .map((fate) => row(fate, counters[fate], fate === 'errored' ? invalidNote(counters) : ''));
  return [
    '\n  CALLS received\n',
    ...actions.map(([action, count]) => row(action, count)),
    row('total', receivedTotal(counters)),
    ...(fates.length > 0 ? ['\n  of them\n', ...fates] : []),
    '\n  CHARGERS\n',
    row('connections accepted', counters.connectionsAccepted),
    row('connections refused', counters.connectionsRefused),
    row('chargers booted', counters.booted),
    row('transactions started', counters.transactionsStarted),
    row('transactions stopped', counters.transactionsStopped),
    ...(counters.duplicateStarts > 0 ? [row('repeated starts', counters.duplicateStarts)] : []),
    ...(counters.duplicateStops > 0 ? [row('repeated stops', counters.duplicateStops)] : []),
    ...commandRows(counters, row),
    '\n',
  ].join('');
}

/** Nothing when no command was due. */
function commandRows(
  counters: CsmsCounters,
  row: (name: string, count: number) => string,
): readonly string[] {
  const ends = [
    ['answered', counters.commandsAccepted],
    ['CALLERROR', counters.commandsErrored],
    ['timed out', counters.commandsTimedOut],
    ['lost with their connection', counters.commandsLost],
    ['pending', counters.commandsPending],
  ] as const;
  const unsent = [
    ['not sent: no connection, no room', counters.commandsDropped],
    ['not sent: no transaction', counters.commandsSkipped],
  ] as const;
  const rows = [...ends, ...unsent].filter(([, count]) => count > 0);
  if (rows.length === 0) return [];
  const sent = Object.entries(counters.commands ?? {});
  return [
    '\n  COMMANDS sent\n',
    ...sent.map(([action, count]) => row(action, count)),
    row('total', counters.commandsSent),
    '\n  of them\n',
    ...rows.map(([name, count]) => row(name, count)),
  ];
}

const invalidNote = ({ invalid }: CsmsCounters) =>
  invalid === 0 ? '' : `   ${formatCount(invalid)} of them by its input checks`;
