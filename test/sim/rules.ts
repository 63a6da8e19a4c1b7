/**
 * What must hold in the log of any run, whatever the central system does: OCPP's rules and the
 * order of a life, judged from the frames alone.
 */

import { COMMANDS } from '../../src/ocpp/commands.ts';
import { columnText } from '../../src/plan/columns.ts';
import type { FleetPlan, Plan } from '../../src/plan/plan.ts';
import { validateCall, validateResult } from '../support/schemas.ts';
import { REMOTE_TAG } from './commands.ts';
import { checkDelivery, closeAttempt, type Delivery, emptyDelivery } from './delivery.ts';
import type { LogEntry } from './log.ts';

// biome-ignore lint/suspicious/noExplicitAny: frames hold every shape.
type Json = any;

interface Outstanding {
  readonly id: string;
  readonly name: string;
  readonly atNs: number;
}

/** What the log has told of one charger so far. */
interface Told {
  readonly charger: number;
  readonly fleet: FleetPlan;
  nextId: number;
  outstanding: Outstanding | null;
  accepted: boolean;
  /** It closed its connection: the next one begins with a boot. */
  restarts: boolean;
  /** Resets and updates accepted that it has not booted after: it closes, or loses, its link. */
  owedRestarts: number;
  /** Triggered BootNotifications that it still owes. */
  bootTriggers: number;
  /** Other triggered messages: each may come while the boot is pending. */
  pendingTriggers: number;
  bootNotBeforeNs: number;
  readonly delivery: Delivery;
  /** Ids of commands that are not answered yet, with what they ask for. */
  readonly commands: Map<string, Json[]>;
}

/** What the log says of all chargers: sentences for broken rules, and sums for the ledger. */
export interface Verdict {
  readonly problems: readonly string[];
  /** Attempts to deliver transaction-related messages, and messages acknowledged. */
  readonly attempts: number;
  readonly acknowledged: number;
}

/** Sentences, each with the time and the charger; none when all rules hold. */
export function checkRules(entries: readonly LogEntry[], plan: Plan): Verdict {
  const problems: string[] = [];
  const told = new Map<number, Told>();
  for (const entry of entries) {
    const charger = told.get(entry.charger) ?? tellAbout(plan, entry.charger);
    told.set(entry.charger, charger);
    for (const problem of checkEntry(charger, entry, plan)) {
      problems.push(`${(entry.atNs / 1e9).toFixed(6)} charger ${entry.charger}: ${problem}`);
    }
  }
  const sum = (of: (delivery: Delivery) => number) =>
    [...told.values()].reduce((total, { delivery }) => total + of(delivery), 0);
  return {
    problems,
    attempts: sum(({ sent }) => sent),
    acknowledged: sum(({ acknowledged }) => acknowledged),
  };
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
    restarts: false,
    owedRestarts: 0,
    bootTriggers: 0,
    pendingTriggers: 0,
    bootNotBeforeNs: 0,
    delivery: emptyDelivery(fleet),
    commands: new Map(),
  };
}

function checkEntry(told: Told, entry: LogEntry, plan: Plan): string[] {
  if (entry.kind === '>') return checkSent(told, entry, JSON.parse(entry.text), plan);
  const { outstanding } = told;
  const timedOut = outstanding && entry.atNs >= outstanding.atNs + plan.limits.callTimeoutNs;
  const isGone = ['down', 'destroy', 'close'].includes(entry.kind);
  if (outstanding && (timedOut || isGone)) {
    // A link that is given up because of a time-out is destroyed at that very moment.
    const fate = timedOut ? 'failed' : 'lost';
    const timeoutNs = outstanding.atNs + plan.limits.callTimeoutNs;
    const atNs = timedOut ? timeoutNs : entry.atNs;
    closeAttempt(told.delivery, outstanding.id, fate, atNs);
    told.outstanding = null;
  }
  if (entry.kind === 'close') {
    told.accepted = false;
    told.restarts = true;
    told.bootNotBeforeNs = 0;
  }
  if (isGone) told.commands.clear();
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
  const [type, id, payload, details] = message;
  const { outstanding } = told;
  if (type === 2) {
    const malformed = message.length !== 4 || typeof payload !== 'string';
    const command = { action: payload, malformed, ...details };
    if (typeof id === 'string') told.commands.set(id, [...(told.commands.get(id) ?? []), command]);
    return;
  }
  if ((type !== 3 && type !== 4) || outstanding === null || id !== outstanding.id) return;
  const { name } = outstanding;
  const isObject = type === 3 && typeof payload === 'object' && !Array.isArray(payload);
  const status = payload?.idTagInfo?.status ?? payload?.status ?? 'Accepted';
  const done = isObject && status === 'Accepted';
  told.outstanding = null;
  if (name === 'BootNotification' && isObject) {
    told.accepted = done;
    if (!done) told.bootNotBeforeNs = atNs + payload.interval * 1e9;
  }
  closeAttempt(told.delivery, id, isObject ? 'answered' : 'failed', atNs, payload);
}

