/** Flags of a run over many machines, and those of the connection, which agents have too. */
import type { Command } from 'commander';
import { holdsSeed } from '../base/seed.ts';
import { parseDurationNs } from '../base/units.ts';
import { LOSS_POLICIES, type LossPolicy } from '../share/records.ts';
import { integer, keyFile, type Setting, textOf } from './setting.ts';

/** Each has a machine of its own. */
export const MOST_SHARES = 10_000;

/** The connection to NATS. */
export interface BusOverrides {
  readonly nats?: string;
  readonly natsCreds?: string;
  readonly natsNkey?: string;
  readonly natsCa?: string;
  readonly natsCert?: string;
  readonly natsKey?: string;
}

export interface ManyOverrides extends BusOverrides {
  readonly agents?: number;
  readonly agentLabels?: Readonly<Record<string, string>>;
  readonly signKey?: string;
  /** ms */
  readonly lease?: number;
  readonly onAgentLoss?: LossPolicy;
  /** ms */
  readonly wait?: number;
  readonly parts?: string;
  readonly resume?: string;
}

type Settings<T> = { readonly [K in keyof T]-?: Setting<NonNullable<T[K]>> };

function serversOf(text: string): string | undefined {
  const isOne = (each: string) => /^(nats|tls):\/\/[^/]/.test(each.trim());
  return text.split(',').every(isOne) ? text : undefined;
}

const msOf = (least: number, most: number) => (text: string) => {
  const ms = (parseDurationNs(text) ?? Number.NaN) / 1e6;
  return ms >= least && ms <= most ? ms : undefined;
};

/** `zone=a,kind=x` */
export function labelsOf(text: string): Readonly<Record<string, string>> | undefined {
  // All who hear the agents see their labels.
  if (holdsSeed(text)) return undefined;
  const pairs = text.split(',').map((pair) => /^([\w.-]{1,64})=([\w.-]{1,64})$/.exec(pair.trim()));
  const names = pairs.map((pair) => pair?.[1] ?? '');
  if (names.includes('') || new Set(names).size < names.length || names.length > 32) {
    return undefined;
  }
  return Object.fromEntries(pairs.map((pair) => [pair?.[1], pair?.[2]]));
}

export const BUS_SETTINGS: Settings<BusOverrides> = {
  nats: {
    flag: '--nats',
    env: 'OCPP_LOAD_NATS',
    parse: serversOf,
    allowed: 'nats://host:4222 or tls://host:4222, or several of them parted by commas',
  },
  natsCreds: { flag: '--nats-creds', env: 'OCPP_LOAD_NATS_CREDS', ...keyFile },
  natsNkey: { flag: '--nats-nkey', env: 'OCPP_LOAD_NATS_NKEY', ...keyFile },
  natsCa: { flag: '--nats-ca', env: 'OCPP_LOAD_NATS_CA', ...keyFile },
  natsCert: { flag: '--nats-cert', env: 'OCPP_LOAD_NATS_CERT', ...keyFile },
  natsKey: { flag: '--nats-key', env: 'OCPP_LOAD_NATS_KEY', ...keyFile },
};

export const MANY_SETTINGS: Settings<ManyOverrides> = {
  ...BUS_SETTINGS,
  agents: {
    flag: '--agents',
    env: 'OCPP_LOAD_AGENTS',
    parse: integer(1, MOST_SHARES),
    allowed: `a whole number from 1 to ${MOST_SHARES}`,
  },
  agentLabels: {
    flag: '--agent-labels',
    env: 'OCPP_LOAD_AGENT_LABELS',
    parse: labelsOf,
    allowed: 'labels such as zone=a,kind=x',
  },
  signKey: { flag: '--sign-key', env: 'OCPP_LOAD_SIGN_KEY', ...keyFile },
  lease: {
    flag: '--lease',
    env: 'OCPP_LOAD_LEASE',
    parse: msOf(5_000, 3_600_000),
    allowed: 'a duration from 5s to 1h',
  },
  onAgentLoss: {
    flag: '--on-agent-loss',
    env: 'OCPP_LOAD_ON_AGENT_LOSS',
    parse: (text) => LOSS_POLICIES.find((policy) => policy === text),
    allowed: LOSS_POLICIES.join(', '),
  },
  wait: {
    flag: '--wait',
    env: 'OCPP_LOAD_WAIT',
    parse: msOf(1_000, 86_400_000),
    allowed: 'a duration from 1s to 24h',
  },
  parts: {
    flag: '--parts',
    env: 'OCPP_LOAD_PARTS',
    parse: textOf,
    allowed: 'the path of a folder',
  },
  resume: {
    flag: '--resume',
    env: 'OCPP_LOAD_RESUME',
    parse: (text) => (/^[A-Za-z0-9_-]{1,64}$/.test(text) ? text : undefined),
    allowed: 'the id of a run: letters, digits, dashes and underscores',
  },
};

const twin = <T>(text: string, { env }: Setting<T>) => `${text} (env ${env})`;

export function addBusOptions(command: Command): Command {
  const of = BUS_SETTINGS;
  return command
    .option('--nats <urls>', twin('NATS servers, such as nats://a:4222,nats://b:4222', of.nats))
    .option('--nats-creds <file>', twin('credentials of a NATS user', of.natsCreds))
    .option('--nats-nkey <file>', twin('the seed of the nkey of a NATS user', of.natsNkey))
    .option('--nats-ca <file>', twin('whose certificates to trust', of.natsCa))
    .option('--nats-cert <file>', twin('certificate of this client', of.natsCert))
    .option('--nats-key <file>', twin('and its private key', of.natsKey));
}

export function addManyOptions(command: Command): Command {
  const of = MANY_SETTINGS;
  return addBusOptions(command)
    .option('--agents <n>', twin('agents that run it, a share each', of.agents))
    .option('--agent-labels <list>', twin('only agents that have these', of.agentLabels))
    .option('--sign-key <file>', twin('signs the run: `ocpp-load keys new`', of.signKey))
    .option('--wait <time>', twin('for agents, 30s unless told else', of.wait))
    .option('--lease <time>', twin('an agent unheard for so long is lost, 30s', of.lease))
    .option('--on-agent-loss <what>', twin('continue, fail or reassign', of.onAgentLoss))
    .option('--parts <folder>', twin('a result file a share', of.parts))
    .option('--resume <run-id>', twin('goes on with a run of many machines', of.resume));
}
