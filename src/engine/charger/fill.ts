/** The values of the slots of a CALL: what the charger knows at the moment that it is about. */
import { TemplateIndex } from '../../plan/plan.ts';
import { SlotIndex, setText } from '../frame/values.ts';
import { energyWh, setSample } from './meter.ts';
import { fleetOf, type Shard } from './shard.ts';
import { Source } from './state.ts';

/** A TONLY has one connector (`ConnectNumber` in exchange 5). */
const CONNECTOR = 1;

/** The CALL is about the moment it was due (`callDueNs`), a sample about the one it was taken. */
export function fillValues(shard: Shard, c: number, template: number): void {
  const { state, values } = shard;
  const { numbers } = values;
  numbers[SlotIndex.id] = state.nextId[c];
  numbers[SlotIndex.connector] = CONNECTOR;
  switch (template) {
    case TemplateIndex.boot:
      setText(values, SlotIndex.identity, shard.identities, c);
      break;
    case TemplateIndex.authorize:
      setText(values, SlotIndex.idTag, shard.idTags, c);
      break;
    case TemplateIndex.start:
      setText(values, SlotIndex.idTag, shard.idTags, c);
      // TONLY's register counts one session, from 0 (exchange 9).
      numbers[SlotIndex.meterStartWh] = 0;
      numbers[SlotIndex.timestamp] = localSeconds(shard, c, state.callDueNs[c]);
      break;
    case TemplateIndex.meterValues:
      setMeterValues(shard, c);
      break;
    case TemplateIndex.stop:
      numbers[SlotIndex.transactionId] = state.transactionId[c];
      numbers[SlotIndex.timestamp] = localSeconds(shard, c, state.callDueNs[c]);
      numbers[SlotIndex.meterStopWh] = Math.floor(energyWh(shard, c, state.callDueNs[c]));
      break;
    case TemplateIndex.record:
      setRecord(shard, c);
      break;
  }
}

function setMeterValues(shard: Shard, c: number): void {
  const { state } = shard;
  const { numbers } = shard.values;
  const everyNs = fleetOf(shard, c).plan.meterIntervalNs;
  const isSample = state.callSource[c] === Source.meter;
  const takenNs = isSample
    ? state.transactionStartNs[c] + state.sampleIndex[c] * everyNs
    : state.callDueNs[c];
  numbers[SlotIndex.transactionId] = state.transactionId[c];
  numbers[SlotIndex.timestamp] = localSeconds(shard, c, takenNs);
  setSample(shard, c, takenNs);
}

/** The charging record of exchange 13. */
function setRecord(shard: Shard, c: number): void {
  const { state } = shard;
  const { numbers } = shard.values;
  const wh = energyWh(shard, c, state.chargeEndNs[c]);
  const { pricePerKwh } = fleetOf(shard, c).plan.electrics;
  numbers[SlotIndex.recordId] = state.recordId[c];
  numbers[SlotIndex.transactionId] = state.transactionId[c];
  numbers[SlotIndex.energyKwh] = Math.floor(wh / 10);
  numbers[SlotIndex.cost] = Math.floor((wh / 1000) * pricePerKwh * 100);
  numbers[SlotIndex.startTime] = localSeconds(shard, c, state.transactionStartNs[c]);
  numbers[SlotIndex.endTime] = localSeconds(shard, c, state.chargeEndNs[c]);
}

/** Whole seconds since 1970 as the charger's clock shows them: shifted into its zone. */
function localSeconds(shard: Shard, c: number, momentNs: number): number {
  const wallMs = shard.wallStartMs + (momentNs - shard.startNs) / 1e6;
  return Math.floor(wallMs / 1000) + fleetOf(shard, c).plan.clock.utcOffsetMin * 60;
}
