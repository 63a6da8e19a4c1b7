import { parseDurationNs } from '../base/units.ts';
import {
  boolean,
  type Check,
  duration,
  durationDistribution,
  durationOrZero,
  type Field,
  isRecord,
  number,
  objectOf,
  oneOf,
  rate,
  rateOrZero,
  text,
  whole,
} from './checks.ts';
import { type Mistakes, missing, wrongValue } from './mistakes.ts';
import { checkConfiguration } from './validate-configuration.ts';
import { checkLife, checkRemoteCharge } from './validate-life.ts';
import { checkModel, hasRecord, maxPowerW } from './validate-model.ts';

const FLEET_NAME = /^[A-Za-z0-9_-]{1,40}$/;

export const checkFleets: Check = (mistakes, path, value) => {
  if (!Array.isArray(value) || value.length === 0) {
    const fix = 'at least one: fleets: [{ name, chargers, model, life }]';
    return wrongValue(mistakes, path, value, 'must be a list of fleets', fix);
  }
  const names = new Map<unknown, number>();
  let total = 0;
  value.forEach((fleet, index) => {
    const at = `${path}[${index}]`;
    checkFleet(mistakes, at, fleet);
    if (!isRecord(fleet)) return;
    const twin = names.get(fleet.name);
    if (twin !== undefined && typeof fleet.name === 'string') {
      const fix = `${path}[${twin}] has it already; every fleet needs its own name`;
      wrongValue(mistakes, `${at}.name`, fleet.name, 'is taken', fix);
    }
    names.set(fleet.name, index);
    total += typeof fleet.chargers === 'number' ? fleet.chargers : 0;
  });
  if (total > 1_000_000 && value.length > 1) {
    const fix = 'at most 1000000 in all';
    wrongValue(mistakes, path, `${total} chargers`, 'has too many chargers', fix);
  }
};

const name: Check = (mistakes, path, value) => {
  if (typeof value === 'string' && FLEET_NAME.test(value)) return;
  const fix = '1 to 40 letters, digits, - and _';
  wrongValue(mistakes, path, value, 'must be a fleet name', fix);
};

const heartbeat: Check = (mistakes, path, value) => {
  if (value === 'boot' || value === 'off') return;
  const before = mistakes.length;
  duration(mistakes, path, value);
  if (mistakes.length === before || typeof value === 'number') return;
  mistakes.length = before;
  const fix = "'boot' (as BootNotification.conf says), 'off', or a duration such as '30s'";
  wrongValue(mistakes, path, value, 'is not a heartbeat', fix);
};

const stageList: Check = (mistakes, path, value) => {
  if (!Array.isArray(value) || value.length === 0) {
    const fix = "such as stages([{ duration: '1m', to: '10/s' }])";
    return wrongValue(mistakes, path, value, 'must be a list of stages', fix);
  }
  value.forEach((stage, index) => {
    RATE_STAGE(mistakes, `${path}[${index}]`, stage);
  });
  const rates = value.map((stage) => (isRecord(stage) ? stage.to : undefined));
  const allZero = rates.every((to) => typeof to === 'string' && /^0+(\.0+)?\//.test(to));
  if (allZero) wrongValue(mistakes, path, value, 'never has a rate above 0', 'raise one of them');
};

const RATE_STAGE = objectOf('a stage', {
  duration: { check: duration, required: 'a stage takes { duration, to }' },
  to: { check: rateOrZero, required: 'a stage takes { duration, to }' },
});

const PROFILES: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  ramp: {
    over: { check: duration, required: "such as ramp({ over: '20s' })" },
    shape: { check: oneOf(['linear', 'accelerating']) },
    jitter: { check: durationOrZero },
  },
  allAtOnce: {},
  rate: { rate: { check: rate, required: "such as rate('20/s')" } },
  stages: { stages: { check: stageList, required: 'such as stages([{ duration, to }])' } },
};

/** Checks what `ramp()`, `rate()` and their like returned; `names` are those that fit here. */
function profileOf(names: readonly string[]): Check {
  const calls = names.map((fn) => `${fn}()`).join(', ');
  return (mistakes, path, value) => {
    if (!isRecord(value) || !names.includes(value.profile as string)) {
      return wrongValue(mistakes, path, value, 'is not made by one of its functions', calls);
    }
    const { profile, ...options } = value;
    objectOf(`${profile}()`, PROFILES[profile as string])(mistakes, path, options);
  };
}

const POLICIES: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  fixed: {
    delay: { check: durationOrZero, required: "such as delay: '30s'" },
    jitter: { check: durationOrZero },
  },
  exponential: {
    base: { check: duration, required: "such as base: '1s'" },
    max: { check: duration, required: "such as max: '5m'" },
    factor: { check: number(1, 100) },
  },
  fullJitter: {
    base: { check: duration, required: "such as base: '1s'" },
    max: { check: duration, required: "such as max: '60s'" },
  },
  immediate: { attempts: { check: whole(1, 250) } },
  none: {},
};

