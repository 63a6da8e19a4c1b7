/** Flags of an agent, and their environment twins. */
import os from 'node:os';
import type { Command } from 'commander';
import { ExitCode, UserError } from '../base/errors.ts';
import { holdsSeed } from '../base/seed.ts';
import { isPublicKey, type Trust } from '../bundle/sign.ts';
import type { Address } from '../http/address.ts';
import { NAME } from '../share/subjects.ts';
import { addBusOptions, BUS_SETTINGS, type BusOverrides, labelsOf } from './bus-settings.ts';
import { collect } from './flag-values.ts';
import { readOverrides } from './overrides.ts';
import { integer, type Setting, secretGiven, settingOf } from './setting.ts';

export interface AgentSettings extends BusOverrides {
  readonly nats: string;
  readonly name: string;
  /** undefined: what the machine allows. */
  readonly capacity: number | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly trust: Trust;
  readonly once: boolean;
  readonly metrics?: Address | boolean;
  readonly workers?: number | 'auto';
  readonly processes?: number | 'auto';
}

export interface AgentFlags {
  readonly nats?: string;
  readonly natsCreds?: string;
  readonly natsNkey?: string;
  readonly natsCa?: string;
  readonly natsCert?: string;
  readonly natsKey?: string;
  readonly name?: string;
  readonly capacity?: string;
  readonly labels?: string;
  readonly trust?: readonly string[];
  readonly metrics?: string | boolean;
  readonly once?: boolean;
  readonly workers?: string;
  readonly processes?: string;
}

/** Coordinators have these in the log of a run and at NATS. */
const RESERVED = ['_coordinator', 'coordinator'];

const NAME_SETTING: Setting<string> = {
  flag: '--name',
  env: 'OCPP_LOAD_NAME',
  parse: (text) =>
    NAME.test(text) && !RESERVED.includes(text) && !holdsSeed(text) ? text : undefined,
  allowed: "1 to 64 letters, digits, dashes and underscores, but not 'coordinator'",
};
const CAPACITY: Setting<number> = {
  flag: '--capacity',
  env: 'OCPP_LOAD_CAPACITY',
  parse: integer(1, 1_000_000),
  allowed: 'a whole number of chargers from 1 to 1000000',
};
const LABELS: Setting<Readonly<Record<string, string>>> = {
  flag: '--labels',
  env: 'OCPP_LOAD_LABELS',
  parse: labelsOf,
  allowed: 'labels such as zone=a,kind=x',
};
const TRUST: Setting<Trust> = {
  flag: '--trust',
  env: 'OCPP_LOAD_TRUST',
  parse: trustOf,
  allowed: "public keys as `ocpp-load keys show` prints them, U…, or 'any'",
  why: (text) => secretGiven(text, 'give the public key: ocpp-load keys show FILE'),
};
const ONCE: Setting<boolean> = {
  flag: '--once',
  env: 'OCPP_LOAD_ONCE',
  parse: (text) => ({ true: true, '1': true, false: false, '0': false })[text.toLowerCase()],
  allowed: 'true or false',
};

function trustOf(text: string): Trust | undefined {
  if (text === 'any') return 'any';
  const keys = text.split(',').map((key) => key.trim());
  return keys.every(isPublicKey) ? keys : undefined;
}

const twin = <T>(text: string, { env }: Pick<Setting<T>, 'env'>) => `${text} (env ${env})`;

export function addAgentOptions(command: Command): Command {
  return addBusOptions(command)
    .option('--name <name>', twin('what it is called; default: host and pid', NAME_SETTING))
    .option('--capacity <n>', twin('chargers at once; default: what fits', CAPACITY))
    .option('--labels <list>', twin('such as zone=a, for --agent-labels', LABELS))
    .option('--trust <key>', twin("whose runs it runs, or 'any'; may be repeated", TRUST), collect)
    .option(
      '--metrics [host:port]',
      twin('serves Prometheus, at 127.0.0.1:9464 or there', { env: 'OCPP_LOAD_METRICS' }),
    )
    .option('--once', twin('leaves after the first run, with its exit code', ONCE))
    .option('--workers <n>', twin("threads a share, or 'auto'", { env: 'OCPP_LOAD_WORKERS' }))
    .option(
      '--processes <n>',
      twin("processes a share, or 'auto'", { env: 'OCPP_LOAD_PROCESSES' }),
    );
}

/** @throws UserError */
export function readAgentSettings(
  flags: AgentFlags,
  env: Readonly<Record<string, string | undefined>>,
): AgentSettings {
  const { name, capacity, labels, trust, once, ...shared } = flags;
  const { nats, metrics, workers, processes, ...connection } = readOverrides(shared, env);
  if (nats === undefined) {
    throw new UserError(
      '--nats is missing',
      `it takes ${BUS_SETTINGS.nats.allowed}, or set ${BUS_SETTINGS.nats.env}`,
    );
  }
  const trusted = settingOf(TRUST, trust?.join(','), env);
  if (trusted === undefined) throw untrusting();
  return {
    ...connection,
    ...{ nats, metrics, workers, processes },
    name: settingOf(NAME_SETTING, name, env) ?? defaultName(os.hostname(), process.pid),
    capacity: settingOf(CAPACITY, capacity, env),
    labels: settingOf(LABELS, labels, env) ?? {},
    trust: trusted,
    once: once ?? settingOf(ONCE, undefined, env) ?? false,
  };
}

const untrusting = () =>
  new UserError(
    '--trust is missing: an agent runs the code of whoever it trusts',
    'ocpp-load keys show FILE prints the key to give it; --trust any runs whatever is offered',
    ExitCode.badConfiguration,
  );

/** Several agents on one host need a name each; in a container there is only one. */
export function defaultName(host: string, pid: number): string {
  const base = host.replaceAll(/[^A-Za-z0-9_-]+/g, '-').slice(0, 50) || 'agent';
  return pid === 1 ? base : `${base}-${pid}`;
}
