import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createTemplateWriter,
  keepFrame,
  writeTemplate,
} from '../../../src/engine/frame/template.ts';
import { createSlotValues } from '../../../src/engine/frame/values.ts';
import { parseTemplate } from '../../../src/plan/template.ts';
import { decodeFrames, decodeText } from './decode.ts';
import { messageText, type Saying } from './messages.ts';
import { anyTag, sayings } from './sayings.ts';
import { allWriters, valuesOf } from './writers.ts';

const anyKey = fc.integer({ min: 1, max: 255 });
const manySayings = fc.array(sayings(anyTag), { minLength: 1, maxLength: 8 });

describe('every frame of the model, in both dialects', () => {
  // One writer for all runs of a template: its layouts have met other widths before.
  test.each(allWriters(0xa5))('$dialect $name', ({ dialect, name, writer }) => {
    const values = createSlotValues();
    fc.assert(
      fc.property(manySayings, (says) => {
        for (const say of says) {
          const text = decodeText(writeTemplate(writer, valuesOf(say, values)));
          expect(text).toBe(messageText(dialect, name, say));
        }
      }),
      { numRuns: 60 },
    );
  });
});

test('the frame is masked with the key given, whatever it is', () => {
  fc.assert(
    fc.property(anyKey, sayings(anyTag), (key, say) => {
      for (const { dialect, name, writer } of allWriters(key)) {
        const frame = writeTemplate(writer, valuesOf(say));
        expect(decodeFrames(frame)[0].key).toEqual([key, key, key, key]);
        expect(decodeText(frame)).toBe(messageText(dialect, name, say));
      }
    }),
    { numRuns: 40 },
  );
});

test('any text around the slots, also beyond ASCII and beyond 64 kB', () => {
  const words = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('x'.repeat(70_000)));
  const texts = fc.tuple(words, words, words).map((all) => all.map((t) => t.replaceAll('<', '')));
  fc.assert(
    fc.property(texts, fc.nat(99_999), ([first, second, third], id) => {
      const template = parseTemplate('x', 'Heartbeat', `${first}<id>${second}<id>${third}`);
      const writer = createTemplateWriter(template, { utcOffsetMin: 0, zone: '', skewMs: 0 }, 7);
      const values = createSlotValues();
      values.numbers[0] = id;
      expect(decodeText(writeTemplate(writer, values))).toBe(`${first}${id}${second}${id}${third}`);
    }),
    { numRuns: 40 },
  );
});

describe('memory', () => {
  const say = fc.sample(sayings(anyTag), { seed: 1, numRuns: 1 })[0];
  const meterValues = () => allWriters(0x3c).filter(({ name }) => name === 'meterValues')[0].writer;
  const changed = (id: number): Saying => ({ ...say, id, voltage1V: '229.9' });

  test('frames of the same widths share it', () => {
    const writer = meterValues();
    const first = writeTemplate(writer, valuesOf(changed(500)));
    const second = writeTemplate(writer, valuesOf(changed(501)));
    expect(second.buffer).toBe(first.buffer);
    expect(decodeText(second)).toContain('[2,"501"');
  });

  test('a frame that was kept is never changed again', () => {
    const kept = fc.array(fc.tuple(sayings(anyTag), fc.boolean()), { maxLength: 30 });
    fc.assert(
      fc.property(kept, (steps) => {
        const writer = meterValues();
        const values = createSlotValues();
        const handedOut: { frame: Buffer; text: string }[] = [];
        for (const [each, keep] of steps) {
          const text = messageText('as-logged', 'meterValues', each);
          const frame = writeTemplate(writer, valuesOf(each, values));
          expect(decodeText(frame)).toBe(text);
          if (!keep) continue;
          keepFrame(writer);
          handedOut.push({ frame, text });
        }
        for (const { frame, text } of handedOut) expect(decodeText(frame)).toBe(text);
      }),
      { numRuns: 60 },
    );
  });

  test('kept one after the other, of one and the same layout', () => {
    const writer = meterValues();
    const frames = Array.from({ length: 100 }, (_, i) => {
      const frame = writeTemplate(writer, valuesOf(changed(100 + i)));
      keepFrame(writer);
      return frame;
    });
    for (const [i, frame] of frames.entries()) {
      expect(decodeText(frame)).toContain(`[2,"${100 + i}"`);
    }
  });

  test('keeping before anything was written is harmless', () => {
    const writer = meterValues();
    keepFrame(writer);
    expect(decodeText(writeTemplate(writer, valuesOf(say)))).toContain('MeterValues');
  });

  test('more combinations of widths than are kept: each is still right', () => {
    const writer = meterValues();
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 10; i++) {
        for (let k = 0; k < 10; k++) {
          const each = { ...say, id: 10 ** i - 1 || 5, transactionId: -(10 ** k) };
          if (each.id > 2 ** 32) continue;
          const text = decodeText(writeTemplate(writer, valuesOf(each)));
          expect(text).toBe(messageText('as-logged', 'meterValues', each));
        }
      }
    }
  });
});
