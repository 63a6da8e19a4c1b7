/** What a share hears while it is ours: orders, its coordinator, Ctrl-C. */
import type { RunSpace } from '../bus/bus.ts';
import { readControl } from '../share/json.ts';
import type { Order } from '../share/records.ts';
import { CONTROL_KEY, coordinatorSubject } from '../share/subjects.ts';
import type { Delivery } from './delivery.ts';
import type { LastSeen } from './ends.ts';
import { type Gate, Left } from './gate.ts';
import type { Keeper } from './keeper.ts';
import { ends, orderBook } from './orders.ts';
import type { AgentOptions, ShareControl } from './ports.ts';
import type { Timekeeper } from './timekeeper.ts';

/** Where a share is. */
export interface Life {
  readonly gate: Gate;
  readonly kill: AbortController;
  readonly seen: LastSeen;
  /** null: its shards cannot be told anything yet. */
  control: ShareControl | null;
  /** Those that wait for `control`. */
  orders: Order[];
  leaseLost: boolean;
  /** The run drains by order. */
  drains: boolean;
  /** The agent was told to leave before the run was. */
  stopped: boolean;
  abandoned: boolean;
}

export interface LifeShells {
  readonly agent: AgentOptions;
  readonly space: RunSpace;
  readonly runId: string;
  readonly keeper: Keeper;
  readonly delivery: Delivery;
  readonly time: Timekeeper;
}

export interface Ears {
  /** Its shards can now be told. */
  control(control: ShareControl): void;
  /** Nothing runs any more; what was recorded is still on its way. */
  endOfRun(): void;
  close(): void;
}

/** Without a word of a coordinator for so long, a share that has not begun is given back. */
export const ALONE_MS = 60_000;
const LOOK_MS = 1_000;
const OFFSET_EVERY_MS = 10_000;

export function listen(life: Life, shells: LifeShells): Ears {
  const { agent, space, runId, keeper } = shells;
  const { bus } = agent;
  const book = orderBook();
  const watchdog = watchClocks(life, shells);
  const take = (order: Order) => {
    if (order.order === 'start') return life.gate.open(order.atMs);
    if (order.order === 'abandon') {
      life.abandoned = true;
      life.gate.leave(new Left('over', 'the run was abandoned'));
      return life.kill.abort();
    }
    if (ends(order) && !life.gate.isOpen()) {
      return life.gate.leave(new Left('over', 'the run ended before it began'));
    }
    life.drains ||= order.order === 'drain' || order.order === 'finish';
    if (life.control === null) life.orders.push(order);
    else obey(order, life.control, shells);
  };
  const onStop = () => {
    life.stopped = !life.drains;
    life.gate.leave(new Left('givenBack', 'the agent is stopped'));
    life.control?.drain();
  };
  const onKill = () => life.kill.abort();
  agent.stop.addEventListener('abort', onStop);
  agent.kill.addEventListener('abort', onKill);
  const stops = [
    () => agent.stop.removeEventListener('abort', onStop),
    () => agent.kill.removeEventListener('abort', onKill),
    watchdog.stop,
    bus.subscribe(coordinatorSubject(runId), watchdog.heard),
    space.watch(CONTROL_KEY, ({ value }) => {
      const control = readControl(value);
      if (control === null || !keeper.holds()) return;
      for (const order of book.unseen(control)) take(order);
    }),
  ];
  if (agent.stop.aborted) onStop();
  return {
    control(control) {
      life.control = control;
      if (life.leaseLost) control.finish();
      if (agent.stop.aborted) control.drain();
      for (const order of life.orders.splice(0)) obey(order, control, shells);
    },
    endOfRun() {
      life.control = null;
    },
    close() {
      for (const stop of stops) stop();
    },
  };
}

/** What is done to a share that has begun. */
function obey(order: Order, control: ShareControl, { agent, delivery, time }: LifeShells): void {
  if (order.order === 'drain') control.drain();
  if (order.order === 'finish') control.finish();
  if (order.order === 'pace') {
    control.setPace(Math.max(time.toNs(order.atMs), agent.clock.nowNs()), order.factor);
  }
  if (order.order !== 'drop') return;
  const { share, draw } = order;
  control.drop(share, draw).then(
    ({ dropped, open }) => delivery.tell({ type: 'dropped', draw, dropped, open }),
    () => undefined,
  );
}

/** Leaves a share for which no coordinator is there, and asks for its clock again while it runs. */
function watchClocks(life: Life, { agent, delivery, time }: LifeShells) {
  const { clock, timers } = agent;
  const nowMs = () => clock.nowNs() / 1e6;
  let heardMs = nowMs();
  let askedMs = nowMs();
  let cancel = () => {};
  const ask = async () => {
    const offset = await time.probe();
    if (offset !== null && life.control !== null) delivery.tell({ type: 'offset', offset });
  };
  const look = () => {
    cancel = timers.after(LOOK_MS, look);
    const now = nowMs();
    if (!life.gate.hasPassed()) {
      if (now - heardMs <= ALONE_MS) return;
      const why = `no coordinator was heard for ${ALONE_MS / 1000} s`;
      life.gate.leave(new Left('givenBack', why));
    } else if (now - askedMs >= OFFSET_EVERY_MS) {
      askedMs = now;
      void ask();
    }
  };
  look();
  return {
    heard() {
      heardMs = nowMs();
    },
    stop: () => cancel(),
  };
}
