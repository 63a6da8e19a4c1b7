import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readShape } from '../../../src/csms/check.ts';
import { type FoundCall, scanCall } from '../../../src/csms/light/call.ts';
import { ACTIONS } from '../../../src/ocpp/actions.ts';
import { FULL_PAYLOADS } from '../payloads.ts';

/** What the scanner says, behind `before` bytes; null: in doubt. */
function scan(text: string, before = 0) {
  const bytes = Buffer.concat([Buffer.alloc(before, 0x22), Buffer.from(text), Buffer.from('}]')]);
  const found: FoundCall = { action: -1, idStart: 0, idEnd: 0 };
  if (!scanCall(bytes, before, bytes.length - 2, found)) return null;
  const id = bytes.toString('latin1', found.idStart, found.idEnd);
  return { id, action: ACTIONS[found.action] };
}

test.each(ACTIONS)('an ordinary %s is not in doubt, with any white space', (action) => {
  const call = [2, '117', action, FULL_PAYLOADS[action]];
  for (const space of ['', ' ', '\n']) {
    expect(scan(JSON.stringify(call, null, space), 3)).toEqual({ id: '117', action });
  }
});

test.each([
  ['[2,"1","Heartbeat",{}'],
  ['[2,"1","Heartbeat",{}]]'],
  ['[2,"1","Heartbeat",{}],'],
  ['[2,"1","Heartbeat",{},1]'],
  ['[2,"1","Heartbeat"]'],
  ['[2,"1","Heartbeat",[]]'],
  ['[2,"1","heartbeat",{}]'],
  ['[2,"1","Heartbeats",{}]'],
  ['[2,"","Heartbeat",{}]'],
  [`[2,"${'i'.repeat(37)}","Heartbeat",{}]`],
  ['[2,"\\u0031","Heartbeat",{}]'],
  ['[2,"ü","Heartbeat",{}]'],
  ['[20,"1","Heartbeat",{}]'],
  ['[2.0,"1","Heartbeat",{}]'],
  ['[3,"1",{}]'],
  ['[2,1,"Heartbeat",{}]'],
  ['[2,"1""Heartbeat",{}]'],
  ['[2,"1","Heartbeat",{"a":01}]'],
  ['{}'],
  [''],
  ['['],
])('%s is in doubt', (text) => {
  expect(scan(text)).toBeNull();
});

const id = fc.oneof(fc.string({ maxLength: 40 }), fc.stringMatching(/^[A-Za-z0-9-]{1,36}$/));
const action = fc.oneof(fc.constantFrom(...ACTIONS), fc.string({ maxLength: 20 }));
const call = fc
  .tuple(fc.oneof(fc.constant(2), fc.jsonValue()), id, action, fc.jsonValue(), fc.nat(2))
  .map(([type, messageId, name, payload, spaces]) =>
    JSON.stringify([type, messageId, name, { payload }], null, spaces),
  );
/** A call with one character replaced, removed or doubled. */
const damaged = fc.tuple(call, fc.nat(), fc.constantFrom('', '"', '\\', ']', '{', ',', '0', '\n'));

/** What is not in doubt, a full parse reads as the same CALL. */
function agrees(text: string): void {
  const found = scan(text);
  if (found !== null) expect(readShape(text)).toMatchObject({ kind: 'call', ...found });
}

test('never says what a full parse does not say', () => {
  fc.assert(fc.property(call, agrees), { numRuns: 500 });
  fc.assert(
    fc.property(damaged, ([text, where, by]) => {
      const at = where % text.length;
      agrees(text.slice(0, at) + by + text.slice(at + 1));
    }),
    { numRuns: 2000 },
  );
});
