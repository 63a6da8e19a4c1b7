/** Reads a charger's log: the OCPP-J frames in it, with wrapped lines joined. */
import { ACTIONS } from '../../src/ocpp/actions.ts';

export interface LogFrame {
  /** Of the frame's first line, from 1. */
  readonly lineNumber: number;
  /** Who sent it. */
  readonly direction: 'charger' | 'csms';
  /** The frame as logged, joined; with its junk when it is irregular. */
  readonly text: string;
  /** The frame decoded; null when it is not JSON. */
  readonly json: readonly unknown[] | null;
  /** What makes it an excerpt of a lenient system rather than an example to follow; or null. */
  readonly irregular: string | null;
}

const FRAME_START = /\[[234],"/;
/** The first byte of a text frame (0x81) has no glyph; the log counts some frames' bytes. */
const ANNOTATION = /^\s*(\(\d+ bytes\))?\s*$/;

export function parseLog(log: string): LogFrame[] {
  const lines = log.split(/\r?\n/);
  const frames: LogFrame[] = [];
  for (let i = 0; i < lines.length; i++) {
    const start = lines[i].search(FRAME_START);
    if (start < 0 || lines[i].startsWith('//')) continue;
    const lineNumber = i + 1;
    const received = /receive data:\s*\??$/.test(lines[i].slice(0, start));
    let text = lines[i].slice(start);
    let end = closingBracket(text);
    while (end < 0 && i + 1 < lines.length) {
      i++;
      text += lines[i];
      end = closingBracket(text);
    }
    frames.push(classify(frames, lineNumber, received, text, end));
  }
  return frames;
}

function classify(
  earlier: readonly LogFrame[],
  lineNumber: number,
  received: boolean,
  text: string,
  end: number,
): LogFrame {
  const frame = text.slice(0, end + 1);
  const [type, id, action] = (parseJson(frame) ?? []) as [number, string, string];
  const call = earlier.findLast((e) => isCall(e) && idOf(e) === id);
  const direction = directionOf(type, action, received, call);
  const junk = end < 0 || !ANNOTATION.test(text.slice(end + 1));
  if (junk) {
    return { lineNumber, direction, text, json: null, irregular: 'text after the frame' };
  }
  let irregular: string | null = null;
  if (type === 2 && call?.direction === direction) irregular = `id ${id} was used before`;
  if (type !== 2 && !call) irregular = `answers ${id}, which is not in the log`;
  if (type !== 2 && call && isAnswered(earlier, call)) irregular = `answers ${id} again`;
  return { lineNumber, direction, text: frame, json: parseJson(frame), irregular };
}

function directionOf(
  type: number,
  action: string,
  received: boolean,
  call: LogFrame | undefined,
): LogFrame['direction'] {
  if (type === 2) return (ACTIONS as readonly string[]).includes(action) ? 'charger' : 'csms';
  if (call) return call.direction === 'charger' ? 'csms' : 'charger';
  return received ? 'csms' : 'charger';
}

function isAnswered(earlier: readonly LogFrame[], call: LogFrame): boolean {
  return earlier.slice(earlier.indexOf(call) + 1).some((e) => !isCall(e) && idOf(e) === idOf(call));
}

/** Of the text, so that a frame with junk has an id too. */
const isCall = (frame: LogFrame) => frame.text.startsWith('[2,');
const idOf = (frame: LogFrame) => /^\[\d,"([^"]*)"/.exec(frame.text)?.[1];

/** Index of the bracket that closes the frame, or -1 while there is none. */
function closingBracket(text: string): number {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (inString) {
      if (c === '\\') i++;
      else if (c === '"') inString = false;
    } else if (c === '"') inString = true;
    else if (c === '[' || c === '{') depth++;
    else if ((c === ']' || c === '}') && --depth === 0) return i;
  }
  return -1;
}

function parseJson(text: string): unknown[] | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
