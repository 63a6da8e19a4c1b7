/**
 * What must hold in the log of any run, whatever the central system does: OCPP's rules and the
 * order of a life, judged from the frames alone.
 */
import { columnText } from '../../src/plan/columns.ts';
import type { FleetPlan, Plan } from '../../src/plan/plan.ts';
import { validateCall } from '../support/schemas.ts';
import type { LogEntry } from './log.ts';

// biome-ignore lint/suspicious/noExplicitAny: frames hold every shape.
type Json = any;

interface Outstanding {
  readonly id: string;
  readonly name: string;
  readonly atNs: number;
  /** A step of the life: neither a heartbeat nor a script's. */
  readonly ofLife: boolean;
}

/** What the log has told of one charger so far. */
interface Told {
  readonly charger: number;
  readonly fleet: FleetPlan;
  nextId: number;
  outstanding: Outstanding | null;
  accepted: boolean;
  bootNotBeforeNs: number;
  /** The last CALL of the life, and whether it was answered as wished. */
  lifeCall: string;
  lifeDone: boolean;
  transactionId: number;
  startedAtS: number;
  energyWh: number;
  /** Ids of commands that are not answered yet. */
  readonly commands: string[];
}

/** Sentences, each with the time and the charger; none when all rules hold. */
export function checkRules(entries: readonly LogEntry[], plan: Plan): string[] {
  const problems: string[] = [];
  const told = new Map<number, Told>();
  for (const entry of entries) {
    const charger = told.get(entry.charger) ?? tellAbout(plan, entry.charger);
    told.set(entry.charger, charger);
    for (const problem of checkEntry(charger, entry, plan)) {
      problems.push(`${(entry.atNs / 1e9).toFixed(6)} charger ${entry.charger}: ${problem}`);
    }
  }
  for (const { charger, commands } of told.values()) {
    if (commands.length > 0) problems.push(`charger ${charger}: command ${commands} not answered`);
  }
  return problems;
}

function tellAbout(plan: Plan, charger: number): Told {
  const fleet = plan.fleets.findLast(({ firstCharger }) => firstCharger <= charger);
  if (fleet === undefined) throw new Error(`no charger ${charger} in the plan`);
  return {
    charger,
    fleet,
    nextId: fleet.firstMessageId,
    outstanding: null,
    accepted: false,
    bootNotBeforeNs: 0,
    lifeCall: '',
    lifeDone: false,
    transactionId: Number.NaN,
    startedAtS: Number.NaN,
    energyWh: 0,
    commands: [],
  };
}

function checkEntry(told: Told, entry: LogEntry, plan: Plan): string[] {
  if (entry.kind === '>') return checkSent(told, entry, JSON.parse(entry.text), plan);
  const { outstanding } = told;
  const timedOut = outstanding && entry.atNs >= outstanding.atNs + plan.limits.callTimeoutNs;
  if (timedOut || entry.kind === 'down' || entry.kind === 'destroy') told.outstanding = null;
  if (entry.kind === '<') hear(told, entry, parsed(entry.text));
  return [];
}

