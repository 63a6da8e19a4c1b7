/** Finds the id and the action of an ordinary CALL in its bytes, without building anything. */
import {
  blank,
  COMMA,
  expect,
  QUOTE,
  same,
  skipString,
  skipValue,
} from '../../engine/frame/json.ts';
import { ACTIONS, type ActionIndex } from '../../ocpp/actions.ts';
import { MAX_ID_CHARS } from '../check.ts';

/** What `scanCall` fills in: one for all messages. */
export interface FoundCall {
  action: ActionIndex;
  /** The message id without its quotes: printable ASCII that needs no escape. */
  idStart: number;
  idEnd: number;
}

const NAMES = ACTIONS.map((name) => Buffer.from(name, 'latin1'));
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const TWO = 0x32;

/**
 * False: in doubt, so that a full parse must decide. True: `[2,"id","Action",{...}]` of a known
 * action with a valid id, in JSON that `JSON.parse` accepts.
 */
export function scanCall(bytes: Buffer, start: number, end: number, found: FoundCall): boolean {
  let at = expect(bytes, blank(bytes, start, end), end, OPEN_LIST);
  if (at < 0) return false;
  at = comma(bytes, expect(bytes, at, end, TWO), end);
  found.idStart = at + 1;
  at = text(bytes, at, end);
  found.idEnd = at - 1;
  const idBytes = found.idEnd - found.idStart;
  if (at < 0 || idBytes < 1 || idBytes > MAX_ID_CHARS) return false;
  const nameAt = comma(bytes, blank(bytes, at, end), end);
  at = text(bytes, nameAt, end);
  if (at < 0) return false;
  found.action = actionOf(bytes, nameAt + 1, at - 1);
  if (found.action < 0) return false;
  at = comma(bytes, blank(bytes, at, end), end);
  if (at < 0 || at >= end || bytes[at] !== OPEN_OBJECT) return false;
  at = skipValue(bytes, at, end, 1);
  return at >= 0 && expect(bytes, blank(bytes, at, end), end, CLOSE_LIST) === end;
}

const comma = (bytes: Buffer, at: number, end: number) =>
  at < 0 ? -1 : expect(bytes, at, end, COMMA);

const text = (bytes: Buffer, at: number, end: number) =>
  at < 0 || at >= end || bytes[at] !== QUOTE ? -1 : skipString(bytes, at, end);

/** -1: none of OCPP 1.6. */
function actionOf(bytes: Buffer, start: number, end: number): ActionIndex {
  for (let action = 0; action < NAMES.length; action++) {
    const name = NAMES[action];
    if (name.length === end - start && same(bytes, start, name)) return action;
  }
  return -1;
}
