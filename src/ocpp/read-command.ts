/** Reads a CALL of the central system, and says how to refuse one that cannot be followed. */
import { COMMAND_FIELDS } from './command-fields.ts';
import {
  COMMANDS,
  type Command,
  type CommandIndex,
  CommandIndexOf,
  OTHER_COMMAND,
} from './commands.ts';
import { checkFields, isObject } from './fields.ts';
import { type CallErrorCode, MessageType } from './vocabulary.ts';

export type CommandMessage =
  | {
      readonly kind: 'command';
      readonly id: string;
      readonly command: CommandIndex;
      readonly payload: Readonly<Record<string, unknown>>;
    }
  /** To be answered with a CALLERROR. */
  | {
      readonly kind: 'refused';
      readonly id: string;
      readonly command: CommandIndex;
      readonly code: CallErrorCode;
      readonly description: string;
    }
  /** No CALL, or none with an id to answer under. */
  | { readonly kind: 'unanswerable' };

const MAX_ID_CHARS = 36; // OCPP-J 1.6, 4.1.4

/** Never throws: any text gives a message. */
export function readCommand(text: string): CommandMessage {
  const parts = parseArray(text);
  if (parts === null || parts[0] !== MessageType.call) return { kind: 'unanswerable' };
  const [, id, name, payload] = parts;
  if (typeof id !== 'string' || id.length === 0 || id.length > MAX_ID_CHARS) {
    return { kind: 'unanswerable' };
  }
  const refuse = (
    code: CallErrorCode,
    description: string,
    command: CommandIndex = OTHER_COMMAND,
  ) => ({ kind: 'refused', id, command, code, description }) as const;
  if (typeof name !== 'string') return refuse('FormationViolation', 'the action is no text');
  if (!Object.hasOwn(CommandIndexOf, name)) {
    return refuse('NotImplemented', 'not a command of OCPP 1.6');
  }
  const command = CommandIndexOf[name as Command];
  if (parts.length > 4) return refuse('FormationViolation', 'a CALL has 4 elements', command);
  if (!isObject(payload)) {
    return refuse('FormationViolation', 'the payload is no JSON object', command);
  }
  const found = checkFields(payload, COMMAND_FIELDS[COMMANDS[command]]);
  if (found) return refuse(found.code, `${found.path} ${found.problem}`, command);
  return { kind: 'command', id, command, payload };
}

function parseArray(text: string): unknown[] | null {
  try {
    const parts: unknown = JSON.parse(text);
    return Array.isArray(parts) ? parts : null;
  } catch {
    return null;
  }
}

/** `payload` is JSON. */
export function callResultText(id: string, payload: string): string {
  return `[${MessageType.callResult},${JSON.stringify(id)},${payload}]`;
}

export function callErrorText(id: string, code: CallErrorCode, description: string): string {
  const text = JSON.stringify(description);
  return `[${MessageType.callError},${JSON.stringify(id)},"${code}",${text},{}]`;
}
