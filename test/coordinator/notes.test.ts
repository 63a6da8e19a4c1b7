import { expect, test } from 'vitest';
import { decodeNote, encodeNote, type Note } from '../../src/coordinator/notes.ts';

const NOTES: readonly Note[] = [
  { note: 'here', session: 'abc' },
  { note: 'begin', atMs: 1.5, holders: [{ share: 0, epoch: 1, agent: 'a' }] },
  { note: 'holder', holder: { share: 0, epoch: 2, agent: 'b' } },
  { note: 'lost', share: 0, epoch: 1, why: 'not heard of for 30s' },
  { note: 'close', index: 3 },
  { note: 'drain', atS: 2.5 },
  { note: 'event', session: 'abc', event: { atS: 1, text: 'agent b is silent' } },
];

test.each(NOTES)('%j comes back', (note) => {
  expect(decodeNote(encodeNote(note))).toEqual(note);
});

test.each([
  '',
  'null',
  '[]',
  '{"note":"other"}',
  '{"note":"close","index":-1}',
  '{"note":"holder","holder":{"share":0,"epoch":1,"agent":"a.b"}}',
])('%s is no note', (text) => {
  expect(decodeNote(Buffer.from(text))).toBeNull();
});
