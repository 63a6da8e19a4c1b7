/** What a correct central system answers to each CALL, as payload text built by concatenation. */
import type { Action } from '../ocpp/actions.ts';
import { MessageType } from '../ocpp/vocabulary.ts';
import type { Message } from './check.ts';
import type { MutableCounters } from './counters.ts';
import type { Faults } from './faults.ts';
import { type Charger, type State, setStatus, startTransaction, stopTransaction } from './state.ts';

/** What answering needs to know. */
export interface Desk {
  readonly state: State;
  readonly counters: MutableCounters;
  readonly intervalS: number;
  readonly requireBoot: boolean;
  readonly refuseBoots: Faults['refuseBoots'];
}
type Payload = Readonly<Record<string, unknown>>;

let cachedMs = 0;
let cachedText = '';
/** ISO 8601 of now; made once a millisecond, which many answers share. */
function currentTime(): string {
  const nowMs = Date.now();
  if (nowMs !== cachedMs) {
    cachedMs = nowMs;
    cachedText = new Date(nowMs).toISOString();
  }
  return cachedText;
}

function idTagInfo(desk: Desk, idTag: unknown): string {
  const isBlocked = desk.state.blockedIdTags.has(idTag as string);
  return `"idTagInfo":{"status":"${isBlocked ? 'Blocked' : 'Accepted'}"}`;
}

function bootNotification(desk: Desk, charger: Charger): string {
  charger.boots++;
  const refuse = desk.refuseBoots;
  const status = refuse && charger.boots <= refuse.times ? refuse.status : 'Accepted';
  if (status === 'Accepted' && !charger.booted) {
    charger.booted = true;
    desk.counters.booted++;
  }
  return `{"currentTime":"${currentTime()}","interval":${desk.intervalS},"status":"${status}"}`;
}

function start(desk: Desk, charger: Charger, payload: Payload): string {
  const transaction = startTransaction(desk.state, {
    chargerId: charger.id,
    connectorId: payload['connectorId'] as number,
    idTag: payload['idTag'] as string,
    meterStartWh: payload['meterStart'] as number,
    startedAt: payload['timestamp'] as string,
  });
  desk.counters.transactionsStarted++;
  // The id is required even when the idTag is refused (OCPP 1.6, 6.46).
  return `{${idTagInfo(desk, transaction.idTag)},"transactionId":${transaction.id}}`;
}

/** A central system cannot prevent a stop (OCPP 1.6, 4.10), so an unknown id is only counted. */
function stop(desk: Desk, charger: Charger, payload: Payload): string {
  const stopped = stopTransaction(
    desk.state,
    charger.id,
    payload['transactionId'] as number,
    payload['meterStop'] as number,
    payload['timestamp'] as string,
  );
  if (stopped) desk.counters.transactionsStopped++;
  else desk.counters.transactionsUnknown++;
  return payload['idTag'] === undefined ? '{}' : `{${idTagInfo(desk, payload['idTag'])}}`;
}

function payloadFor(desk: Desk, charger: Charger, action: Action, payload: Payload): string {
  switch (action) {
    case 'BootNotification':
      return bootNotification(desk, charger);
    case 'Heartbeat':
      return `{"currentTime":"${currentTime()}"}`;
    case 'Authorize':
      return `{${idTagInfo(desk, payload['idTag'])}}`;
    case 'StartTransaction':
      return start(desk, charger, payload);
    case 'StopTransaction':
      return stop(desk, charger, payload);
    case 'StatusNotification':
      setStatus(charger, payload['connectorId'] as number, payload['status'] as string);
      return '{}';
    case 'DataTransfer':
      return '{"status":"Accepted"}';
    case 'MeterValues':
    case 'DiagnosticsStatusNotification':
    case 'FirmwareStatusNotification':
      return '{}';
  }
}

export interface Reply {
  readonly text: string;
  /** A CALLRESULT, not a CALLERROR. */
  readonly ok: boolean;
}

export function callError(id: string, code: string, description: string): Reply {
  const idText = JSON.stringify(id);
  const text = `[${MessageType.callError},${idText},"${code}",${JSON.stringify(description)},{}]`;
  return { text, ok: false };
}

/** The one reply to a message that has one; changes the state and the counters. */
export function answer(
  desk: Desk,
  charger: Charger,
  message: Exclude<Message, { kind: 'response' }>,
): Reply {
  const { id } = message;
  if (message.kind === 'malformed') {
    desk.counters.invalid++;
    return callError(id, 'FormationViolation', message.description);
  }
  if (message.kind === 'invalid') {
    desk.counters.invalid++;
    return callError(id, message.code, message.description);
  }
  const { action } = message;
  if (desk.requireBoot && !charger.booted && action !== 'BootNotification') {
    desk.counters.invalid++;
    return callError(id, 'SecurityError', `${action} before an accepted BootNotification`);
  }
  const payload = payloadFor(desk, charger, action, message.payload);
  return { text: `[${MessageType.callResult},${JSON.stringify(id)},${payload}]`, ok: true };
}
