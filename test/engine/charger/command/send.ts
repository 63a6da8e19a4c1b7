/** Sends commands to one simulated charger at given moments, and tells what it did. */
import { expect } from 'vitest';
import type { Dialect } from '../../../../src/chargers/model.ts';
import { type Command, CommandIndexOf, type Effect } from '../../../../src/ocpp/commands.ts';
import { life } from '../../../../src/scenario/life.ts';
import type { Fleet, Scenario } from '../../../../src/scenario/types.ts';
import { checkFates } from '../../../../src/snapshot/check-fates.ts';
import {
  type CommandCounts,
  commandCounts,
  effectLatency,
} from '../../../../src/snapshot/snapshot.ts';
import type { Behaviour } from '../../../sim/central.ts';
import { ORIGIN_NS } from '../../../sim/clock.ts';
import { type SentCall, sentCalls } from '../../../sim/log.ts';
import type { Peer } from '../../../sim/network.ts';
import { checkRules } from '../../../sim/rules.ts';
import { simScenario } from '../../../sim/scenario.ts';
import { type Simulation, simulate } from '../../../sim/simulate.ts';

/** When, s since the start; then the CALL: its action and payload, or all of it as text. */
export type Order =
  | readonly [atS: number, action: string, payload: object]
  | readonly [number, string];

export interface Answer {
  readonly atS: number;
  readonly id: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into payloads of every shape.
  readonly payload: any;
  /** Of a CALLERROR; else ''. */
  readonly code: string;
}

export interface Call extends SentCall {
  readonly atS: number;
}

export interface Commanded {
  readonly run: Simulation;
  /** One for each order given as action and payload, in their order. */
  readonly answers: readonly (Answer | undefined)[];
  /** `status` of each answer. */
  readonly statuses: readonly unknown[];
  /** All answers in the order in which they were sent. */
  readonly sent: readonly Answer[];
  /** The charger's own CALLs. */
  readonly calls: readonly Call[];
}

export interface SendOptions {
  readonly dialect?: Dialect;
  readonly fleet?: Partial<Fleet>;
  readonly scenario?: Partial<Scenario>;
  readonly behaviour?: Partial<Behaviour>;
  /** A rule that is broken on purpose: problems whose text contains this are let through. */
  readonly mayBreak?: string;
}

export const DIALECTS = ['as-logged', 'standard'] as const;
/** A charger that is free for the whole run. */
export const FREE = life().boot().idle('1h');
/** A charger that charges its own car from 0.1 s on, with 11 kW (16 A and a bit). */
export const BUSY = life()
  .boot()
  .idle('100ms')
  .plugIn()
  .session({ duration: '1h', power: '11kW' })
  .unplug()
  .idle('1h');

/** Of 60 s, or what `scenario.duration` says. Checks the rules that hold for every run. */
export async function send(
  orders: readonly Order[],
  options: SendOptions = {},
): Promise<Commanded> {
  const { dialect = 'standard', behaviour = {}, mayBreak } = options;
  const scenario = simScenario(
    { dialect, ...options.scenario },
    { life: FREE, reactionTime: '10ms', ...options.fleet },
  );
  let peer: Peer | null = null;
  let planned = false;
  const run = await simulate({
    scenario,
    behaviour: {
      ...behaviour,
      onCall(call, from) {
        peer = from;
        return behaviour.onCall?.(call, from) ?? false;
      },
    },
    onSend(_charger, _text, clock) {
      if (planned) return;
      planned = true;
      for (const [index, order] of orders.entries()) {
        clock.schedule(ORIGIN_NS + order[0] * 1e9, -1, () => peer?.send(textOf(order, index)));
      }
    },
  });
  const problems = checkRules(run.entries, run.plan).problems;
  expect(problems.filter((each) => mayBreak === undefined || !each.includes(mayBreak))).toEqual([]);
  expect(checkFates(run.snapshot)).toEqual([]);
  const sent = answersOf(run);
  const answers = orders.map((_, index) => sent.find(({ id }) => id === `c${index}`));
  return {
    run,
    answers,
    statuses: answers.map((answer) => answer?.payload?.status),
    sent,
    calls: sentCalls(run.entries).map((call) => ({ ...call, atS: call.atNs / 1e9 })),
  };
}

function textOf(order: Order, index: number): string {
  return order.length === 2 ? order[1] : JSON.stringify([2, `c${index}`, order[1], order[2]]);
}

function answersOf({ entries }: Simulation): Answer[] {
  return entries.flatMap(({ kind, text, atNs }) => {
    if (kind !== '>') return [];
    const [type, id, second, payload] = JSON.parse(text);
    const atS = atNs / 1e9;
    if (type === 3) return [{ atS, id, payload: second, code: '' }];
    return type === 4 ? [{ atS, id, payload, code: second }] : [];
  });
}

export const countsOfCommand = ({ run }: Commanded, command: Command): CommandCounts =>
  commandCounts(run.snapshot, CommandIndexOf[command]);

/** How often an effect was recorded, and its longest time in ms. */
export function effectOf({ run }: Commanded, effect: Effect): { count: number; ms: number } {
  const histogram = effectLatency(run.snapshot, effect);
  return { count: histogram.totalCount, ms: histogram.maxValue / 1e3 };
}

/** The CALLs of one action, after a moment. */
export const callsOf = ({ calls }: Commanded, action: string, afterS = 0): readonly Call[] =>
  calls.filter((call) => call.action === action && call.atS >= afterS);

/** The statuses that the charger told, after a moment. */
export const toldStatuses = (told: Commanded, afterS = 0): readonly string[] =>
  callsOf(told, 'StatusNotification', afterS).map(({ payload }) => payload.status);

/** What happened after a moment: actions in order, a status with its name. */
export const storyOf = ({ calls }: Commanded, afterS = 0): readonly string[] =>
  calls
    .filter(({ atS }) => atS >= afterS)
    .map(({ action, payload }) => (action === 'StatusNotification' ? payload.status : action));

/** The current of the first phase in each MeterValues, A. */
export const currentsOf = (told: Commanded, afterS = 0): readonly number[] =>
  callsOf(told, 'MeterValues', afterS).map(({ payload }) =>
    Number(payload.meterValue[0].sampledValue[1].value),
  );

/** The virtual central system's wall clock, `s` after the start of the run. */
export const timeAt = (s: number): string => new Date(1_767_600_000_000 + s * 1e3).toISOString();
