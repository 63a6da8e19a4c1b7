/** What a correct central system answers to each CALL, as payload text built by concatenation. */
import { MessageType } from '../ocpp/vocabulary.ts';
import type { Message } from './check.ts';
import type { MutableCounters } from './counters.ts';
import { timeText } from './faults/times.ts';
import type { Faults, IdTagStatus } from './faults.ts';
import { noteMeterValues } from './records.ts';
import {
  type Charger,
  type State,
  setStatus,
  startedBefore,
  startTransaction,
  stopTransaction,
} from './state.ts';

/** What answering needs to know. */
export interface Desk {
  readonly state: State;
  readonly counters: MutableCounters;
  readonly intervalS: number;
  readonly requireBoot: boolean;
  /** Answers a repeated StartTransaction with the transactionId of the first. */
  readonly deduplicate: boolean;
  readonly faults: Faults;
}
type Payload = Readonly<Record<string, unknown>>;

let cachedMs = 0;
let cachedText = '';
/** ISO 8601 of now; made once a millisecond, which many answers share. */
function isoNow(): string {
  const nowMs = Date.now();
  if (nowMs !== cachedMs) {
    cachedMs = nowMs;
    cachedText = new Date(nowMs).toISOString();
  }
  return cachedText;
}

/** As the first field of a payload, with its comma if `more` follows. */
function currentTime({ faults }: Desk, more: string): string {
  const style = faults.currentTime ?? 'Z';
  if (style === 'missing') return `{${more}}`;
  const time = style === 'Z' ? isoNow() : timeText(style, Date.now());
  return `{"currentTime":"${time}"${more === '' ? '' : ','}${more}}`;
}

function idTagInfo(desk: Desk, idTag: unknown, fault?: IdTagStatus): string {
  const usual = desk.state.blockedIdTags.has(idTag as string) ? 'Blocked' : 'Accepted';
  const { expiryInMs, currentTime: style = 'Z' } = desk.faults;
  const expiry =
    expiryInMs === undefined ? '' : `,"expiryDate":"${timeText(style, Date.now() + expiryInMs)}"`;
  return `"idTagInfo":{"status":"${fault ?? usual}"${expiry}}`;
}

function bootNotification(desk: Desk, charger: Charger): string {
  charger.boots++;
  const refuse = desk.faults.refuseBoots;
  const isRefused = refuse !== undefined && charger.boots <= refuse.times;
  const status = isRefused ? refuse.status : 'Accepted';
  const intervalS = (isRefused ? refuse.intervalS : undefined) ?? desk.intervalS;
  if (status === 'Accepted' && !charger.booted) {
    charger.booted = true;
    desk.counters.booted++;
  }
  return currentTime(desk, `"interval":${intervalS},"status":"${status}"`);
}

function start(desk: Desk, charger: Charger, messageId: string, payload: Payload): string {
  const begun = {
    connectorId: payload['connectorId'] as number,
    idTag: payload['idTag'] as string,
    meterStartWh: payload['meterStart'] as number,
    startedAt: payload['timestamp'] as string,
    messageId,
  };
  const before = startedBefore(charger, begun);
  if (before) desk.counters.duplicateStarts++;
  const isBooked = before !== undefined && desk.deduplicate;
  const transaction = isBooked ? before : startTransaction(desk.state, charger, begun);
  if (!isBooked) desk.counters.transactionsStarted++;
  // The id is required even when the idTag is refused (OCPP 1.6, 6.46).
  const info = idTagInfo(desk, transaction.idTag, desk.faults.startStatus);
  return `{${info},"transactionId":${transaction.id}}`;
}

/** A central system cannot prevent a stop (OCPP 1.6, 4.10), so an unknown id is only counted. */
function stop(desk: Desk, charger: Charger, payload: Payload): string {
  const id = payload['transactionId'] as number;
  const stopped = stopTransaction(desk.state, charger, id, {
    meterStopWh: payload['meterStop'] as number,
    stoppedAt: payload['timestamp'] as string,
    stopReason: (payload['reason'] as string | undefined) ?? null,
  });
  if (stopped) {
    desk.counters.transactionsStopped++;
  } else {
    desk.counters.transactionsUnknown++;
    if (charger.lastStopped.some((one) => one.id === id)) desk.counters.duplicateStops++;
  }
  return payload['idTag'] === undefined ? '{}' : `{${idTagInfo(desk, payload['idTag'])}}`;
}

type Call = Extract<Message, { kind: 'call' }>;

function payloadFor(desk: Desk, charger: Charger, { id, action, payload }: Call): string {
  switch (action) {
    case 'BootNotification':
      return bootNotification(desk, charger);
    case 'Heartbeat':
      return currentTime(desk, '');
    case 'Authorize':
      return `{${idTagInfo(desk, payload['idTag'], desk.faults.authorizeStatus)}}`;
    case 'StartTransaction':
      return start(desk, charger, id, payload);
    case 'StopTransaction':
      return stop(desk, charger, payload);
    case 'StatusNotification':
      setStatus(charger, payload['connectorId'] as number, payload['status'] as string);
      return '{}';
    case 'DataTransfer':
      return '{"status":"Accepted"}';
    case 'MeterValues':
      noteMeterValues(charger, payload);
      return '{}';
    case 'DiagnosticsStatusNotification':
    case 'FirmwareStatusNotification':
      return '{}';
  }
}

export interface Reply {
  readonly text: string;
  /** A CALLRESULT, not a CALLERROR. */
  readonly ok: boolean;
  /** By a fault, the charger cannot take it for the answer. */
  readonly isUseless?: boolean;
}

/** The same reply under another id. */
export function withId(reply: Reply, id: string): Reply {
  const [type, , ...rest] = JSON.parse(reply.text) as [number, string, ...unknown[]];
  return { ...reply, text: JSON.stringify([type, id, ...rest]) };
}

export function callError(id: string | null, code: string, description: string): Reply {
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
  const payload = payloadFor(desk, charger, message);
  return { text: `[${MessageType.callResult},${JSON.stringify(id)},${payload}]`, ok: true };
}
