/** `ocpp-load csms`: the embedded central system as a server of its own. */
import { Command } from 'commander';
import { ExitCode, UserError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import { formatDurationNs, parseRatePerS } from '../base/units.ts';
import { ordersOf } from '../csms/commands/plan.ts';
import { parseCommand } from '../csms/commands/text.ts';
import { type CsmsCounters, receivedTotal } from '../csms/counters.ts';
import { DELAY_FORMS, DELAY_KINDS, parseDelay } from '../csms/delay.ts';
import { type CsmsGroup, spawnCsms, sumOf } from '../csms/group.ts';
import { checkTogether, type NameOf, RATE_FORMS } from '../csms/light/options.ts';
import { type LightCsms, startLight } from '../csms/light/server.ts';
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
import { endText } from '../csms/spawn.ts';
import { formatCount, formatRate } from '../report/numbers.ts';
import { MAX_PROCESSES } from '../scenario/validate-light.ts';
import { countOf } from './flag-values.ts';
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
  $ ocpp-load csms --light --processes 4
  $ ocpp-load csms --light --service-rate 2000/s --service-time exponential
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
  readonly light?: boolean;
  readonly serviceRate?: string;
  readonly serviceTime?: string;
  readonly processes?: string;
  readonly separatePorts?: boolean;
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
    .option('--seed <n>', 'of the random draws of the switches above and below (default: 0)')
    .option('--light', 'answer as cheaply as can be and keep nothing; a constant --delay alone')
    .option('--service-rate <rate>', 'with --light: CALLs that a process serves, such as 2000/s')
    .option(
      '--service-time <kind>',
      'with --service-rate: constant or exponential (default: constant)',
    )
    .option('--processes <n>', 'with --light: processes that share the port')
    .option('--separate-ports', 'with --processes: a port for each, from --port on')
    .addHelpText('after', EXAMPLES)
    .action((flags: Flags) => serveUntilSignal(optionsOf(flags), io));
}

const COMMAND_HELP =
  'send a command to each charger: ACTION {payload}, then after, every, spread (durations), ' +
  'times, share, before-boot; may be repeated';

/** `exportTransactions` -> `--export-transactions`; `serviceRatePerS` has a shorter flag. */
const flagOf: NameOf = (option) =>
  `--${option.replace('PerS', '').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

function optionsOf(flags: Flags): CsmsOptions {
  const options = valuesOf(flags);
  checkTogether(options, (option) => (option === 'commands' ? '--command' : flagOf(option)));
  return options;
}

function valuesOf(flags: Flags): CsmsOptions {
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
    light: flags.light,
    serviceRatePerS: flags.serviceRate === undefined ? undefined : rateOf(flags.serviceRate),
    serviceTime: flags.serviceTime as CsmsOptions['serviceTime'],
    processes: flags.processes === undefined ? undefined : processesOf(flags.processes),
    separatePorts: flags.separatePorts,
  };
}

function rateOf(text: string): number {
  const perS = parseRatePerS(text);
  if (perS !== undefined) return perS;
  const isBare = Number.isFinite(numberOf(text));
  const says = isBare ? `'${text}', without a unit` : `'${text}'`;
  const meant = isBare ? `is it ${text}/s, or ${text}/min?  ` : '';
  throw new UserError(`--service-rate is ${says}`, `${meant}it takes ${RATE_FORMS}`);
}

const processesOf = (text: string) => countOf('--processes', text, 1, MAX_PROCESSES);

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

/** The central system of this process, or of several. */
interface Served {
  readonly urls: readonly string[];
  /** Of all that are there; null: nobody is. */
  counters(): Promise<CsmsCounters | null>;
  /** Stops it; gives the final counters, and why some are missing. */
  stop(): ReturnType<typeof sumOf>;
  /** Each once it is gone, when nobody stopped it. */
  readonly deaths: readonly Promise<string>[];
}

async function serve(options: CsmsOptions): Promise<Served> {
  if (options.processes !== undefined) return serveGroup(await spawnCsms(options));
  if (options.light) return serveHere(await startLight(options), () => {});
  const { exportTransactions: file } = options;
  if (file !== undefined) checkExportFile(EXPORT_FLAG, file);
  const csms = await startCsms(options);
  return serveHere(csms, () => {
    if (file !== undefined) writeTransactions(file, csms.state);
  });
}

const serveHere = (
  csms: Pick<LightCsms, 'url' | 'counters' | 'close'>,
  end: () => void,
): Served => ({
  urls: [csms.url],
  counters: async () => csms.counters(),
  stop: async () => {
    await csms.close();
    end();
    return { counters: csms.counters(), lost: [] };
  },
  deaths: [],
});

const serveGroup = ({ urls, members }: CsmsGroup): Served => ({
  urls,
  counters: async () => (await sumOf(members.map((one) => one.counters()))).counters,
  stop: () => sumOf(members.map((one) => one.stop())),
  deaths: members.map(({ exited }) => exited.then(endText)),
});

/** Resolves after the first SIGINT or SIGTERM; a second one ends the process the usual way. */
async function serveUntilSignal(options: CsmsOptions, io: Io): Promise<void> {
  const served = await serve(options);
  io.stdout.write(startText(served.urls, options));
  let over = false;
  for (const death of served.deaths) {
    death.then((text) => {
      if (!over) io.stderr.write(`  ${text}; what it counted is lost\n`);
    });
  }
  const startedAtMs = performance.now();
  let lastTotal = 0;
  const ticker = setInterval(async () => {
    const counters = await served.counters();
    if (counters === null || over) return;
    const total = receivedTotal(counters);
    const elapsedMs = performance.now() - startedAtMs;
    const callsPerS = Math.max(0, total - lastTotal) / (STATUS_EVERY_MS / 1000);
    io.stderr.write(statusLine(counters, elapsedMs, callsPerS));
    lastTotal = total;
  }, STATUS_EVERY_MS);
  await Promise.race([signalOf(io), allOf(served.deaths)]);
  over = true;
  clearInterval(ticker);
  const { counters, lost } = await served.stop();
  if (counters !== null) io.stdout.write(countersText(counters));
  if (lost.length === 0) return;
  const says = lost.map(({ message }) => message).join('\n');
  throw new UserError(says, 'what it counted is not in the sums', ExitCode.internal);
}

/** Never, when there is none. */
const allOf = (deaths: readonly Promise<unknown>[]) =>
  deaths.length > 0 ? Promise.all(deaths) : new Promise<never>(() => {});

const signalOf = (io: Io) =>
  new Promise<void>((resolve) => {
    const stopListening = io.onSignal(() => {
      stopListening();
      resolve();
    });
  });

function startText(urls: readonly string[], { light, processes = 1 }: CsmsOptions): string {
  const kind = `${light ? 'light ' : ''}OCPP 1.6-J central system`;
  const many = processes > 1 ? ` of ${processes} processes` : '';
  const [first, ...others] = urls;
  return [
    `\n  ${first}   ${kind}${many}: a test double, not a real one\n`,
    ...others.map((url) => `  ${url}\n`),
    `  chargers connect to ${first}/IDENTITY; Ctrl-C ends it\n\n`,
  ].join('');
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
