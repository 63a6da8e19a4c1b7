/**
 * Our CALLs to one connection: one outstanding at a time (OCPP-J 1.6, 4.1.1), the others in a
 * bounded queue, answers matched by id. Each has one fate; the sum is in `counters.ts`.
 */
import { MessageType } from '../../ocpp/vocabulary.ts';
import type { MutableCounters } from '../counters.ts';

/** `payload`: of the CALLRESULT; `{ code, description, details }` of a CALLERROR; else null. */
export interface CommandOutcome {
  readonly kind: 'result' | 'error' | 'timeout' | 'lost';
  readonly payload: unknown;
}

interface Outgoing {
  readonly action: string;
  readonly payload: object;
  readonly settle: (outcome: CommandOutcome) => void;
}

export interface Line {
  readonly send: (text: string) => void;
  readonly counters: MutableCounters;
  readonly timeoutMs: number;
  readonly queue: Outgoing[];
  outstanding: (Outgoing & { readonly id: string; readonly timer: NodeJS.Timeout }) | null;
  isClosed: boolean;
}

export const COMMAND_TIMEOUT_MS = 30_000;
export const MAX_QUEUED_COMMANDS = 32;

export function openLine(
  send: (text: string) => void,
  counters: MutableCounters,
  timeoutMs = COMMAND_TIMEOUT_MS,
): Line {
  return { send, counters, timeoutMs, queue: [], outstanding: null, isClosed: false };
}

const LOST: CommandOutcome = { kind: 'lost', payload: null };

/** Sends a CALL as soon as it may leave; `settle` hears its fate, `lost` if it never left. */
export function placeCall(
  line: Line,
  action: string,
  payload: object,
  settle: (outcome: CommandOutcome) => void = () => {},
): void {
  if (line.isClosed || line.queue.length >= MAX_QUEUED_COMMANDS) {
    line.counters.commandsDropped++;
    settle(LOST);
    return;
  }
  line.queue.push({ action, payload, settle });
  sendNext(line);
}

function sendNext(line: Line): void {
  if (line.outstanding !== null) return;
  const next = line.queue.shift();
  if (next === undefined) return;
  const { counters } = line;
  const id = `cs-${++counters.commandsSent}`;
  counters.commandsPending++;
  counters.commands ??= {};
  counters.commands[next.action] = (counters.commands[next.action] ?? 0) + 1;
  const late = () => conclude(line, { kind: 'timeout', payload: null });
  // A timer must not keep a closed system alive.
  const timer = setTimeout(late, line.timeoutMs).unref();
  line.outstanding = { ...next, id, timer };
  line.send(JSON.stringify([MessageType.call, id, next.action, next.payload]));
}

/** Ends the outstanding CALL and sends the next one. */
function conclude(line: Line, outcome: CommandOutcome): void {
  const { outstanding, counters } = line;
  if (outstanding === null) return;
  clearTimeout(outstanding.timer);
  line.outstanding = null;
  counters.commandsPending--;
  if (outcome.kind === 'result') counters.commandsAccepted++;
  else if (outcome.kind === 'error') counters.commandsErrored++;
  else if (outcome.kind === 'timeout') counters.commandsTimedOut++;
  else counters.commandsLost++;
  outstanding.settle(outcome);
  if (outcome.kind !== 'lost') sendNext(line);
}

/** A CALLRESULT or CALLERROR of the charger; false when it answers nothing that is outstanding. */
export function takeResponse(line: Line, id: unknown, outcome: CommandOutcome): boolean {
  if (line.outstanding === null || line.outstanding.id !== id) return false;
  conclude(line, outcome);
  return true;
}

/** The connection is gone: what is outstanding is lost, what is queued never leaves. */
export function closeLine(line: Line): void {
  if (line.isClosed) return;
  line.isClosed = true;
  const queued = line.queue.splice(0);
  line.counters.commandsDropped += queued.length;
  conclude(line, LOST);
  for (const { settle } of queued) settle(LOST);
}
