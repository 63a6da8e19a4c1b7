import { DIALECTS } from '../chargers/model.ts';
import {
  boolean,
  type Check,
  duration,
  durationOrZero,
  durationUpTo,
  type Field,
  isRecord,
  objectOf,
  oneOf,
  rate,
  share,
  text,
  whole,
} from './checks.ts';
import { type Mistakes, missing, throwMistakes, wrongValue } from './mistakes.ts';
import { checkSources } from './source-addresses.ts';
import { checkTarget } from './target.ts';
import type { Scenario } from './types.ts';
import { checkCommands, checkOutages } from './validate-commands.ts';
import { checkDelay, checkStall } from './validate-delay.ts';
import { checkFleets } from './validate-fleet.ts';
import { checkGenerator } from './validate-generator.ts';
import { checkLight, MAX_PROCESSES, SERVICE_TIMES } from './validate-light.ts';
import { checkThresholds } from './validate-thresholds.ts';

/**
 * Checks the default export of a user's file.
 * @param name names the file in messages.
 * @throws UserError that shows every mistake: its path, the value, what is allowed.
 */
export function validateScenario(value: unknown, name: string): Scenario {
  const mistakes: Mistakes = [];
  checkScenario(mistakes, value);
  throwMistakes(mistakes, name);
  return value as Scenario;
}

const EMBEDDED: Check = objectOf('embedded', {
  interval: { check: duration },
  delay: { check: checkDelay },
  stall: { check: checkStall },
  errorRate: { check: share },
  silence: { check: share },
  drop: { check: share },
  commands: { check: checkCommands },
  outages: { check: checkOutages },
  deduplicate: { check: boolean },
  exportTransactions: { check: text },
  light: { check: boolean },
  processes: { check: whole(1, MAX_PROCESSES) },
  serviceRate: { check: rate },
  serviceTime: { check: oneOf(SERVICE_TIMES) },
});

const TLS_FIELDS: Check = objectOf('tls', {
  caFile: { check: text },
  verify: { check: boolean },
  certFile: { check: text },
  keyFile: { check: text },
  sessionResumption: { check: boolean },
});

const TLS: Check = (mistakes, path, value) => {
  TLS_FIELDS(mistakes, path, value);
  if (!isRecord(value)) return;
  const { certFile, keyFile } = value;
  const fix = 'certFile and keyFile go together; one file with both may be named for both';
  if (keyFile === undefined && certFile !== undefined) missing(mistakes, `${path}.keyFile`, fix);
  if (certFile === undefined && keyFile !== undefined) missing(mistakes, `${path}.certFile`, fix);
};

const allowBootFailures: Check = (mistakes, path, value) => {
  if (typeof value !== 'boolean') share(mistakes, path, value);
};

const allowTargets: Check = (mistakes, path, value) => {
  if (!Array.isArray(value)) {
    const fix = "such as ['localhost', '*.staging.example']";
    return wrongValue(mistakes, path, value, 'must be a list of hosts', fix);
  }
  value.forEach((host, index) => {
    if (typeof host === 'string' && /^[^/\s@]+$/.test(host)) return;
    const fix = "a host alone, such as '*.staging.example'";
    wrongValue(mistakes, `${path}[${index}]`, host, 'must be a host', fix);
  });
};

const allowUploads: Check = (mistakes, path, value) => {
  if (!Array.isArray(value)) {
    const fix = "such as ['127.0.0.1:2121']";
    return wrongValue(mistakes, path, value, 'must be a list of FTP servers', fix);
  }
  value.forEach((server, index) => {
    const form = /^(?:\[[^\]\s]+\]|[^\s:/@]+)(?::(\d{1,5}))?$/;
    const [found, port = '21'] = (typeof server === 'string' && form.exec(server)) || [];
    if (found && Number(port) >= 1 && Number(port) <= 65_535) return;
    const fix = "a host and maybe a port, such as '127.0.0.1:2121'";
    wrongValue(mistakes, `${path}[${index}]`, server, 'must be an FTP server', fix);
  });
};

/** Checked apart: the target needs `allowTargets`, thresholds need the rest of the scenario. */
const nothing: Check = () => {};

const aFunction: Check = (mistakes, path, value) => {
  if (typeof value === 'function') return;
  wrongValue(mistakes, path, value, 'must be a function', 'such as (charger) => charger % 2');
};

const SCENARIO: Readonly<Record<string, Field>> = {
  description: { check: text },
  target: { check: nothing },
  targetOf: { check: aFunction },
  sourceAddresses: { check: checkSources },
  dialect: { check: oneOf(DIALECTS) },
  duration: { check: duration, required: "the steady stage, such as duration: '2m'" },
  warmup: { check: durationOrZero },
  gracePeriod: { check: durationOrZero },
  seed: { check: whole(0, 4294967295) },
  fleets: { check: checkFleets, required: 'a scenario needs at least one fleet: fleets: [{ … }]' },
  callTimeout: { check: duration },
  timeoutsBeforeReconnect: { check: whole(1, 1000) },
  handshakeTimeout: { check: duration },
  maxHandshakes: { check: whole(1, 1_000_000) },
  maxBacklog: { check: whole(0, 1_000_000) },
  slack: { check: durationUpTo('1s') },
  maxMessageBytes: { check: whole(1024, 16_777_216) },
  allowBootFailures: { check: allowBootFailures },
  allowTargets: { check: allowTargets },
  allowUploads: { check: allowUploads },
  tls: { check: TLS },
  embedded: { check: EMBEDDED },
  generator: { check: checkGenerator },
  thresholds: { check: nothing },
};

const checkScenario = (mistakes: Mistakes, value: unknown) => {
  if (!isRecord(value)) {
    const fix = 'export default defineScenario({ … })';
    return wrongValue(mistakes, 'the default export', value, 'must be a scenario', fix);
  }
  checkTarget(mistakes, value.target, value.allowTargets);
  objectOf('a scenario', SCENARIO)(mistakes, '', value);
  checkNoCalls(mistakes, value.embedded);
  checkLight(mistakes, value.embedded);
  checkUploads(mistakes, value);
  checkThresholds(mistakes, value);
};

/** Without a list nothing would ever be sent; an empty one says so. */
function checkUploads(mistakes: Mistakes, { fleets, allowUploads }: Record<string, unknown>): void {
  if (!Array.isArray(fleets) || allowUploads !== undefined) return;
  const index = fleets.findIndex((fleet) => isRecord(fleet) && fleet.diagnostics === 'upload');
  if (index < 0) return;
  const fix = "where its files may go: allowUploads: ['127.0.0.1:2121']";
  missing(mistakes, 'allowUploads', `fleets[${index}].diagnostics is 'upload': ${fix}`);
}

/** Each share alone may be 1, but together they divide the same CALLs. */
function checkNoCalls(mistakes: Mistakes, embedded: unknown): void {
  if (!isRecord(embedded)) return;
  const shares = [embedded.errorRate, embedded.silence, embedded.drop].map((v) => Number(v ?? 0));
  if (shares.reduce((a, b) => a + b, 0) <= 1) return;
  const fix = 'errorRate + silence + drop may be 1 at most';
  wrongValue(mistakes, 'embedded', embedded, 'divides more CALLs than there are', fix);
}
