/** Frame writers for every template of the model, and slots filled from what a message says. */
import { DIALECTS, type Dialect, SLOTS, type Slot } from '../../../src/chargers/model.ts';
import { tonly48A } from '../../../src/chargers/tonly48a.ts';
import type { MaskKey } from '../../../src/engine/frame/mask.ts';
import { createTemplateWriter, type TemplateWriter } from '../../../src/engine/frame/template.ts';
import {
  createSlotValues,
  packTexts,
  SlotIndex,
  type SlotValues,
  setText,
} from '../../../src/engine/frame/values.ts';
import { CHARGE_POINT_ERROR_CODES, CHARGE_POINT_STATUSES } from '../../../src/ocpp/vocabulary.ts';
import type { FrameTemplate } from '../../../src/plan/plan.ts';
import { lifeTemplates, statusTemplate } from '../../../src/plan/template.ts';
import { CLOCKS, type Saying } from './messages.ts';

/** Every template that a life of the model can use: its frames, all states, all error codes. */
export function allTemplates(dialect: Dialect, model = tonly48A()): FrameTemplate[] {
  const frames = model.dialects[dialect];
  return [
    ...lifeTemplates(frames),
    ...CHARGE_POINT_STATUSES.map((status) => statusTemplate(frames, status, 'NoError')),
    ...CHARGE_POINT_ERROR_CODES.slice(1).map((code) => statusTemplate(frames, 'Faulted', code)),
  ];
}

export interface NamedWriter {
  readonly dialect: Dialect;
  readonly name: string;
  readonly writer: TemplateWriter;
}

export function allWriters(key: MaskKey): NamedWriter[] {
  return DIALECTS.flatMap((dialect) =>
    allTemplates(dialect).map((template) => ({
      dialect,
      name: template.name,
      writer: createTemplateWriter(template, CLOCKS[dialect], key),
    })),
  );
}

const TEXTS: readonly Slot[] = ['identity', 'idTag'];

/** The slot values that print as `say`: decimals become whole tenths or hundredths. */
export function valuesOf(say: Saying, values: SlotValues = createSlotValues()): SlotValues {
  for (const slot of SLOTS) {
    const value = say[slot];
    if (TEXTS.includes(slot)) {
      // Between two neighbours, so that a range that is not kept to shows.
      const texts = packTexts(3, (i) => (i === 1 ? String(value) : 'neighbour'));
      setText(values, SlotIndex[slot], texts, 1);
    } else {
      values.numbers[SlotIndex[slot]] = Number(String(value).replace('.', ''));
    }
  }
  return values;
}
