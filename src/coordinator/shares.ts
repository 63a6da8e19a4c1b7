/**
 * Whose each share is, and what was counted under that name. What somebody else says of it, or
 * somebody whose time is over, is refused and counted.
 */

import { judgeOf } from '../fleet/judge.ts';
import type { Judge } from '../health/judge.ts';
import type { Plan } from '../plan/plan.ts';
import type { ResultHeader } from '../result/types.ts';
import type { ClockOffset } from '../share/records.ts';
import type { ShareEnd, Up, UpMark } from '../share/up.ts';
import type { DecodedUp } from '../share/up-codec.ts';
import { addCounters } from '../snapshot/counted.ts';
import type { Delta } from '../snapshot/delta.ts';
import { counterSlots } from '../snapshot/layout.ts';
import { closeUnknown } from '../snapshot/unknown.ts';
import type { Holder } from './notes.ts';

/** A share in the hands of one agent, from its claim to its end or its loss. */
export interface Tenure extends Holder {
  /** How manieth of the run. */
  readonly number: number;
  /** It has the share after somebody who was lost: its own time begins later than the run's. */
  readonly isHeir: boolean;
  /** So many seconds later; null: not yet known. */
  laterS: number | null;
  /** null: it never said that it was ready. */
  readonly header: ResultHeader | null;
  readonly judge: Judge;
  /** What it has counted, for the case that it never tells its end. */
  readonly counters: Float64Array;
  state: 'running' | 'ended' | 'lost' | 'reassigned';
  offset: ClockOffset | null;
  /** When its shards began, ms since 1970 on the coordinator's clock. */
  beganAtMs: number | null;
  end: ShareEnd | null;
  /** Why and when it was lost, seconds of the run. */
  why: string;
  lostAtS: number;
  /** Seconds of the run that came when they were no longer its to tell. */
  refused: number;
  /** Messages that have come, against copies: all below `from`, and these. */
  readonly seen: { from: number; readonly beyond: Set<number> };
  /** Its last words, until all before them are here. */
  last: { readonly sequence: number; readonly end: ShareEnd } | null;
}

/** A message of an epoch that is yet to begin. */
interface Waiting extends DecodedUp {
  readonly agent: string;
}

export interface Shares {
  /** Of all that a share was ever given to, the last. */
  readonly current: ReadonlyMap<number, Tenure>;
  readonly tenures: readonly Tenure[];
  /** What is refused, of whoever never had a share. */
  strangers(): number;
  /** Begins a tenure; gives it with what it has said already. */
  hold(holder: Holder): { readonly tenure: Tenure; readonly said: readonly DecodedUp[] };
  /** null: refused, a copy, or of an epoch that is yet to begin. */
  accept(agent: string, message: DecodedUp): Tenure | null;
  count(tenure: Tenure, delta: Delta): void;
  lose(tenure: Tenure, why: string, atS: number): void;
  /** What a share had begun and not ended is unknown when it tells no more: what that changes. */
  owed(tenure: Tenure): Delta | null;
}

/** So many messages of epochs that are yet to begin are kept: beyond, somebody talks nonsense. */
const MOST_WAITING = 40_000;
/** Of one agent, so that none takes the room of the others. */
const MOST_WAITING_EACH = 4_000;

export function sharesOf(plan: Plan): Shares {
  const fleetCount = plan.fleets.length;
  const current = new Map<number, Tenure>();
  const tenures: Tenure[] = [];
  const waiting = new Map<string, Waiting[]>();
  const waitingOf = new Map<string, number>();
  let waitingCount = 0;
  let strangers = 0;
  const refuse = (agent: string, { mark, up }: DecodedUp) => {
    const seconds = secondsIn(up);
    const own = tenures.findLast((each) => each.agent === agent && each.share === mark.share);
    if (own === undefined) strangers += seconds;
    else own.refused += seconds;
    return null;
  };
  const wait = (agent: string, message: DecodedUp) => {
    const own = waitingOf.get(agent) ?? 0;
    if (waitingCount >= MOST_WAITING || own >= MOST_WAITING_EACH) return refuse(agent, message);
    waitingCount++;
    waitingOf.set(agent, own + 1);
    const key = keyOf(message.mark);
    const those = waiting.get(key) ?? [];
    those.push({ agent, ...message });
    waiting.set(key, those);
    return null;
  };
  return {
    current,
    tenures,
    strangers: () => strangers,
    hold(holder) {
      const those = waiting.get(keyOf(holder)) ?? [];
      waiting.delete(keyOf(holder));
      waitingCount -= those.length;
      for (const { agent } of those) waitingOf.set(agent, (waitingOf.get(agent) ?? 0) - 1);
      const said = those.filter(({ agent }) => agent === holder.agent);
      const before = current.get(holder.share);
      const isHeir = before !== undefined;
      const tenure = newTenure(plan, holder, { number: tenures.length, isHeir, said });
      if (before?.state === 'lost') before.state = 'reassigned';
      current.set(holder.share, tenure);
      tenures.push(tenure);
      for (const other of those) if (other.agent !== holder.agent) refuse(other.agent, other);
      return { tenure, said };
    },
    accept(agent, message) {
      const { mark } = message;
      const tenure = current.get(mark.share);
      if (mark.epoch > (tenure?.epoch ?? 0)) return wait(agent, message);
      const is = tenure?.epoch === mark.epoch && tenure.agent === agent;
      if (tenure === undefined || !is || tenure.state !== 'running') return refuse(agent, message);
      return isNew(tenure, mark) ? tenure : null;
    },
    count: ({ counters }, delta) => addCounters(counters, delta),
    lose(tenure, why, atS) {
      tenure.state = 'lost';
      tenure.why = why;
      tenure.lostAtS = atS;
    },
    owed({ counters }) {
      const unknown = new Float64Array(counterSlots(fleetCount));
      closeUnknown(counters, fleetCount, unknown);
      return countersAlone(unknown, fleetCount);
    },
  };
}

const keyOf = ({ share, epoch }: Pick<UpMark, 'share' | 'epoch'>) => `${share}/${epoch}`;

const secondsIn = (up: Up) => (up.type === 'intervals' ? up.intervals.length : 0);

function newTenure(
  plan: Plan,
  holder: Holder,
  { number, isHeir, said }: { number: number; isHeir: boolean; said: readonly DecodedUp[] },
): Tenure {
  const ready = said.map(({ up }) => up).find((up) => up.type === 'ready');
  return {
    ...holder,
    number,
    isHeir,
    laterS: isHeir ? null : 0,
    header: ready?.header ?? null,
    judge: judgeOf(plan),
    counters: new Float64Array(counterSlots(plan.fleets.length)),
    state: 'running',
    offset: ready?.offset ?? null,
    beganAtMs: null,
    end: null,
    why: '',
    lostAtS: 0,
    refused: 0,
    seen: { from: 0, beyond: new Set() },
    last: null,
  };
}

/** Marks it as seen. */
function isNew({ seen }: Tenure, { sequence }: UpMark): boolean {
  if (sequence < seen.from || seen.beyond.has(sequence)) return false;
  seen.beyond.add(sequence);
  while (seen.beyond.delete(seen.from)) seen.from++;
  return true;
}

/** null: nothing differs. */
function countersAlone(changes: Float64Array, fleetCount: number): Delta | null {
  const counterPlaces = Uint32Array.from(changes.keys()).filter((place) => changes[place] !== 0);
  if (counterPlaces.length === 0) return null;
  const counterChanges = Float64Array.from(counterPlaces, (place) => changes[place]);
  return { fleetCount, counterPlaces, counterChanges, histograms: [] };
}
