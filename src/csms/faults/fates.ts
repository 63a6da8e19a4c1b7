/** What happens to a CALL before it is answered: the switches, limits and refused attempts. */
import type { Message } from '../check.ts';
import { chargerStream } from '../draws.ts';
import type { Faults } from '../faults.ts';
import type { Settings } from '../options.ts';
import type { Charger } from '../state.ts';
import { emptyMarks, MAX_ATTEMPTED, type Marks } from './marks.ts';

/** `lostAnswer`: booked, not answered. */
export type Fate = 'drop' | 'silence' | 'error' | 'lostAnswer' | 'answer';
type Answerable = Exclude<Message, { kind: 'response' }>;

export function needsFates({ errorRate, silence, drop, faults }: Settings): boolean {
  const limits = faults.refuseFirst !== undefined || faults.maxCallsPerS !== undefined;
  return errorRate + silence + drop > 0 || limits;
}

export function fateOf(
  settings: Settings,
  charger: Charger,
  message: Answerable,
  nowMs: number,
): Fate {
  const drawn = drawFate(settings, charger);
  if (drawn !== 'answer' || message.kind !== 'call') return drawn;
  const { faults } = settings;
  charger.marks ??= emptyMarks();
  if (isTooMany(faults, charger.marks, nowMs)) return 'error';
  return refusedAttempt(faults, charger.marks, message) ?? 'answer';
}

/** One draw a CALL. */
function drawFate({ seed, errorRate, silence, drop }: Settings, charger: Charger): Fate {
  charger.random ??= chargerStream(seed, charger.id);
  const draw = charger.random();
  if (draw < drop) return 'drop';
  if (draw < drop + silence) return 'silence';
  return draw < drop + silence + errorRate ? 'error' : 'answer';
}

function isTooMany({ maxCallsPerS }: Faults, marks: Marks, nowMs: number): boolean {
  if (maxCallsPerS === undefined) return false;
  if (nowMs - marks.secondMs >= 1_000) {
    marks.secondMs = nowMs;
    marks.calls = 0;
  }
  return ++marks.calls > maxCallsPerS;
}

function refusedAttempt(
  { refuseFirst }: Faults,
  { attempts }: Marks,
  message: Extract<Message, { kind: 'call' }>,
): Fate | null {
  if (refuseFirst === undefined || !refuseFirst.actions.includes(message.action)) return null;
  const key = `${message.action} ${JSON.stringify(message.payload)}`;
  const attempted = attempts.get(key) ?? 0;
  if (attempted >= refuseFirst.attempts) {
    attempts.delete(key);
    return null;
  }
  const [oldest] = attempts.keys();
  if (attempts.size >= MAX_ATTEMPTED && oldest !== key) attempts.delete(oldest);
  attempts.set(key, attempted + 1);
  return refuseFirst.how;
}
