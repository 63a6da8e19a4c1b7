import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SLOTS } from '../../src/chargers/model.ts';
import { tonly48A } from '../../src/chargers/tonly48a.ts';
import { ActionIndexOf } from '../../src/ocpp/actions.ts';
import { type FrameTemplate, TemplateIndex } from '../../src/plan/plan.ts';
import {
  lifeTemplates,
  meterValueText,
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
    const names = Object.keys(TemplateIndex).slice(0, TemplateIndex.firstStatus);
    expect(templates.map(({ name }) => name)).toEqual(names);
    for (const name of ['boot', 'heartbeat', 'authorize', 'start', 'stop', 'record'] as const) {
      expect(printTemplate(templates[TemplateIndex[name]])).toBe(dialect.frames[name]);
    }
    expect(templates[TemplateIndex.record].action).toBe(ActionIndexOf.DataTransfer);
  },
);

test.each([
  ['meterValues', 'Sample.Periodic', true],
  ['clockValues', 'Sample.Clock', true],
  ['triggeredValues', 'Trigger', true],
  ['idleClockValues', 'Sample.Clock', false],
  ['idleTriggeredValues', 'Trigger', false],
] as const)('%s are taken in context %s', (name, context, ofTransaction) => {
  const template = lifeTemplates(dialects.standard)[TemplateIndex[name]];
  const text = printTemplate(template, () => '1');
  const [, , action, { transactionId, meterValue }] = JSON.parse(text);
  expect(action).toBe('MeterValues');
  expect(transactionId).toBe(ofTransaction ? 1 : undefined);
  const contexts = meterValue[0].sampledValue.map((value: { context: string }) => value.context);
  expect(new Set(contexts)).toEqual(new Set([context]));
  expect(contexts).toHaveLength(8);
});

describe('a model without a charging record, or with two ways to start', () => {
  const { record: _, ...frames } = dialects.standard.frames;
  const without = lifeTemplates({ ...dialects.standard, frames });

  test('has an empty record, so that all others keep their places', () => {
    expect(without[TemplateIndex.record]).toMatchObject({ texts: [''], slots: [] });
    expect(without).toHaveLength(TemplateIndex.firstStatus);
  });

  test('starts a reserved transaction like any other, unless it has a text for it', () => {
    const startOf = (templates: FrameTemplate[]) =>
      printTemplate(templates[TemplateIndex.startReserved]);
    expect(startOf(without)).toBe(frames.start);
    const startReserved = '[2,"<id>","StartTransaction",{"reservationId":<reservationId>}]';
    const dialect = { ...dialects.standard, frames: { ...frames, startReserved } };
    expect(startOf(lifeTemplates(dialect))).toBe(startReserved);
  });
});

test('an element of meterValue takes any context', () => {
  const text = meterValueText(dialects.standard, 'Transaction.End');
  expect(text.match(/"context":"Transaction.End"/g)).toHaveLength(8);
  expect(text).not.toContain('<context>');
});

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
