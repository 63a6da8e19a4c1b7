import { type ChargerModel, DIALECTS } from '../chargers/model.ts';
import { CHARGE_POINT_ERROR_CODES } from '../ocpp/vocabulary.ts';
import { boolean, type Check, isRecord, number, objectOf, oneOf, text, whole } from './checks.ts';
import { type Mistakes, wrongValue } from './mistakes.ts';
import { checkFrames, checkMeterValue, checkStatus } from './validate-frames.ts';

const voltages: Check = (mistakes, path, value) => {
  const fits = Array.isArray(value) && value.length === 3;
  if (!fits) return wrongValue(mistakes, path, value, 'must be three voltages', '[230, 230, 230]');
  value.forEach((voltageV, index) => {
    number(0, 2000)(mistakes, `${path}[${index}]`, voltageV);
  });
};

const field = (check: Check, required: string) => ({ check, required });

const needed = 'a charger model needs it';

const listOf =
  (check: Check, fix: string): Check =>
  (mistakes, path, value) => {
    if (!Array.isArray(value)) return wrongValue(mistakes, path, value, 'must be a list', fix);
    value.forEach((each, index) => {
      check(mistakes, `${path}[${index}]`, each);
    });
  };

const FIRMWARE_STEPS = ['Downloading', 'Downloaded', 'Installing', 'Installed'];
const MANNERS = objectOf('manners', {
  listsAllKeys: field(boolean, needed),
  listsHiddenKeys: field(boolean, needed),
  cancelsAnyReservation: field(boolean, needed),
  firmwareSteps: field(
    listOf(oneOf(FIRMWARE_STEPS), "such as ['Downloaded', 'Installed']"),
    needed,
  ),
  tellsStopReason: field(boolean, needed),
  restartsIds: field(boolean, needed),
});
const KEY = objectOf('a configuration key', {
  key: field(text, needed),
  value: field(text, needed),
  readonly: field(boolean, needed),
  hidden: { check: boolean },
});
const aliases: Check = (mistakes, path, value) => {
  const fix = "such as { MeterValueInterval: 'MeterValueSampleInterval' }, or {}";
  if (!isRecord(value)) return wrongValue(mistakes, path, value, 'must be an object', fix);
  for (const [alias, name] of Object.entries(value)) text(mistakes, `${path}.${alias}`, name);
};
const DIALECT = objectOf('a dialect', {
  utcOffsetMin: field(whole(-840, 840), needed),
  zone: field(oneOf(['', 'Z']), needed),
  frames: field(checkFrames, needed),
  meterValue: field(checkMeterValue, needed),
  status: field(checkStatus, needed),
  manners: field(MANNERS, needed),
});
const MODEL = objectOf('a charger model', {
  name: field(text, needed),
  origin: { check: text },
  firstMessageId: field(whole(0, 1e9), needed),
  connectors: field(whole(1, 4), needed),
  tellsWholeStatus: field(boolean, needed),
  register: field(oneOf(['session', 'lifetime']), needed),
  configuration: field(listOf(KEY, '{ key, value, readonly }'), needed),
  configurationAliases: field(aliases, needed),
  phases: field(whole(1, 3), needed),
  voltageV: field(voltages, needed),
  maxCurrentA: field(number(1, 1000), needed),
  pricePerKwh: field(number(0, 1e6), needed),
  faultCode: field(oneOf(CHARGE_POINT_ERROR_CODES), needed),
  identity: field(text, needed),
  password: field(text, needed),
  idTag: field(text, needed),
  dialects: field(
    objectOf(
      'dialects',
      Object.fromEntries(DIALECTS.map((dialect) => [dialect, field(DIALECT, needed)])),
    ),
    needed,
  ),
});

export const checkModel: Check = (mistakes: Mistakes, path, value) => {
  if (typeof value === 'function') {
    const call = `call it: ${value.name || 'tonly48A'}()`;
    return wrongValue(mistakes, path, value, 'must be a charger model', call);
  }
  if (!isRecord(value)) {
    const fix = 'a charger model, such as tonly48A()';
    return wrongValue(mistakes, path, value, 'must be a charger model', fix);
  }
  MODEL(mistakes, path, value);
  checkKeys(mistakes, path, value);
};

/** Every key once, and aliases of keys that there are. */
function checkKeys(mistakes: Mistakes, path: string, model: Record<string, unknown>): void {
  const { configuration, configurationAliases } = model;
  if (!Array.isArray(configuration)) return;
  const keys: unknown[] = configuration.map((each) => (isRecord(each) ? each.key : undefined));
  keys.forEach((key, index) => {
    if (typeof key !== 'string' || keys.indexOf(key) === index) return;
    const fix = `configuration[${keys.indexOf(key)}] has it already`;
    wrongValue(mistakes, `${path}.configuration[${index}].key`, key, 'comes twice', fix);
  });
  const pairs = isRecord(configurationAliases) ? Object.entries(configurationAliases) : [];
  for (const [alias, name] of pairs) {
    const lost = [alias, name].find((key) => typeof key === 'string' && !keys.includes(key));
    if (lost === undefined) continue;
    const fix = `add ${lost} to the configuration, or leave the alias out`;
    wrongValue(mistakes, `${path}.configurationAliases.${alias}`, name, 'names no key', fix);
  }
}

/** Whether it has a charging record; true for what is no model (and was reported as such). */
export function hasRecord(model: unknown): boolean {
  const dialects = isRecord(model) && isRecord(model.dialects) ? model.dialects : {};
  return Object.values(dialects).every(
    (dialect) =>
      !isRecord(dialect) || !isRecord(dialect.frames) || dialect.frames.record !== undefined,
  );
}

/** Phases x voltage x current; Infinity for what is no model (and was reported as such). */
export function maxPowerW(model: unknown): number {
  const { voltageV, phases, maxCurrentA } = isRecord(model)
    ? (model as unknown as ChargerModel)
    : {};
  if (!Array.isArray(voltageV)) return Number.POSITIVE_INFINITY;
  const sumV = voltageV.slice(0, phases).reduce((sum: number, v: number) => sum + v, 0);
  const powerW = sumV * (maxCurrentA ?? Number.NaN);
  return Number.isNaN(powerW) ? Number.POSITIVE_INFINITY : powerW;
}
