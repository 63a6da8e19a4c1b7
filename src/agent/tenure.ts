/** A share in our hands: from its claim to its end, its loss, or until it is given back. */
import { assert } from '../base/assert.ts';
import { UserError } from '../base/errors.ts';
import type { RunSpace } from '../bus/bus.ts';
import type { ResultHeader } from '../result/types.ts';
import type { RunRecord } from '../share/records.ts';
import { shareKey } from '../share/subjects.ts';
import type { ShareEnd } from '../share/up.ts';
import { fetchBundle } from './bundle.ts';
import { type Delivery, deliver } from './delivery.ts';
import { cutEnd, lastSeen } from './ends.ts';
import { Left, startGate } from './gate.ts';
import { type Keeper, keepLease, pause } from './keeper.ts';
import type { Lease } from './lease.ts';
import { type Ears, type Life, listen } from './life.ts';
import type { AgentOptions, RanShare, ShareHooks } from './ports.ts';
import { createSpool } from './spool.ts';
import { type Timekeeper, timekeeper } from './timekeeper.ts';

export interface TenureOptions {
  readonly agent: AgentOptions;
  readonly space: RunSpace;
  readonly record: RunRecord;
  readonly share: number;
  readonly lease: Lease;
  /** Known before anything is fetched: it cannot run here; null: it may. */
  readonly unfit: UserError | null;
}

/** What became of it; `refused`: this machine cannot run it. */
export type Served =
  | { readonly outcome: 'ended'; readonly end: ShareEnd }
  | { readonly outcome: 'refused'; readonly error: UserError }
  | { readonly outcome: 'givenBack' | 'over'; readonly why: string };

/** For what was recorded to be delivered, once all is over. */
const DELIVERY_LIMIT_MS = 120_000;
const REFUSAL_LIMIT_MS = 10_000;
const RELEASE_LIMIT_MS = 10_000;
const LEFT_LIMIT_MS = 10_000;
const AGAIN_MS = 500;
/** After the start, for the clock to be asked again by then. */
const BEGAN_AFTER_MS = 200;

/** Resolves when the share is no longer ours, whatever became of it. Never rejects. */
export async function serveShare(options: TenureOptions): Promise<Served> {
  const { agent, space, record, share, lease } = options;
  const { bus, clock, timers } = agent;
  const life: Life = {
    ...{ gate: startGate(), kill: new AbortController(), seen: lastSeen() },
    ...{ control: null, orders: [], leaseLost: false, abandoned: false },
    ...{ drains: false, stopped: false },
  };
  const keeper = keepLease({
    ...{ space, key: shareKey(share), lease, clock, timers },
    onClose() {
      agent.say(`share ${share + 1} of ${record.shares}: its lease runs out; its chargers close`);
      life.leaseLost = true;
      life.gate.leave(new Left('over', 'its lease was lost'));
      life.control?.finish();
    },
    onKill: () => life.kill.abort(),
  });
  const spool = createSpool({ share, epoch: lease.epoch });
  const delivery = deliver({ bus, space, agent: agent.name, spool, timers });
  const time = timekeeper(bus, clock, record.runId);
  const ears = listen(life, { agent, space, runId: record.runId, keeper, delivery, time });
  try {
    const served = await runToEnd(options, life, { keeper, delivery, time, ears });
    ears.endOfRun();
    tellEnd(delivery, served);
    const limitMs = served.outcome === 'ended' ? DELIVERY_LIMIT_MS : REFUSAL_LIMIT_MS;
    if (!(await delivery.drained(limitMs))) {
      agent.say(`share ${share + 1}: not all that was recorded could be delivered`);
    }
    const isBack = served.outcome === 'refused' || served.outcome === 'givenBack';
    await keeper.release(isBack ? 'offered' : 'ended', RELEASE_LIMIT_MS);
    return served;
  } finally {
    ears.close();
    delivery.close();
  }
}

function tellEnd(delivery: Delivery, served: Served): void {
  if (served.outcome === 'ended') delivery.tell({ type: 'ended', end: served.end });
  if (served.outcome !== 'refused') return;
  const { message, hint } = served.error;
  delivery.tell({ type: 'refused', message, hint });
}

