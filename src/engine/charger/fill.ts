/** The values of the slots of a CALL: what the charger knows at the moment that it is about. */
import { TemplateIndex } from '../../plan/plan.ts';
import { SlotIndex, setText } from '../frame/values.ts';
import { chargerMs, printedSeconds } from './clock.ts';
import { Kind } from './message-queue.ts';
import { energyWh, setSample } from './meter.ts';
import { fleetOf, type Shard } from './shard.ts';
import type { Transaction } from './transaction.ts';

/** For a CALL of connector `k` that is about the moment it was due (`callDueNs`). */
export function fillValues(shard: Shard, k: number, template: number): void {
  const { state, values } = shard;
  const { numbers } = values;
  const c = state.owner[k];
  numbers[SlotIndex.id] = state.nextId[c];
  numbers[SlotIndex.connector] = state.connectorId[k];
  switch (template) {
    case TemplateIndex.boot:
      setText(values, SlotIndex.identity, shard.identities, c);
      break;
    case TemplateIndex.authorize:
      setIdTag(shard, k, shard.remoteTags.get(k) ?? null);
      break;
    case TemplateIndex.meterValues:
    case TemplateIndex.triggeredValues:
    case TemplateIndex.idleTriggeredValues:
      setValuesNow(shard, k);
      break;
    case TemplateIndex.record:
      setRecord(shard, k);
      break;
  }
}

/** For the message in `row` of the queue: what was measured when it was made. */
export function fillMessage(shard: Shard, c: number, row: number): void {
  const { state, queue, values } = shard;
  const { numbers } = values;
  const k = queue.connector[row];
  const transaction = queue.transaction[row];
  numbers[SlotIndex.id] = state.nextId[c];
  numbers[SlotIndex.connector] = state.connectorId[k];
  numbers[SlotIndex.timestamp] = printedSeconds(shard, c, queue.momentMs[row]);
  if (transaction !== null) numbers[SlotIndex.transactionId] = transaction.id;
  const kind = queue.kind[row];
  if (kind === Kind.start && transaction !== null) setStart(shard, k, transaction);
  else if (kind === Kind.stop && transaction !== null) {
    numbers[SlotIndex.meterStopWh] = transaction.meterStopWh;
  } else setSample(shard, k, queue.energyWh[row], queue.powerW[row], queue.sample[row]);
}

function setStart(shard: Shard, k: number, transaction: Transaction): void {
  const { numbers } = shard.values;
  setIdTag(shard, k, transaction.idTag);
  numbers[SlotIndex.meterStartWh] = transaction.meterStartWh;
  numbers[SlotIndex.reservationId] = transaction.reservationId;
}

/** The template of a message: by its kind, and by what is known of its transaction. */
export function templateOf(shard: Shard, row: number): number {
  const { queue } = shard;
  const transaction = queue.transaction[row];
  switch (queue.kind[row]) {
    case Kind.start:
      return transaction?.reservationId ? TemplateIndex.startReserved : TemplateIndex.start;
    case Kind.stop:
      return TemplateIndex.stop;
    case Kind.sample:
      return TemplateIndex.meterValues;
    default:
      return transaction === null ? TemplateIndex.idleClockValues : TemplateIndex.clockValues;
  }
}

/** `other`: an idTag that is not the charger's own; short and rare, so it may cost a buffer. */
function setIdTag(shard: Shard, k: number, other: string | null): void {
  const { values, state } = shard;
  const slot = SlotIndex.idTag;
  if (other === null) {
    setText(values, slot, shard.idTags, state.owner[k]);
    return;
  }
  const bytes = Buffer.from(JSON.stringify(other).slice(1, -1), 'utf8');
  values.textBytes[slot] = bytes;
  values.textStarts[slot] = 0;
  values.textEnds[slot] = bytes.length;
}

function setValuesNow(shard: Shard, k: number): void {
  const { state } = shard;
  const { numbers } = shard.values;
  const c = state.owner[k];
  const momentNs = state.callDueNs[c];
  const flows = momentNs > state.transactionStartNs[k] && momentNs <= state.chargeEndNs[k];
  numbers[SlotIndex.transactionId] = state.transactionId[k];
  numbers[SlotIndex.timestamp] = printedSeconds(shard, c, chargerMs(shard, c, momentNs));
  const powerW = flows ? state.powerW[k] : 0;
  setSample(shard, k, energyWh(shard, k, momentNs), powerW, state.sampleIndex[k]);
}

/** The charging record of exchange 13. */
function setRecord(shard: Shard, k: number): void {
  const { state } = shard;
  const { numbers } = shard.values;
  const c = state.owner[k];
  const seconds = (ns: number) => printedSeconds(shard, c, chargerMs(shard, c, ns));
  const wh = energyWh(shard, k, state.chargeEndNs[k]);
  const { pricePerKwh } = fleetOf(shard, c).plan.electrics;
  numbers[SlotIndex.recordId] = state.recordId[c];
  numbers[SlotIndex.transactionId] = state.transactionId[k];
  numbers[SlotIndex.energyKwh] = Math.floor(wh / 10);
  numbers[SlotIndex.cost] = Math.floor((wh / 1000) * pricePerKwh * 100);
  numbers[SlotIndex.startTime] = seconds(state.transactionStartNs[k]);
  numbers[SlotIndex.endTime] = seconds(state.chargeEndNs[k]);
}
