/** The options that several commands share, and the end of every help text. */
import { type Command, InvalidArgumentError } from 'commander';
import { DIALECTS } from '../chargers/model.ts';
import { addManyOptions } from './bus-settings.ts';
import { envOf } from './overrides.ts';

/** What commander hands to an action, before `readOverrides`. */
export interface Flags {
  readonly target?: string;
  readonly sourceAddresses?: string;
  readonly chargers?: string;
  readonly duration?: string;
  readonly workers?: string;
  readonly processes?: string;
  readonly shard?: string;
  readonly seed?: string;
  readonly dialect?: string;
  readonly summaryExport?: string;
  readonly ledger?: string;
  readonly junit?: string;
  readonly markdown?: string;
  readonly strict?: boolean;
  readonly out?: string;
  readonly csv?: string;
  readonly hlog?: string;
  readonly metrics?: string | boolean;
  readonly metricsBuckets?: string;
  readonly pushGateway?: string;
  readonly remoteWrite?: string;
  readonly runId?: string;
  readonly report?: string;
  readonly compare?: string;
  readonly ui?: string | boolean;
  readonly uiControl?: boolean;
  readonly nats?: string;
  readonly natsCreds?: string;
  readonly natsNkey?: string;
  readonly natsCa?: string;
  readonly natsCert?: string;
  readonly natsKey?: string;
  readonly agents?: string;
  readonly agentLabels?: string;
  readonly signKey?: string;
  readonly wait?: string;
  readonly lease?: string;
  readonly onAgentLoss?: string;
  readonly parts?: string;
  readonly resume?: string;
  readonly quiet?: boolean;
  readonly color?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

const twin = (text: string, key: Parameters<typeof envOf>[0]) => `${text} (env ${envOf(key)})`;

/** Flags that change what is planned: the same for running, inspecting and listing identities. */
export function addPlanOptions(command: Command): Command {
  return command
    .option(
      '--target <url>',
      twin("'embedded', or ws:// or wss://host/path/{id}, or several of them", 'target'),
    )
    .option(
      '--source-addresses <list>',
      twin('addresses to connect from, such as 10.0.0.5,10.0.0.10-20', 'sourceAddresses'),
    )
    .option('--chargers <n>', twin('chargers in all; fleets keep their proportions', 'chargers'))
    .option('--duration <time>', twin('the steady stage, such as 90s or 2m', 'duration'))
    .option('--seed <n>', twin('repeats a load, 0 to 4294967295', 'seed'))
    .option('--dialect <name>', twin(DIALECTS.join(' or '), 'dialect'))
    .option(
      '-e, --env <KEY=VALUE>',
      'sets an environment variable for the scenario; may be repeated',
      collectEnv,
    );
}

export function addRunOptions(command: Command): Command {
  addPlanOptions(command)
    .option('--workers <n>', twin("threads, or 'auto': as many as serve", 'workers'))
    .option('--processes <n>', twin("processes, or 'auto': as it takes", 'processes'))
    .option('--shard <i/n>', twin('the i-th of n shares of the run, for `merge`', 'shard'));
  return addManyOptions(command)
    .option('--summary-export <file>', twin('the summary as JSON', 'summaryExport'))
    .option('--ledger <file>', twin('a row a transaction, for `ocpp-load reconcile`', 'ledger'))
    .option('--junit <file>', twin('checks as JUnit XML, for a CI system', 'junit'))
    .option('--markdown <file>', twin('the summary as Markdown', 'markdown'))
    .option('--strict', twin('a DEGRADED run fails too, with exit code 120', 'strict'))
    .option('--out <file>', twin('the whole run, for `ocpp-load report` and others', 'out'))
    .option('--csv <file>', twin('a row a second', 'csv'))
    .option('--hlog <file>', twin('a log of HdrHistogram, a line a second and latency', 'hlog'))
    .option(
      '--metrics [host:port]',
      twin('serves Prometheus, at 127.0.0.1:9464 or there', 'metrics'),
    )
    .option('--metrics-buckets <times>', twin('bounds of its histograms', 'metricsBuckets'))
    .option('--push-gateway <url>', twin('pushes the last figures there', 'pushGateway'))
    .option('--remote-write <url>', twin('writes there during the run', 'remoteWrite'))
    .option('--run-id <name>', twin('the run_id of its metrics', 'runId'))
    .option('--report <file>', twin('the run as an HTML page', 'report'))
    .option('--compare <file>', twin('a result file that --report shows beside it', 'compare'))
    .option('--ui [host:port]', twin('a live page, at 127.0.0.1:5665 unless told else', 'ui'))
    .option('--ui-control', twin('the live page may act on the run, with a token', 'uiControl'))
    .option('--quiet', twin('no progress, only the report', 'quiet'))
    .option('--no-color', twin('no colours; NO_COLOR says the same', 'color'));
}

export function collectEnv(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [, key, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(text) ?? [];
  if (key === undefined) {
    throw new InvalidArgumentError('It takes KEY=VALUE, such as CSMS_URL=ws://localhost:9000');
  }
  return { ...before, [key]: value };
}

export const EXIT_CODES = `
Exit codes, the first that applies:
  109  a fault of ocpp-load: the sums do not agree, or a worker or process died
  104  something is wrong with the command, the scenario or the target's address, or a file
       of a run that would have exited 0 could not be written
  122  machine or target cannot carry the run: nothing was started; doctor says more
  107  the scenario's own code threw
  108  the scenario ended the run by charger.abort()
  105  interrupted: the report is of what ran until then
  120  the run is INVALID: the generator could not keep up; with --strict also DEGRADED
  99   a threshold failed, fewer chargers booted than allowed, or none could connect
  121  compare: a regression
  123  compare: inconclusive; 0 with --allow-inconclusive
  124  capacity: no answer was found
  0    none of these
  130  left at once by a second Ctrl-C, or by one before the run began, without a report
`;