interface Shells {
  readonly keeper: Keeper;
  readonly delivery: Delivery;
  readonly time: Timekeeper;
  readonly ears: Ears;
}

async function runToEnd(options: TenureOptions, life: Life, shells: Shells): Promise<Served> {
  const { agent, space, record, share, unfit } = options;
  try {
    if (unfit !== null) throw unfit;
    const bundle = await fetchBundle(space, record.bundle, {
      again: () => pause(agent.timers, AGAIN_MS),
      left: life.gate.left,
    });
    const job = { record, share: { index: share, of: record.shares }, bundle };
    const running = agent.runShare(job, hooksOf(options, life, shells));
    // Code of the user that never ends loading must not keep the share.
    const late = life.gate.whenLeft().then(async (left) => {
      await pause(agent.timers, LEFT_LIMIT_MS);
      throw left;
    });
    const result = await Promise.race([running, late]);
    return { outcome: 'ended', end: endOf(result, life) };
  } catch (error) {
    return servedBy(error, life);
  }
}

/** What became of a share whose runner gave no result. */
function servedBy(error: unknown, life: Life): Served {
  const left = life.gate.left();
  if (left !== null) return { outcome: left.outcome, why: left.message };
  if (life.abandoned) return { outcome: 'over', why: 'the run was abandoned' };
  if (!life.gate.hasPassed()) return { outcome: 'refused', error: refusalOf(error) };
  const cut = life.leaseLost || life.kill.signal.aborted;
  const end = cutEnd(life.seen, cut ? null : (error as Error));
  return { outcome: 'ended', end: endOf(end, life) };
}

const endOf = (end: RanShare, { leaseLost, stopped }: Life): ShareEnd => ({
  ...end,
  leaseLost,
  stopped: stopped && end.ending === 'interrupted',
});

const refusalOf = (error: unknown): UserError =>
  error instanceof UserError
    ? error
    : new UserError(`ocpp-load failed: ${(error as Error).message}`, 'a fault of ocpp-load');

function hooksOf(
  { agent, record, share }: TenureOptions,
  life: Life,
  { keeper, delivery, time, ears }: Shells,
): ShareHooks {
  const { clock, timers } = agent;
  const label = `share ${share + 1} of ${record.shares}`;
  let header: ResultHeader | null = null;
  const tellBegan = async (startNs: number) => {
    await pause(timers, Math.max(0, startNs - clock.nowNs()) / 1e6 + BEGAN_AFTER_MS);
    const offset = await time.probe();
    if (offset !== null) delivery.tell({ type: 'began', atMs: time.toTheirMs(startNs), offset });
  };
  return {
    header(known) {
      header = known;
    },
    async start(leadNs) {
      assert(header !== null, 'a share is ready before it has a header');
      let offset = await time.probe();
      while (offset === null && life.gate.left() === null) {
        await pause(timers, AGAIN_MS);
        offset = await time.probe();
      }
      // A process that was frozen in the meantime learns here that it has lost the share.
      if (offset !== null && keeper.holds() && life.gate.left() === null) {
        delivery.tell({ type: 'ready', header, offset });
        agent.say(`${label} is ready`);
      }
      const atMs = await life.gate.pass();
      if (!keeper.holds()) throw new Left('over', 'its lease was lost');
      const startNs = Math.max(time.toNs(atMs), clock.nowNs() + leadNs);
      agent.say(`${label} begins in ${Math.round((startNs - clock.nowNs()) / 1e6)} ms`);
      void tellBegan(startNs);
      return { startNs, wallStartMs: time.toTheirMs(startNs) };
    },
    control: ears.control,
    interval(interval) {
      life.seen.add(interval);
      delivery.tell({ type: 'intervals', intervals: [interval] });
    },
    event: (event) => delivery.tell({ type: 'event', event }),
    ledger: record.ledger ? (text) => delivery.tell({ type: 'ledger', text }) : null,
    kill: life.kill.signal,
  };
}
