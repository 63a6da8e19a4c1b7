import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SLOTS } from '../../../src/chargers/model.ts';
import {
  createSlotValues,
  packTexts,
  SLOT_KINDS,
  SlotIndex,
  SlotKind,
  setText,
} from '../../../src/engine/frame/values.ts';

test('every slot has an index and a kind', () => {
  for (const [index, slot] of SLOTS.entries()) expect(SlotIndex[slot]).toBe(index);
  expect(SLOT_KINDS).toHaveLength(SLOTS.length);
  const kinds = new Set<number>(Object.values(SlotKind));
  for (const kind of SLOT_KINDS) expect(kinds.has(kind)).toBe(true);
  expect(SLOT_KINDS[SlotIndex.idTag]).toBe(SlotKind.text);
});

test('packed texts read back as they were, each from its own range', () => {
  const texts = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', '"', '\\')));
  fc.assert(
    fc.property(texts, (all) => {
      const packed = packTexts(all.length, (i) => all[i]);
      expect(packed.offsets).toHaveLength(all.length + 1);
      expect(packed.offsets.at(-1)).toBe(packed.bytes.length);
      const values = createSlotValues();
      all.forEach((text, i) => {
        setText(values, SlotIndex.idTag, packed, i);
        const start = values.textStarts[SlotIndex.idTag];
        const range = values.textBytes[SlotIndex.idTag].subarray(
          start,
          values.textEnds[SlotIndex.idTag],
        );
        expect(JSON.parse(`"${Buffer.from(range).toString('utf8')}"`)).toBe(text);
      });
    }),
  );
});

test('setting one slot leaves the others', () => {
  const values = createSlotValues();
  setText(
    values,
    SlotIndex.idTag,
    packTexts(1, () => 'tag'),
    0,
  );
  expect(values.textEnds[SlotIndex.identity]).toBe(0);
  expect(values.textEnds[SlotIndex.idTag] - values.textStarts[SlotIndex.idTag]).toBe(3);
});