const reconnect: Check = (mistakes, path, value) => {
  const policy = isRecord(value) ? value.reconnect : undefined;
  if (!isRecord(value) || typeof policy !== 'string' || !Object.hasOwn(POLICIES, policy)) {
    const fix = 'fixed(), exponential(), fullJitter(), immediate() or none()';
    return wrongValue(mistakes, path, value, 'is not a reconnect policy', fix);
  }
  const { reconnect: _, ...options } = value;
  objectOf(`${policy}()`, POLICIES[policy])(mistakes, path, options);
  const [baseNs, maxNs] = [parseDurationNs(options.base), parseDurationNs(options.max)];
  if (baseNs !== undefined && maxNs !== undefined && maxNs < baseNs) {
    const fix = `at least the base, '${options.base}'`;
    wrongValue(mistakes, `${path}.max`, options.max, 'is shorter than the base', fix);
  }
};

/** A duration that may be negative. */
const skew: Check = (mistakes, path, value) => {
  if (typeof value !== 'string' || !value.startsWith('-')) {
    return durationOrZero(mistakes, path, value);
  }
  const found: Mistakes = [];
  durationOrZero(found, path, value.slice(1));
  const fix = "a duration, ahead ('2s') or behind ('-500ms') by at most 2400h";
  if (found.length > 0) wrongValue(mistakes, path, value, 'is not a clock skew', fix);
};

const pingInterval: Check = (mistakes, path, value) => {
  if (value === 'off') return;
  const found: Mistakes = [];
  duration(found, path, value);
  if (found.length === 0) return;
  if (typeof value === 'number') return void mistakes.push(...found);
  const fix = "'off', or a duration such as '30s'";
  wrongValue(mistakes, path, value, 'is not a ping interval', fix);
};

const PLACEHOLDER = /\{n(:[1-9]\d?)?\}/g;

const textSource: Check = (mistakes, path, value) => {
  if (typeof value === 'function') return;
  const wrong = (says: string, fix: string) => wrongValue(mistakes, path, value, says, fix);
  const ways = "a text, a pattern such as 'CP{n:6}', or a function of the index";
  if (typeof value !== 'string') return wrong('must be a text or a function', ways);
  const rest = value.replace(PLACEHOLDER, '');
  if (/[{}]/.test(rest)) return wrong('has a wrong placeholder', 'allowed: {n}, {n:6}');
  if ((value.match(PLACEHOLDER) ?? []).length > 1) {
    wrong('has two placeholders', 'one {n} counts the chargers; use a function for more');
  }
};

const identities: Check = (mistakes, path, value) => {
  const fields: Readonly<Record<string, Field>> =
    isRecord(value) && 'csv' in value
      ? { csv: { check: text } }
      : {
          identity: { check: textSource },
          password: { check: textSource },
          idTag: { check: textSource },
        };
  objectOf('csv' in fields ? 'csv()' : 'identities', fields)(mistakes, path, value);
};

const FLEET: Readonly<Record<string, Field>> = {
  name: { check: name, required: "such as name: 'car-park'" },
  chargers: { check: whole(1, 1_000_000), required: 'how many, such as chargers: 100' },
  model: { check: checkModel, required: 'such as model: tonly48A()' },
  connect: { check: profileOf(['ramp', 'allAtOnce', 'rate', 'stages']) },
  life: { check: () => {}, required: 'such as life: life().boot()' },
  arrivals: { check: profileOf(['rate', 'stages']) },
  identities: { check: identities },
  heartbeat: { check: heartbeat },
  meterInterval: { check: duration },
  samplePhase: { check: oneOf(['transaction', 'wall-clock']) },
  reconnect: { check: reconnect },
  retryAfter: { check: boolean },
  configuration: { check: () => {} },
  reactionTime: { check: durationDistribution },
  rebootTime: { check: durationOrZero },
  bootRetry: { check: duration },
  clockSkew: { check: skew },
  pingInterval: { check: pingInterval },
  maxQueue: { check: whole(1, 1_000_000) },
  maxCommandRate: { check: whole(1, 1_000_000) },
  remoteCharge: { check: () => {} },
  diagnostics: { check: oneOf(['status', 'upload']) },
  diagnosticsBytes: { check: whole(1, 1_048_576) },
  firmware: {
    check: objectOf('firmware', {
      download: { check: durationOrZero },
      install: { check: durationOrZero },
    }),
  },
};

const FLEET_CHECK = objectOf('a fleet', FLEET);

function checkFleet(mistakes: Mistakes, path: string, fleet: unknown): void {
  FLEET_CHECK(mistakes, path, fleet);
  if (!isRecord(fleet)) return;
  const powerW = maxPowerW(fleet.model);
  checkConfiguration(mistakes, `${path}.configuration`, fleet);
  checkRemoteCharge(mistakes, `${path}.remoteCharge`, fleet.remoteCharge, powerW);
  if (fleet.life === undefined) return;
  const limits = { maxPowerW: powerW, hasRecord: hasRecord(fleet.model) };
  const waits = checkLife(mistakes, `${path}.life`, fleet.life, limits);
  if (waits === undefined) return;
  if (fleet.arrivals !== undefined && !waits) {
    const fix = 'arrivals plug in only chargers that wait: add awaitArrival() to the life';
    wrongValue(mistakes, `${path}.arrivals`, fleet.arrivals, 'has nobody to plug in', fix);
  }
  if (fleet.arrivals === undefined && waits) {
    const fix = "awaitArrival() waits for them: add arrivals: rate('20/s')";
    missing(mistakes, `${path}.arrivals`, fix);
  }
}
