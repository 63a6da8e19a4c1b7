import { type ChargerModel, DIALECTS, SLOTS } from '../chargers/model.ts';
import { CHARGE_POINT_ERROR_CODES } from '../ocpp/vocabulary.ts';
import { type Check, isRecord, number, objectOf, oneOf, text, whole } from './checks.ts';
import { type Mistakes, wrongValue } from './mistakes.ts';
import { nearest } from './nearest.ts';

const voltages: Check = (mistakes, path, value) => {
  const fits = Array.isArray(value) && value.length === 3;
  if (!fits) return wrongValue(mistakes, path, value, 'must be three voltages', '[230, 230, 230]');
  value.forEach((voltageV, index) => {
    number(0, 2000)(mistakes, `${path}[${index}]`, voltageV);
  });
};

/** Slots that are filled when the plan is made. */
const PLAN_SLOTS = ['status', 'errorCode'];

function frame(known: readonly string[]): Check {
  return (mistakes, path, value) => {
    if (typeof value !== 'string') return text(mistakes, path, value);
    for (const [slot, name] of value.matchAll(/<([A-Za-z0-9]+)>/g)) {
      if (known.includes(name)) continue;
      const near = nearest(name, known);
      const fix = near ? `did you mean <${near}>?` : `slots: ${known.join(', ')}`;
      wrongValue(mistakes, path, slot, 'has an unknown slot', fix);
    }
  };
}

const field = (check: Check, required: string) => ({ check, required });

const FRAME_NAMES = ['boot', 'heartbeat', 'authorize', 'start', 'meterValues', 'stop', 'record'];
const needed = 'a charger model needs it';
const FRAMES = objectOf(
  'frames',
  Object.fromEntries(FRAME_NAMES.map((name) => [name, field(frame(SLOTS), needed)])),
);
const DIALECT = objectOf('a dialect', {
  utcOffsetMin: field(whole(-840, 840), needed),
  zone: field(oneOf(['', 'Z']), needed),
  frames: field(FRAMES, needed),
  status: field(frame([...SLOTS, ...PLAN_SLOTS]), needed),
});
const MODEL = objectOf('a charger model', {
  name: field(text, needed),
  origin: { check: text },
  firstMessageId: field(whole(0, 1e9), needed),
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
};

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
