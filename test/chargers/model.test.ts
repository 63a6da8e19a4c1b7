import { expect, test } from 'vitest';
import { DIALECTS, SLOTS } from '../../src/chargers/model.ts';

test('slots are named once, so that a name is an index', () => {
  expect(new Set(SLOTS).size).toBe(SLOTS.length);
  // Templates find their slots by this form.
  for (const slot of SLOTS) expect(slot).toMatch(/^[A-Za-z0-9]+$/);
});

test('the three voltages follow one another, as the meter counts on', () => {
  const first = SLOTS.indexOf('voltage1V');
  expect(SLOTS.slice(first, first + 3)).toEqual(['voltage1V', 'voltage2V', 'voltage3V']);
});

test("the charger's own dialect comes first: it is the default", () => {
  expect(DIALECTS).toEqual(['as-logged', 'standard']);
});