export function parsed(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** An answer, if it fits the outstanding CALL, or a command. */
function hear(told: Told, { atNs }: LogEntry, message: Json): void {
  if (!Array.isArray(message)) return;
  const [type, id, payload] = message;
  const { outstanding } = told;
  if (type === 2 && message.length === 4 && typeof payload === 'string') told.commands.push(id);
  if ((type !== 3 && type !== 4) || outstanding === null || id !== outstanding.id) return;
  const { name, ofLife } = outstanding;
  const isObject = type === 3 && typeof payload === 'object' && !Array.isArray(payload);
  const status = payload?.idTagInfo?.status ?? payload?.status ?? 'Accepted';
  const done = isObject && status === 'Accepted';
  told.outstanding = null;
  if (ofLife) told.lifeDone = done;
  if (name === 'BootNotification') {
    told.accepted = done;
    if (isObject && !done) told.bootNotBeforeNs = atNs + payload.interval * 1e9;
  }
  if (name === 'StartTransaction' && done) told.transactionId = payload.transactionId;
}

function checkSent(told: Told, { atNs }: LogEntry, message: Json, plan: Plan): string[] {
  const [type, id, action, payload] = message;
  if (type !== 2) return checkCommandAnswer(told, message);
  const problems = [];
  if (id !== String(told.nextId)) problems.push(`id ${id} instead of ${told.nextId}`);
  told.nextId = Number(id) + 1;
  const { outstanding } = told;
  // One ns: times are sums of fractions.
  if (outstanding && atNs < outstanding.atNs + plan.limits.callTimeoutNs - 1) {
    problems.push(`${action} while ${outstanding.name} ${outstanding.id} is outstanding`);
  }
  if ((action === 'BootNotification') === told.accepted) {
    problems.push(`${action} ${told.accepted ? 'after' : 'before'} the boot was accepted`);
  }
  if (action === 'BootNotification' && atNs < told.bootNotBeforeNs - 1) {
    problems.push('a boot before the interval has passed');
  }
  if (plan.dialect === 'standard') problems.push(...validateCall(action, payload));
  const name = action === 'StatusNotification' ? payload.status : action;
  // Heartbeats come at any time, and scripts send transfers of their own.
  const ofLife = name !== 'Heartbeat' && (name !== 'DataTransfer' || payload.vendorId === 'TONLY');
  if (ofLife) problems.push(...checkOrder(told, name));
  problems.push(...checkPayload(told, name, payload));
  told.outstanding = { id, name, atNs, ofLife };
  return problems;
}

function checkCommandAnswer(told: Told, [type, id, code]: Json): string[] {
  const at = told.commands.indexOf(id);
  if (at < 0) return [`answers ${id}, which nobody asked`];
  told.commands.splice(at, 1);
  return type === 4 && code === 'NotImplemented' ? [] : [`answers a command with ${type} ${code}`];
}

/** What follows what in a session (exchanges 8 to 13 of the log), when all goes well. */
const FOLLOWS: Readonly<Record<string, readonly string[]>> = {
  Authorize: ['StartTransaction'],
  StartTransaction: ['Charging'],
  Charging: ['MeterValues', 'StopTransaction'],
  MeterValues: ['MeterValues', 'StopTransaction'],
  StopTransaction: ['Finishing'],
  Finishing: ['DataTransfer'],
};
const IN_SESSION = new Set(Object.values(FOLLOWS).flat());

function checkOrder(told: Told, name: string): string[] {
  const { lifeCall, lifeDone } = told;
  const mayFail = lifeCall !== 'Authorize' && lifeCall !== 'StartTransaction';
  const next = mayFail || lifeDone ? FOLLOWS[lifeCall] : undefined;
  told.lifeCall = name;
  told.lifeDone = false;
  if (next ? next.includes(name) : !IN_SESSION.has(name)) return [];
  return [`${name} follows ${lifeCall} (${lifeDone ? '' : 'not '}answered as wished)`];
}

function checkPayload(told: Told, name: string, payload: Json): string[] {
  const { fleet } = told;
  const text = (column: 'identity' | 'idTag') =>
    columnText(fleet[column], told.charger - fleet.firstCharger);
  switch (name) {
    case 'BootNotification':
      return equal('serial number', payload.chargePointSerialNumber, text('identity'));
    case 'Authorize':
      return equal('idTag', payload.idTag, text('idTag'));
    case 'StartTransaction':
      told.startedAtS = secondsOf(payload.timestamp);
      told.energyWh = 0;
      return [
        ...equal('idTag', payload.idTag, text('idTag')),
        ...equal('start', payload.meterStart, 0),
      ];
    case 'MeterValues':
      return [
        ...equal('transactionId', payload.transactionId, told.transactionId),
        ...checkSample(told, payload.meterValue[0]),
      ];
    case 'StopTransaction': {
      const runsBack = payload.meterStop < told.energyWh;
      return [
        ...equal('transactionId', payload.transactionId, told.transactionId),
        ...(runsBack ? [`meterStop ${payload.meterStop} after ${told.energyWh} Wh`] : []),
      ];
    }
    default:
      return [];
  }
}

const equal = (what: string, got: unknown, wanted: unknown): string[] =>
  got === wanted ? [] : [`${what} ${got} instead of ${wanted}`];

const secondsOf = (timestamp: string) => Date.parse(`${timestamp.replace('Z', '')}Z`) / 1000;

/** Rounding of energy (10 Wh), current (0.005 A) and times (1 s at each end). */
const TOLERANCE_WH = 20;

/** Energy is power x time since the start, and the power is current x voltage. */
function checkSample(told: Told, sample: Json): string[] {
  const values = sample.sampledValue.map((each: Json) => Number(each.value));
  const energyWh = Math.round(values[0] * 1000);
  const powerW = values[1] * values[4] + values[2] * values[5] + values[3] * values[6];
  const expectedWh = (powerW * (secondsOf(sample.timestamp) - told.startedAtS)) / 3600;
  const problems = [];
  if (energyWh < told.energyWh) problems.push(`${energyWh} Wh after ${told.energyWh}`);
  if (Math.abs(energyWh - expectedWh) > TOLERANCE_WH) {
    problems.push(`${energyWh} Wh, but power x time is ${expectedWh.toFixed(1)}`);
  }
  told.energyWh = energyWh;
  return problems;
}