function checkSent(told: Told, { atNs }: LogEntry, message: Json, plan: Plan): string[] {
  const [type, id, action, payload] = message;
  if (type !== 2) return checkCommandAnswer(told, message, plan);
  const problems = [];
  const isBoot = action === 'BootNotification';
  const restartsIds = isBoot && told.fleet.manners.restartsIds && Number(id) === FIRST_ID(told);
  if (id !== String(told.nextId) && !restartsIds) {
    problems.push(`id ${id} instead of ${told.nextId}`);
  }
  told.nextId = Number(id) + 1;
  const { outstanding } = told;
  // One ns: times are sums of fractions.
  if (outstanding && atNs < outstanding.atNs + plan.limits.callTimeoutNs - 1) {
    problems.push(`${action} while ${outstanding.name} ${outstanding.id} is outstanding`);
  }
  if (outstanding) {
    const timeoutNs = outstanding.atNs + plan.limits.callTimeoutNs;
    closeAttempt(told.delivery, outstanding.id, 'failed', timeoutNs);
  }
  problems.push(...checkBoot(told, action, atNs));
  if (plan.dialect === 'standard') problems.push(...validateCall(action, payload));
  problems.push(...checkPayload(told, action, payload));
  problems.push(...checkDelivery(told.delivery, { id, action, payload, atNs }));
  told.outstanding = { id, name: action, atNs };
  return problems;
}

/** Commands after which a charger boots again, sooner or later. */
const RESTARTS = ['Reset', 'UpdateFirmware'];

const FIRST_ID = ({ fleet }: Told) => fleet.firstMessageId;

function checkBoot(told: Told, action: string, atNs: number): string[] {
  if (action !== 'BootNotification') {
    // A triggered message may come while the boot is pending.
    return told.accepted || told.bootTriggers > 0 || told.pendingTriggers > 0
      ? []
      : [`${action} before the boot was accepted`];
  }
  const triggered = told.bootTriggers > 0;
  const restarted = told.restarts || told.owedRestarts > 0;
  const wasAccepted = told.accepted;
  if (triggered) told.bootTriggers--;
  else if (wasAccepted || told.restarts) {
    told.owedRestarts = Math.max(0, told.owedRestarts - 1);
    told.accepted = false;
  }
  told.restarts = false;
  if (wasAccepted && !triggered && !restarted)
    return ['BootNotification after the boot was accepted'];
  const isEarly = !triggered && !restarted && atNs < told.bootNotBeforeNs - 1;
  if (isEarly) return ['a boot before the interval has passed'];
  return [];
}

/** Every answer belongs to a command, and says yes, no, or why it cannot be followed. */
function checkCommandAnswer(told: Told, [type, id, payload]: Json, plan: Plan): string[] {
  const command = told.commands.get(id)?.shift();
  if (command === undefined) return [`answers ${id}, which nobody asked`];
  if (command.action === 'TriggerMessage' && payload?.status === 'Accepted') {
    if (command.requestedMessage === 'BootNotification') told.bootTriggers++;
    else told.pendingTriggers++;
  }
  if (RESTARTS.includes(command.action)) told.owedRestarts++;
  if (type === 4) return isErrorFor(command, payload) ? [] : [`CALLERROR ${payload} for ${id}`];
  // Its times are the charger's own, without a zone.
  const isLogged = plan.dialect === 'as-logged' && command.action === 'GetCompositeSchedule';
  if (isLogged) return [];
  return validateResult(command.action, payload).map((each) => `${command.action}.conf: ${each}`);
}

const isErrorFor = ({ action, malformed }: Json, code: string) =>
  malformed === true || !(COMMANDS as readonly string[]).includes(action)
    ? true
    : code === 'NotSupported';

function checkPayload(told: Told, action: string, payload: Json): string[] {
  const { fleet } = told;
  const text = (column: 'identity' | 'idTag') =>
    columnText(fleet[column], told.charger - fleet.firstCharger);
  if (action === 'BootNotification') {
    return equal('serial number', payload.chargePointSerialNumber, text('identity'));
  }
  if (action !== 'Authorize' && action !== 'StartTransaction') return [];
  const isOwn = payload.idTag === text('idTag') || payload.idTag === REMOTE_TAG;
  return isOwn ? [] : [`idTag ${payload.idTag}`];
}

const equal = (what: string, got: unknown, wanted: unknown): string[] =>
  got === wanted ? [] : [`${what} ${got} instead of ${wanted}`];
