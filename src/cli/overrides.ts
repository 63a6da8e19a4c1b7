/** What flags and environment say: flag over environment; both go over the scenario. */
import { nearest } from '../base/nearest.ts';
import { parseDurationNs } from '../base/units.ts';
import { DIALECTS } from '../chargers/model.ts';
import { MOST_PROCESSES, type SpreadWish } from '../fleet/spread.ts';
import { type Address, parseAddress } from '../http/address.ts';
import { DEFAULT_METRICS } from '../prometheus/settings.ts';
import { SOURCE_WAYS, sourceList, unfitSource } from '../scenario/source-addresses.ts';
import type { Scenario } from '../scenario/types.ts';
import { DEFAULT_UI } from '../ui/settings.ts';
import { isRunId } from '../view/run-id.ts';
import { MANY_SETTINGS, type ManyOverrides, MOST_SHARES } from './bus-settings.ts';
import { integer, parsedBy, type Setting } from './setting.ts';

export interface Overrides extends ManyOverrides {
  readonly target?: string;
  readonly sourceAddresses?: readonly string[];
  readonly chargers?: number;
  readonly duration?: Scenario['duration'];
  readonly workers?: number | 'auto';
  readonly processes?: number | 'auto';
  /** A share of the run, from 0; `auto`: the environment says which. */
  readonly shard?: { readonly index: number | 'auto'; readonly of: number };
  readonly seed?: number;
  readonly dialect?: Scenario['dialect'];
  readonly summaryExport?: string;
  readonly ledger?: string;
  readonly junit?: string;
  readonly markdown?: string;
  readonly strict?: boolean;
  readonly out?: string;
  readonly csv?: string;
  readonly hlog?: string;
  /** true: at the default address. */
  readonly metrics?: Address | boolean;
  /** Seconds. */
  readonly metricsBuckets?: readonly number[];
  readonly pushGateway?: string;
  readonly remoteWrite?: string;
  readonly runId?: string;
  readonly report?: string;
  readonly compare?: string;
  /** true: at the default address. */
  readonly ui?: Address | boolean;
  readonly uiControl?: boolean;
  readonly quiet?: boolean;
  readonly color?: boolean;
}

type Key = keyof Overrides;
type Raw = string | boolean | undefined;

const YES_NO: Readonly<Record<string, boolean>> = {
  ...{ '1': true, true: true, yes: true, on: true },
  ...{ '0': false, false: false, no: false, off: false },
};
const yesNo = (text: string): boolean | undefined => YES_NO[text.toLowerCase()];

/** 0 and 1 are ports. */
const yesNoWord = (text: string) => (/^\d/.test(text) ? undefined : yesNo(text));

function addressOf(text: string, flag: string, defaultPort: number): Address | undefined {
  try {
    return text === '' ? undefined : parseAddress(text, flag, defaultPort);
  } catch {
    return undefined;
  }
}

function bucketsOf(text: string): readonly number[] | undefined {
  const bounds = text.split(',').map((each) => (parseDurationNs(each.trim()) ?? 0) / 1e9);
  const rising = bounds.every((bound, i) => bound > (bounds[i - 1] ?? 0));
  return rising && bounds.length <= 100 ? bounds : undefined;
}

const partsOf = (text: string) => text.split(',').map((each) => each.trim());

/** Whether each is given once is checked with the scenario. */
function sourcesOf(text: string): readonly string[] | undefined {
  const texts = partsOf(text);
  return sourceList(texts) === undefined ? undefined : texts;
}

function shardOf(text: string): Overrides['shard'] {
  const [, which, last] = /^(auto|\d+)\/(\d+)$/.exec(text) ?? [];
  const [number, of] = [integer(1, Number(last))(which ?? ''), integer(1, MOST_SHARES)(last ?? '')];
  if (of === undefined) return undefined;
  if (which === 'auto') return { index: 'auto', of };
  return number === undefined ? undefined : { index: number - 1, of };
}

function httpUrl(text: string): string | undefined {
  const isOne = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
  return isOne ? text : undefined;
}

