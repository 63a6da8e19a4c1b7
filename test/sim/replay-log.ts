/**
 * The exchanges 2 to 18 of the charger's log, played to a virtual charger: the central system says
 * what it says in the log, and the charger's frames are kept to be compared with the log's.
 */
import { readFileSync } from 'node:fs';
import type { Dialect } from '../../src/chargers/model.ts';
import type { Fleet, Life } from '../../src/scenario/types.ts';
import { type LogFrame, parseLog } from '../support/log.ts';
import type { ReceivedCall } from './central.ts';
import type { LogEntry } from './log.ts';
import { lifeScenario } from './scenario.ts';
import { type Simulation, simulate } from './simulate.ts';

export const IDENTITY = '2103252121090001';
export const ID_TAG = '13800000000';

const file = new URL('../reference/tonly-charger.log', import.meta.url);
export const logText = readFileSync(file, 'utf8');
export const logFrames: readonly LogFrame[] = parseLog(logText);

/** @throws Error when no frame begins there. */
export function logFrame(lineNumber: number): LogFrame {
  const found = logFrames.find((frame) => frame.lineNumber === lineNumber);
  if (found === undefined) throw new Error(`no frame in line ${lineNumber} of the log`);
  return found;
}

/** The frame of a line, without what stands behind it (line 135). */
export const frameText = (lineNumber: number) =>
  logFrame(lineNumber).text.replace(/\]7"\}\]$/, ']');

export interface Exchange {
  /** As the reference counts them. */
  readonly number: number;
  readonly name: string;
  /** How the charger comes to the state that the exchange begins in, and what it does by itself. */
  readonly life: (life: Life) => Life;
  readonly fleet?: Partial<Fleet>;
  /** The central system's CALLs: lines of the log, ms after the first BootNotification. */
  readonly commands?: readonly (readonly [atMs: number, lineNumber: number])[];
  /** The answer to the first BootNotification; it sets the charger's clock. Default: line 24. */
  readonly bootAnswer?: number;
  /** The exchange: what the charger says from `fromMs` (default 900) until `untilMs` of the run. */
  readonly fromMs?: number;
  readonly untilMs?: number;
  /** Lines of the log; a text where the log has no frame, or an irregular one. */
  readonly frames: readonly (number | string)[];
  /** The same in words for the dialect `standard`, where it says something else. */
  readonly standard?: readonly string[];
}

export interface Replay {
  readonly simulation: Simulation;
  /** What the charger sent in the time of the exchange. */
  readonly frames: readonly LogEntry[];
}

export async function replay(exchange: Exchange, dialect: Dialect): Promise<Replay> {
  const { commands = [], bootAnswer = 24, fromMs = 900, untilMs = 10_000 } = exchange;
  const fleet = { identities: { identity: IDENTITY, idTag: ID_TAG }, ...exchange.fleet };
  const duration = `${untilMs}ms` as const;
  const simulation = await simulate({
    scenario: lifeScenario(exchange.life, { dialect, duration }, fleet),
    behaviour: {
      onCall(call, peer) {
        peer.after(8, () => peer.send(loggedAnswer(call, bootAnswer)));
        if (call.action !== 'BootNotification' || call.nth > 1) return true;
        for (const [atMs, line] of commands) peer.after(atMs, () => peer.send(frameText(line)));
        return true;
      },
    },
  });
  const isPart = ({ kind, atNs }: LogEntry) =>
    kind === '>' && atNs >= fromMs * 1e6 && atNs < untilMs * 1e6;
  return { simulation, frames: simulation.entries.filter(isPart) };
}

/** A boot that was triggered is answered as in line 113. */
const LATER_BOOT_ANSWER = 113;

/** The log's answer to such a CALL under this one's id; `{}` where the log has none. */
function loggedAnswer({ action, id, payload, nth }: ReceivedCall, bootAnswer: number): string {
  if (action === 'BootNotification') {
    return withId(frameText(nth === 1 ? bootAnswer : LATER_BOOT_ANSWER), id);
  }
  const at = logFrames.findIndex(
    ({ json }) =>
      json?.[2] === action &&
      (action !== 'StatusNotification' ||
        (json[3] as { status: string }).status === payload.status),
  );
  const next = logFrames[at + 1];
  const isAnswer = at >= 0 && next?.direction === 'csms' && next.text.startsWith('[3,');
  return isAnswer ? withId(next.text, id) : `[3,"${id}",{}]`;
}

const withId = (text: string, id: string) => text.replace(/^\[3,"[^"]*"/, () => `[3,"${id}"`);

/** A CALL without its own id, times and measured values; their shape and decimals stay. */
export function normalised(text: string): string {
  if (!text.startsWith('[2,')) return text;
  return text
    .replace(/^\[2,"\d+"/, '[2,"#"')
    .replace(/"\d{4}-\d\d-\d\d([T ])\d\d:\d\d:\d\d"/g, '"DATE$1TIME"')
    .replace(/("value":"|"(?:meterStop|endengry|costenergy|costmoney)":)(\d+)(\.\d+)?/g, shape);
}

const shape = (_: string, before: string, __: string, decimals = '') =>
  `${before}#${decimals.replace(/\d/g, '#')}`;

/** Its action or `answer`, and its status: `StatusNotification Available`, `answer Accepted`. */
export function wordsOf(text: string): string {
  const [type, , ...rest] = JSON.parse(text);
  const [name, payload] = type === 2 ? rest : ['answer', rest[0]];
  return payload.status === undefined ? name : `${name} ${payload.status}`;
}

/** What an exchange expects, as texts. */
export const expectedTexts = ({ frames }: Exchange): readonly string[] =>
  frames.map((each) => (typeof each === 'number' ? frameText(each) : each));
