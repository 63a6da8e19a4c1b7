import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withUsl } from '../../src/capacity/drive.ts';
import {
  capacityJson,
  parseCapacityResult,
  readCapacityResult,
} from '../../src/capacity/result.ts';
import { play, upTo } from './probes.ts';

const result = withUsl((await play(upTo(1000))).result);
const text = capacityJson(result);
const messageOf = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing is wrong';
};

test('what is written is read again, Infinity included', () => {
  const file = join(tmpdir(), `ocpp-load-capacity-${process.pid}.json`);
  writeFileSync(file, text);
  expect(readCapacityResult(file)).toEqual(result);
  const endless = { ...result, usl: result.usl && { ...result.usl } };
  const usl = endless.usl;
  if (usl === null) throw new Error('the made-up search has a fit');
  const peak = [1000, Number.POSITIVE_INFINITY] as const;
  const wide = { ...endless, usl: { ...usl, intervals: { ...usl.intervals, peak } } };
  expect(parseCapacityResult(capacityJson(wide), 'a.json')).toEqual(wide);
});

test('says what is wrong with a file', () => {
  const of = (value: unknown) => messageOf(() => parseCapacityResult(String(value), 'a.json'));
  const changed = (changes: object) => of(JSON.stringify({ ...result, ...changes }));
  expect(messageOf(() => readCapacityResult('/no/such.json'))).toBe(
    '/no/such.json cannot be read (ENOENT)',
  );
  expect(of('{')).toBe('a.json is no JSON');
  expect(of('[]')).toBe('a.json is no result of a capacity search');
  expect(changed({ kind: 'ocpp-load forecast' })).toMatch('is no result of a capacity search');
  expect(changed({ version: 2 })).toBe('a.json has version 2');
  expect(changed({ end: 'maybe' })).toMatch('is damaged: end is not one of limit');
  expect(changed({ probes: [{ ...result.probes[0], load: 0.5 }] })).toMatch(
    'a.json is damaged: probes[0].load is not a whole number',
  );
  expect(changed({ question: null })).toMatch('question is not an object');
});

test('no text makes it throw anything but a mistake of the user', () => {
  const damaged = fc.tuple(fc.nat(text.length), fc.nat(40), fc.string({ maxLength: 5 }));
  fc.assert(
    fc.property(damaged, ([at, cut, put]) => {
      const other = text.slice(0, at) + put + text.slice(at + cut);
      const said = messageOf(() => parseCapacityResult(other, 'a.json'));
      expect(said).toMatch(/^a\.json |^nothing is wrong$/);
    }),
  );
});
