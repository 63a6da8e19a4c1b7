/** Before a run: every share finds an agent, all get ready, and one moment to begin is ordered. */
import { ExitCode, UserError } from '../base/errors.ts';
import type { Order } from '../share/records.ts';
import type { Desk } from './desk.ts';
import { gatherProblem } from './missing.ts';
import type { Holder } from './notes.ts';
import { offerOf } from './offers.ts';
import { pause, UNHEARD_MS, unheard } from './retry.ts';

/** From the order to the start: time for the order to reach every agent. */
export const LEAD_MS = 2_000;
/** To compile a plan and lay out its frames. */
const READY_MS = 60_000;
const LOOK_MS = 250;
const CALL_MS = 1_000;

/**
 * Resolves when the start is ordered; at once when it was before.
 * @throws UserError when agents are missing after `waitMs`.
 */
export async function assemble(desk: Desk, over: AbortSignal): Promise<void> {
  if (desk.log.startedAtMs !== null) return;
  const holders = await allReady(desk, over);
  // Who was replaced, or stopped, begins nothing.
  if (over.aborted) return;
  const ordered = desk.orders.given().find((order) => order.order === 'start');
  const atMs = ordered?.atMs ?? Math.ceil(desk.wallMs() + LEAD_MS);
  // The order first: who holds what is of no use to anybody when nothing begins.
  if (ordered === undefined) await order(desk, { order: 'start', atMs }, over);
  desk.note({ note: 'begin', atMs, holders });
}

async function order({ orders }: Desk, start: Order, over: AbortSignal): Promise<void> {
  const late = pause(UNHEARD_MS, over).then(() => {
    throw unheard('its start could not be ordered');
  });
  await Promise.race([orders.give(start), late]);
}

async function allReady(desk: Desk, over: AbortSignal): Promise<readonly Holder[]> {
  const { gathering, options } = desk;
  const { shares } = options.record;
  const sinceMs = desk.nowMs();
  let claimedMs = Number.NaN;
  let calledMs = Number.NEGATIVE_INFINITY;
  let told = '';
  while (!over.aborted) {
    const nowMs = desk.nowMs();
    const holders = gathering.holders();
    if (!takeBack(desk) && holders !== null) return holders;
    const { free, slow } = gathering.lacking();
    if (free.length > 0 && nowMs - calledMs >= CALL_MS) {
      calledMs = nowMs;
      desk.call();
    }
    claimedMs = free.length > 0 ? Number.NaN : Number.isNaN(claimedMs) ? nowMs : claimedMs;
    const late = free.length > 0 ? nowMs - sinceMs : nowMs - claimedMs;
    const limitMs = free.length > 0 ? options.waitMs : Math.max(options.waitMs, READY_MS);
    if (late >= limitMs) throw missing(desk, limitMs);
    const taken = shares - free.length;
    const now = `agents: ${taken} of ${shares} shares taken, ${taken - slow.length} ready`;
    if (now !== told) options.say(now);
    told = now;
    await pause(LOOK_MS, over);
  }
  return [];
}

/** An agent that died gives nothing back, ready or not. Whether there is one. */
function takeBack({ gathering, leases, orders, ...desk }: Desk): boolean {
  // What has begun already is lost later, and counted.
  if (orders.given().some(({ order }) => order === 'start')) return false;
  const dead = gathering
    .claimants()
    .filter(({ share }) => leases.isOver(share, desk.nowMs(), desk.upSinceMs()));
  for (const { share } of dead) desk.offer(share);
  return dead.length > 0;
}

function missing(desk: Desk, waitedMs: number): UserError {
  const { gathering, options, plan } = desk;
  const offer = offerOf(plan, options.record, options.labels);
  const away = desk.upSinceMs() === null ? 'the bus is away; ' : '';
  const { message, hint } = gatherProblem(gathering, offer, waitedMs, options.record.shares);
  return new UserError(`${away}${message}`, hint, ExitCode.preflight);
}
