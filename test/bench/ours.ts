/** Our engine, as the bench sees it. */
import { createTemplateWriter, writeTemplate } from '../../src/engine/frame/template.ts';
import { createSlotValues, SlotIndex } from '../../src/engine/frame/values.ts';
import { defineScenario, life, tonly48A } from '../../src/index.ts';
import { compilePlan } from '../../src/plan/compile.ts';
import { TemplateIndex } from '../../src/plan/plan.ts';
import { runClient } from './processes.ts';
import type { Measured, Workload } from './workload.ts';

export interface Ours {
  /** Runs a child process that plays the workload with our chargers, everything on. */
  run(workload: Workload): Promise<Measured>;
  /**
   * Builds the i-th MeterValues frame, all slots with values that change with `i`, as the engine
   * does before a write; returns the frame's length in bytes.
   */
  meterFrame(i: number): number;
}

function meterWriter() {
  const scenario = defineScenario({
    target: 'embedded',
    duration: '1s',
    fleets: [{ name: 'bench', chargers: 1, model: tonly48A(), life: life().boot() }],
  });
  const [fleet] = compilePlan(scenario, { name: 'bench', file: null, seed: 1 }).fleets;
  const template = fleet.templates[TemplateIndex.meterValues];
  return createTemplateWriter(template, fleet.clock, 0x5a);
}

const writer = meterWriter();
const values = createSlotValues();

function meterFrame(i: number): number {
  const { numbers } = values;
  numbers[SlotIndex.connector] = 1;
  numbers[SlotIndex.id] = 100 + i;
  numbers[SlotIndex.transactionId] = 700 + i;
  numbers[SlotIndex.timestamp] = 1_636_474_835 + (i % 60);
  numbers[SlotIndex.energyKwh] = i;
  numbers[SlotIndex.currentA] = 3000 + (i % 200);
  numbers[SlotIndex.voltage1V] = 2280 + (i % 50);
  numbers[SlotIndex.voltage2V] = 2281 + (i % 50);
  numbers[SlotIndex.voltage3V] = 2282 + (i % 50);
  numbers[SlotIndex.temperatureC] = 25 + (i % 20);
  return writeTemplate(writer, values).length;
}

export const ours: Ours | null = {
  run: (workload) => runClient('./ours-client.ts', workload),
  meterFrame,
};
