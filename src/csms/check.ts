/** Reads and checks what a charger sent: OCPP-J's message shape, then the action's payload. */
import { ACTIONS, type Action } from '../ocpp/actions.ts';
import { checkFields, isObject } from '../ocpp/fields.ts';
import { type CallErrorCode, MessageType } from '../ocpp/vocabulary.ts';
import { PAYLOAD_FIELDS } from './rules.ts';

export type Message =
  | {
      readonly kind: 'call';
      readonly id: string;
      readonly action: Action;
      readonly payload: Readonly<Record<string, unknown>>;
    }
  /** A CALL that must be refused. `action` is null when it names none of OCPP 1.6. */
  | {
      readonly kind: 'invalid';
      readonly id: string;
      readonly action: Action | null;
      readonly code: CallErrorCode;
      readonly description: string;
    }
  /** No CALL at all; refused under `UNREADABLE_ID`, or under its id where it has one. */
  | { readonly kind: 'malformed'; readonly id: string; readonly description: string }
  /** A CALLRESULT or CALLERROR: never answered. */
  | {
      readonly kind: 'response';
      readonly id: unknown;
      readonly isError: boolean;
      /** Of a CALLRESULT; `{ code, description, details }` of a CALLERROR. */
      readonly payload: unknown;
    };

/** The id of a CALLERROR for a message without a readable one (OCPP 2.0.1, part 4, 4.2.3). */
export const UNREADABLE_ID = '-1';
export const MAX_ID_CHARS = 36; // OCPP-J 1.6, 4.1.4
const KNOWN_ACTIONS: ReadonlySet<string> = new Set(ACTIONS);

const malformed = (description: string, id = UNREADABLE_ID): Message => ({
  kind: 'malformed',
  id,
  description,
});

/** Never throws: any text gives a message. */
export function readMessage(text: string): Message {
  const message = readShape(text);
  if (message.kind !== 'call') return message;
  const { id, action, payload } = message;
  const found = checkFields(payload, PAYLOAD_FIELDS[action]);
  if (!found) return message;
  const description = `${found.path} ${found.problem}`;
  return { kind: 'invalid', id, action, code: found.code, description };
}

/** The same for any JSON object as the payload of a CALL. */
export function readShape(text: string): Message {
  let parts: unknown;
  try {
    parts = JSON.parse(text);
  } catch {
    return malformed('the message is not JSON');
  }
  if (!Array.isArray(parts)) return malformed('the message is not a JSON array');
  const [type, id] = parts;
  if (type === MessageType.callResult) {
    return { kind: 'response', id, isError: false, payload: parts[2] };
  }
  if (type === MessageType.callError) {
    const payload = { code: parts[2], description: parts[3], details: parts[4] };
    return { kind: 'response', id, isError: true, payload };
  }
  if (typeof id !== 'string') return malformed('the message id is not a string');
  if (type !== MessageType.call) return malformed('the message type is not 2, 3 or 4', id);
  if (parts.length !== 4) return malformed('a CALL has 4 elements', id);
  if (id.length === 0 || id.length > MAX_ID_CHARS) {
    return malformed(`a message id has 1 to ${MAX_ID_CHARS} characters`, id);
  }
  if (typeof parts[2] !== 'string') return malformed('the action is not a string', id);
  return readCall(id, parts[2], parts[3]);
}

function readCall(id: string, name: string, payload: unknown): Message {
  if (!KNOWN_ACTIONS.has(name)) {
    const description = 'not an action of an OCPP 1.6 charge point';
    return { kind: 'invalid', id, action: null, code: 'NotImplemented', description };
  }
  const action = name as Action;
  if (!isObject(payload)) {
    const description = 'the payload is not a JSON object';
    return { kind: 'invalid', id, action, code: 'FormationViolation', description };
  }
  return { kind: 'call', id, action, payload };
}
