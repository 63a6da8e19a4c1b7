/**
 * The rules of transaction-related messages (OCPP 1.6, 3.7 and 3.7.1), judged from the frames of
 * one charger: order, repetition, ids, and a register that never runs backwards.
 */
import type { FleetPlan } from '../../src/plan/plan.ts';

// biome-ignore lint/suspicious/noExplicitAny: frames hold every shape.
type Json = any;

/** A message that was sent and not acknowledged. */
interface Attempted {
  readonly action: string;
  readonly text: string;
  readonly payload: Json;
  /** Of the last attempt. */
  id: string;
  attempts: number;
  failures: number;
  /** When the last attempt ended; NaN while it is under way. */
  endedNs: number;
  lost: boolean;
}

export interface Delivery {
  readonly attempts: number;
  readonly intervalNs: number;
  readonly maxQueue: number;
  current: Attempted | null;
  /** Transactions by id: running, stopped or refused; and the last register reading, Wh. */
  readonly transactions: Map<number, 'open' | 'stopped' | 'refused'>;
  readonly registers: Map<number, number>;
  /** What the ledger must say. */
  sent: number;
  acknowledged: number;
  unique: number;
  discarded: number;
}

export function emptyDelivery({ configuration, maxQueue }: FleetPlan): Delivery {
  const number = (key: string) =>
    Number(configuration.find((each) => each.key === key)?.value ?? Number.NaN);
  return {
    attempts: number('TransactionMessageAttempts'),
    maxQueue,
    intervalNs: number('TransactionMessageRetryInterval') * 1e9,
    current: null,
    transactions: new Map(),
    registers: new Map(),
    sent: 0,
    acknowledged: 0,
    unique: 0,
    discarded: 0,
  };
}

const isRelated = (action: string, payload: Json) =>
  action === 'StartTransaction' ||
  action === 'StopTransaction' ||
  (action === 'MeterValues' && !isTriggered(payload));

const isTriggered = (payload: Json) => payload.meterValue[0].sampledValue[0].context === 'Trigger';

interface Sent {
  readonly id: string;
  readonly action: string;
  readonly payload: Json;
  readonly atNs: number;
}

/** A CALL leaves: a repetition of what failed, or the next message. */
export function checkDelivery(delivery: Delivery, sent: Sent): string[] {
  const { action, payload, id, atNs } = sent;
  if (!isRelated(action, payload)) return [];
  delivery.sent++;
  const text = JSON.stringify(payload);
  const { current } = delivery;
  const isGivenUp = current !== null && current.failures >= delivery.attempts;
  if (current !== null && !isGivenUp && current.text === text && current.action === action) {
    const problems = checkRepetition(delivery, current, atNs);
    current.id = id;
    current.attempts++;
    current.endedNs = Number.NaN;
    return problems;
  }
  const problems = [...checkNext(delivery, current, action), ...checkContent(delivery, sent)];
  if (current !== null) delivery.discarded++;
  delivery.unique++;
  delivery.current = {
    ...{ action, text, payload, id },
    ...{ attempts: 1, failures: 0, endedNs: Number.NaN, lost: false },
  };
  return problems;
}

/** After a failure: interval x failures later, not before (3.7.1). A lost one: with the link. */
function checkRepetition({ intervalNs }: Delivery, current: Attempted, atNs: number): string[] {
  const earliestNs = current.endedNs + (current.lost ? 0 : current.failures * intervalNs);
  if (atNs >= earliestNs - 1) return [];
  return [`${current.action} again ${((earliestNs - atNs) / 1e9).toFixed(3)} s too early`];
}

/** Another message only when the one before was given up; its successors may go with it. */
function checkNext(delivery: Delivery, current: Attempted | null, action: string): string[] {
  // A full queue makes room for a StopTransaction at the price of values that failed before.
  const overflows = delivery.maxQueue < 10 && current?.action === 'MeterValues';
  if (current === null || overflows || current.failures >= delivery.attempts) return [];
  return [`${action} while ${current.action} has ${current.failures} failures`];
}

function checkContent(delivery: Delivery, { action, payload }: Sent): string[] {
  const { transactions, registers } = delivery;
  const { transactionId } = payload;
  if (action === 'StartTransaction' || transactionId === undefined) return [];
  const state = transactions.get(transactionId);
  if (state === undefined || state === 'stopped') {
    return [`${action} of transaction ${transactionId}, which is ${state ?? 'unknown'}`];
  }
  const energyWh =
    action === 'StopTransaction' ? payload.meterStop : energyOf(payload.meterValue[0]);
  const beforeWh = registers.get(transactionId) ?? 0;
  registers.set(transactionId, Math.max(beforeWh, energyWh));
  if (action === 'StopTransaction') transactions.set(transactionId, 'stopped');
  return energyWh < beforeWh ? [`${energyWh} Wh after ${beforeWh}`] : [];
}

function energyOf({ sampledValue }: Json): number {
  const energy = sampledValue.find(
    ({ measurand }: Json) => measurand === 'Energy.Active.Import.Register',
  );
  return energy.unit === 'kWh' ? Math.round(Number(energy.value) * 1000) : Number(energy.value);
}

/** The attempt under this id has its fate. */
export function closeAttempt(
  delivery: Delivery,
  id: string,
  fate: 'answered' | 'failed' | 'lost',
  atNs: number,
  answer?: Json,
): void {
  const { current } = delivery;
  if (current === null || current.id !== id || !Number.isNaN(current.endedNs)) return;
  const isStart = current.action === 'StartTransaction';
  const fits =
    fate === 'answered' &&
    (!isStart || (Number.isInteger(answer?.transactionId) && answer?.idTagInfo?.status));
  if (fits) {
    delivery.acknowledged++;
    delivery.current = null;
    const status = answer?.idTagInfo?.status;
    if (isStart) {
      delivery.transactions.set(answer.transactionId, status === 'Accepted' ? 'open' : 'refused');
    }
    return;
  }
  current.endedNs = atNs;
  current.lost = fate === 'lost';
  if (fate !== 'lost') current.failures++;
}