const SETTINGS: Readonly<Record<Key, Setting<Overrides[Key]>>> = {
  ...MANY_SETTINGS,
  target: {
    flag: '--target',
    env: 'OCPP_LOAD_TARGET',
    parse: (text) => text || undefined,
    allowed: "'embedded', or a ws:// or wss:// URL",
  },
  sourceAddresses: {
    flag: '--source-addresses',
    env: 'OCPP_LOAD_SOURCE_ADDRESSES',
    parse: sourcesOf,
    allowed: `${SOURCE_WAYS}, parted by commas`,
    why: (text) => (text === '' ? undefined : unfitSource(partsOf(text))),
  },
  chargers: {
    flag: '--chargers',
    env: 'OCPP_LOAD_CHARGERS',
    parse: integer(1, 1_000_000),
    allowed: 'a whole number from 1 to 1000000',
  },
  duration: {
    flag: '--duration',
    env: 'OCPP_LOAD_DURATION',
    parse: (text) => (parseDurationNs(text) ? (text as Scenario['duration']) : undefined),
    allowed: 'a duration above 0 with its unit, such as 90s, 2m or 1h30m',
  },
  workers: {
    flag: '--workers',
    env: 'OCPP_LOAD_WORKERS',
    parse: (text) => (text === 'auto' ? 'auto' : integer(1, 256)(text)),
    allowed: 'a whole number from 1 to 256, or auto',
  },
  processes: {
    flag: '--processes',
    env: 'OCPP_LOAD_PROCESSES',
    parse: (text) => (text === 'auto' ? 'auto' : integer(1, MOST_PROCESSES)(text)),
    allowed: `a whole number from 1 to ${MOST_PROCESSES}, or auto`,
  },
  shard: {
    flag: '--shard',
    env: 'OCPP_LOAD_SHARD',
    parse: shardOf,
    allowed:
      'i/n, the i-th of n shares, i from 1 to n, such as 1/3; or auto/n in a Job of Kubernetes',
  },
  seed: {
    flag: '--seed',
    env: 'OCPP_LOAD_SEED',
    parse: integer(0, 4_294_967_295),
    allowed: 'a whole number from 0 to 4294967295',
  },
  dialect: {
    flag: '--dialect',
    env: 'OCPP_LOAD_DIALECT',
    parse: (text) => DIALECTS.find((dialect) => dialect === text),
    allowed: DIALECTS.join(' or '),
  },
  summaryExport: {
    flag: '--summary-export',
    env: 'OCPP_LOAD_SUMMARY_EXPORT',
    parse: (text) => text || undefined,
    allowed: 'the path of a file',
  },
  ledger: {
    flag: '--ledger',
    env: 'OCPP_LOAD_LEDGER',
    parse: (text) => text || undefined,
    allowed: 'the path of a file',
  },
  junit: {
    flag: '--junit',
    env: 'OCPP_LOAD_JUNIT',
    parse: (text) => text || undefined,
    allowed: 'the path of a file',
  },
  markdown: {
    flag: '--markdown',
    env: 'OCPP_LOAD_MARKDOWN',
    parse: (text) => text || undefined,
    allowed: 'the path of a file',
  },
  strict: {
    flag: '--strict',
    env: 'OCPP_LOAD_STRICT',
    parse: yesNo,
    allowed: 'true or false',
  },
  out: {
    flag: '--out',
    env: 'OCPP_LOAD_OUT',
    parse: (text) => text || undefined,
    allowed: 'the path of a file',
  },
  csv: {
    flag: '--csv',
    env: 'OCPP_LOAD_CSV',
    parse: (text) => text || undefined,
    allowed: 'the path of a file',
  },
  hlog: {
    flag: '--hlog',
    env: 'OCPP_LOAD_HLOG',
    parse: (text) => text || undefined,
    allowed: 'the path of a file',
  },
  metrics: {
    flag: '--metrics',
    env: 'OCPP_LOAD_METRICS',
    parse: (text) => yesNoWord(text) ?? addressOf(text, '--metrics', DEFAULT_METRICS.port),
    allowed: 'host:port, a host or a port of 0 to 65535, such as 127.0.0.1:9464 or [::1]:9464',
  },
  metricsBuckets: {
    flag: '--metrics-buckets',
    env: 'OCPP_LOAD_METRICS_BUCKETS',
    parse: bucketsOf,
    allowed: '1 to 100 rising durations, such as 5ms,10ms,50ms,1s',
  },
  pushGateway: {
    flag: '--push-gateway',
    env: 'OCPP_LOAD_PUSH_GATEWAY',
    parse: httpUrl,
    allowed: 'an http:// or https:// URL, such as http://gateway:9091',
  },
  remoteWrite: {
    flag: '--remote-write',
    env: 'OCPP_LOAD_REMOTE_WRITE',
    parse: httpUrl,
    allowed: 'an http:// or https:// URL, such as http://prometheus:9090/api/v1/write',
  },
  runId: {
    flag: '--run-id',
    env: 'OCPP_LOAD_RUN_ID',
    parse: (text) => (isRunId(text) ? text : undefined),
    allowed: '1 to 128 letters, digits, dots, dashes and underscores',
  },
  report: {
    flag: '--report',
    env: 'OCPP_LOAD_REPORT',
    parse: (text) => text || undefined,
    allowed: 'the path of a file',
  },
  compare: {
    flag: '--compare',
    env: 'OCPP_LOAD_COMPARE',
    parse: (text) => text || undefined,
    allowed: 'the path of a result file',
  },
  ui: {
    flag: '--ui',
    env: 'OCPP_LOAD_UI',
    parse: (text) => yesNoWord(text) ?? addressOf(text, '--ui', DEFAULT_UI.port),
    allowed: 'host:port, a host or a port of 0 to 65535, such as 127.0.0.1:5665 or [::1]:5665',
  },
  uiControl: {
    flag: '--ui-control',
    env: 'OCPP_LOAD_UI_CONTROL',
    parse: yesNo,
    allowed: 'true or false',
  },
  quiet: {
    flag: '--quiet',
    env: 'OCPP_LOAD_QUIET',
    parse: yesNo,
    allowed: 'true or false',
  },
  color: {
    flag: '--no-color',
    env: 'OCPP_LOAD_NO_COLOR',
    parse: (text) => {
      const off = yesNo(text);
      return off === undefined ? undefined : !off;
    },
    allowed: 'true or false',
  },
};

