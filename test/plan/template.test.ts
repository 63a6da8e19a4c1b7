import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SLOTS } from '../../src/chargers/model.ts';
import { tonly48A } from '../../src/chargers/tonly48a.ts';
import { ActionIndexOf } from '../../src/ocpp/actions.ts';
import { TemplateIndex } from '../../src/plan/plan.ts';
import {
  lifeTemplates,
  parseTemplate,
  printTemplate,
  statusTemplate,
} from '../../src/plan/template.ts';
import { mistakeOf } from '../scenario/fixture.ts';

const { dialects } = tonly48A();

test.each(Object.values(dialects))(
  'every frame is at its index and prints as it was',
  (dialect) => {
    const templates = lifeTemplates(dialect);
    expect(templates).toHaveLength(TemplateIndex.firstStatus);
    for (const [name, index] of Object.entries(TemplateIndex)) {
      if (name === 'firstStatus') continue;
      expect(templates[index].name).toBe(name);
      expect(printTemplate(templates[index])).toBe(dialect.frames[name as 'boot']);
    }
    expect(templates[TemplateIndex.record].action).toBe(ActionIndexOf.DataTransfer);
  },
);

test('a status is filled in, all but what changes from charger to charger', () => {
  const template = statusTemplate(dialects['as-logged'], 'Faulted', 'ReaderFailure');
  expect(template.name).toBe('Faulted/ReaderFailure');
  expect(template.slots).toEqual(['id', 'connector']);
  expect(printTemplate(template)).toBe(
    '[2,"<id>","StatusNotification",{"connectorId":<connector>,"errorCode":"ReaderFailure",' +
      '"status":"Faulted"}]',
  );
  expect(statusTemplate(dialects.standard, 'Charging', 'NoError').name).toBe('Charging');
});

test('an unknown slot is a mistake', () => {
  expect(mistakeOf(() => parseTemplate('x', 'Heartbeat', '<idd>'))).toContain(
    '<idd> is not a slot',
  );
});

test('parsing and printing are inverse, whatever stands around the slots', () => {
  const text = fc.string().map((raw) => raw.replaceAll('<', ''));
  const parts = fc.array(fc.tuple(fc.constantFrom(...SLOTS), text));
  fc.assert(
    fc.property(text, parts, (first, rest) => {
      const source = first + rest.map(([slot, after]) => `<${slot}>${after}`).join('');
      const template = parseTemplate('x', 'Heartbeat', source);
      expect(template.slots).toEqual(rest.map(([slot]) => slot));
      expect(template.texts).toHaveLength(rest.length + 1);
      expect(printTemplate(template)).toBe(source);
      expect(printTemplate(template, () => '')).toBe(template.texts.join(''));
    }),
  );
});
