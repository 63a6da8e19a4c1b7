/** When each charger gets which command. */
import { chargerStream } from '../draws.ts';
import type { Office } from '../office.ts';
import type { Charger } from '../state.ts';
import { DEFAULT_ID_TAG, fillPayload } from './fill.ts';
import { type CommandOutcome, placeCall } from './line.ts';
import type { Order } from './plan.ts';

/** Purposes of a charger's streams from here on; 0 is that of the switches. */
const FIRST_PURPOSE = 100;

/** What follows a charger's first upgrade, or its first accepted boot. */
export function startOrders(office: Office, charger: Charger, beforeBoot: boolean): void {
  for (const order of office.orders) {
    if (order.beforeBoot !== beforeBoot) continue;
    const random = chargerStream(office.settings.seed, charger.id, FIRST_PURPOSE + order.index);
    if (random() >= order.share) continue;
    const originMs = performance.now() + order.afterMs + random() * order.spreadMs;
    if (order.afterMs + order.spreadMs === 0) carryOut(office, charger, order, originMs, 1);
    else wait(office, charger, order, originMs, 1);
  }
}

/** The `count`-th time, from 1, is due at origin + (count - 1) x every, however late the last. */
function wait(
  office: Office,
  charger: Charger,
  order: Order,
  originMs: number,
  count: number,
): void {
  const dueMs = originMs + (count - 1) * (order.everyMs ?? 0);
  const go = () => carryOut(office, charger, order, originMs, count);
  // A timer must not keep a closed system alive.
  setTimeout(go, Math.max(0, dueMs - performance.now())).unref();
}

function carryOut(
  office: Office,
  charger: Charger,
  order: Order,
  originMs: number,
  count: number,
): void {
  if (office.isClosing) return;
  issueCommand(office, charger, order.action, order.payload);
  if (count < order.times) wait(office, charger, order, originMs, count + 1);
}

/** Fills the payload and sends it; counts what cannot be sent. */
export function issueCommand(
  office: Office,
  charger: Charger,
  action: string,
  payload: object,
  settle: (outcome: CommandOutcome) => void = () => {},
): void {
  const lost = () => settle({ kind: 'lost', payload: null });
  const connection = office.byIdentity.get(charger.id);
  if (connection === undefined) {
    office.counters.commandsDropped++;
    lost();
    return;
  }
  const lastTransaction = charger.running.at(-1) ?? charger.lastStopped.at(-1);
  const filled = fillPayload(payload, {
    id: charger.id,
    idTag: lastTransaction?.idTag ?? DEFAULT_ID_TAG,
    transactionId: charger.running.at(-1)?.id ?? null,
    nowMs: Date.now(),
  });
  if (filled !== null) {
    placeCall(connection.line, action, filled, settle);
    return;
  }
  office.counters.commandsSkipped++;
  lost();
}