/** How a run shall be spread. */
export const spreadWish = ({ workers = 'auto', processes = 'auto' }: Overrides): SpreadWish => ({
  workers,
  processes,
});

/** The environment twin of a flag, for the help text. */
export const envOf = (key: Key): string => SETTINGS[key].env;

/** `flags` as commander read them; a wrong value is an error that names where it came from. */
export function readOverrides(
  flags: Readonly<Partial<Record<Key, Raw>>>,
  env: Readonly<Record<string, string | undefined>>,
): Overrides {
  const overrides: Partial<Record<Key, Overrides[Key]>> = {};
  for (const key of Object.keys(SETTINGS) as Key[]) {
    const { flag, env: variable } = SETTINGS[key];
    const given = flags[key];
    const inherited = env[variable];
    // Commander says `color: true` when --no-color is absent.
    const flagGiven = given !== undefined && !(key === 'color' && given === true);
    if (flagGiven) {
      overrides[key] = typeof given === 'boolean' ? given : parsed(key, given, flag);
    } else if (inherited !== undefined) {
      overrides[key] = parsed(key, inherited, variable);
    }
  }
  return overrides as Overrides;
}

function parsed(key: Key, text: string, source: string): Overrides[Key] {
  const near = key === 'dialect' ? nearest(text, DIALECTS) : undefined;
  return parsedBy(SETTINGS[key], text, source, near ? `did you mean \`${near}\`?  ` : '');
}

const PREFIX = 'OCPP_LOAD_';

/** Variables that look like a misspelt twin of a flag; a sentence each. */
export function misspeltVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = Object.values(SETTINGS).map((setting) => setting.env.slice(PREFIX.length));
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !known.includes(name.slice(PREFIX.length)))
    .flatMap((name) => {
      const near = nearest(name.slice(PREFIX.length), known);
      return near ? [`${name} is no variable of ocpp-load: did you mean ${PREFIX}${near}?`] : [];
    });
}
