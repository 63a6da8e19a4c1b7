/** Whether a model's texts are the messages that they should be: JSON, with slots that exist. */

import { nearest } from '../base/nearest.ts';
import { type FrameName, type OptionalFrameName, SLOTS } from '../chargers/model.ts';
import type { Action } from '../ocpp/actions.ts';
import { type Check, type Field, isRecord, objectOf, text } from './checks.ts';
import { type Mistakes, wrongValue } from './mistakes.ts';

const needed = 'a charger model needs it';

const ACTIONS_OF: Readonly<Record<FrameName, Action>> = {
  boot: 'BootNotification',
  heartbeat: 'Heartbeat',
  authorize: 'Authorize',
  start: 'StartTransaction',
  meterValues: 'MeterValues',
  idleValues: 'MeterValues',
  stop: 'StopTransaction',
};
const OPTIONAL_ACTIONS: Readonly<Record<OptionalFrameName, Action>> = {
  record: 'DataTransfer',
  startReserved: 'StartTransaction',
};

/** A CALL of `action`; `must` names slots that are filled when the plan is made. */
function callOf(action: Action, must: readonly string[] = []): Check {
  return (mistakes, path, value) => {
    const json = checkText(mistakes, path, value, must);
    if (json === undefined) return;
    const [type, id, name, payload, ...others] = Array.isArray(json) ? json : [];
    if (type === 2 && id === FILLED && name === action && isRecord(payload) && !others.length)
      return;
    const fix = `[2,"<id>","${action}",{ … }]`;
    wrongValue(mistakes, path, value, `must be a CALL of ${action}`, fix);
  };
}

export const checkMeterValue: Check = (mistakes, path, value) => {
  const json = checkText(mistakes, path, value, ['context']);
  if (json === undefined || isRecord(json)) return;
  const fix = '{"timestamp":"<timestamp>","sampledValue":[ … ]}';
  wrongValue(mistakes, path, value, 'must be an element of meterValue', fix);
};

export const checkStatus = callOf('StatusNotification', ['status', 'errorCode']);

const slotsOf = (name: string) => (name.endsWith('Values') ? ['meterValue'] : []);
const fieldsOf = (actions: Readonly<Record<string, Action>>, required?: string) =>
  Object.entries(actions).map(([name, action]): [string, Field] => [
    name,
    { check: callOf(action, slotsOf(name)), ...(required && { required }) },
  ]);

export const checkFrames = objectOf(
  'frames',
  Object.fromEntries([...fieldsOf(ACTIONS_OF, needed), ...fieldsOf(OPTIONAL_ACTIONS)]),
);

/** Stands for any value: a number where it is bare, a text in quotes. */
const FILLED = '1';

/** The JSON of a text with its slots filled; undefined when there is none, or slots are wrong. */
function checkText(mistakes: Mistakes, path: string, value: unknown, must: readonly string[]) {
  if (typeof value !== 'string') return text(mistakes, path, value);
  const before = mistakes.length;
  const known = [...SLOTS, ...must];
  const found = Array.from(value.matchAll(/<([A-Za-z0-9]+)>/g), ([, name]) => name);
  for (const name of found) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    const fix = near ? `did you mean <${near}>?` : `slots: ${known.join(', ')}`;
    wrongValue(mistakes, path, `<${name}>`, 'has an unknown slot', fix);
  }
  for (const name of must) {
    if (found.includes(name)) continue;
    wrongValue(mistakes, path, value, `has no <${name}>`, 'it is filled when the plan is made');
  }
  return mistakes.length > before ? undefined : parse(mistakes, path, value);
}

function parse(mistakes: Mistakes, path: string, value: string): unknown {
  const filled = value.replaceAll('<meterValue>', '{}').replace(/<[A-Za-z0-9]+>/g, FILLED);
  try {
    return JSON.parse(filled);
  } catch (error) {
    const fix = `${(error as Error).message}, with every slot as ${FILLED}`;
    return wrongValue(mistakes, path, value, 'is not JSON', fix);
  }
}
