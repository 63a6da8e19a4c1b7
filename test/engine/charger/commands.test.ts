import { expect, test } from 'vitest';
import type { Behaviour } from '../../sim/central.ts';
import { counterOf, countsOf } from '../../sim/read.ts';
import { simScenario } from '../../sim/scenario.ts';
import { simulate } from '../../sim/simulate.ts';

const COMMAND = '["key",{}]';
/** Sends `texts` when the first BootNotification arrives, and answers it 5 s later. */
const duringBoot = (texts: readonly string[]): Partial<Behaviour> => ({
  onCall(call, peer) {
    if (call.action !== 'BootNotification') return false;
    for (const text of texts) peer.send(text);
    const payload = { currentTime: '2026-01-05T08:00:00Z', interval: 60, status: 'Accepted' };
    peer.after(5000, () => peer.send(JSON.stringify([3, call.id, payload])));
    return true;
  },
});
const run = (texts: readonly string[]) =>
  simulate({ scenario: simScenario({ duration: '10s' }), behaviour: duringBoot(texts) });

test('a command is answered NotImplemented, beside an outstanding CALL', async () => {
  const result = await run([
    '[2,"20211110159454930","TriggerMessage",{"requestedMessage":"Heartbeat"}]',
    ' [ 2, "b\\u00e4" , "ResetÄ", {} ] ',
  ]);
  expect(result.central.commandAnswers.map((text) => JSON.parse(text))).toEqual([
    [4, '20211110159454930', 'NotImplemented', expect.any(String), {}],
    [4, 'bä', 'NotImplemented', expect.any(String), {}],
  ]);
  expect(counterOf(result, 'commands')).toBe(2);
  expect(counterOf(result, 'commandsUnsupported')).toBe(2);
  expect(result.notes.command).toContain('TriggerMessage');
  // Our own CALL is not touched: it is answered, and ids do not shift.
  expect(countsOf(result, 'BootNotification')).toMatchObject({ sent: 1, answered: 1 });
  expect(result.entries.some(({ text }) => text.startsWith('[2,"101","Status'))).toBe(true);
});

test('an id that equals our outstanding one is theirs all the same', async () => {
  const result = await run(['[2,"100","Reset",{}]']);
  expect(result.central.commandAnswers).toHaveLength(1);
  expect(countsOf(result, 'BootNotification')).toMatchObject({ sent: 1, answered: 1 });
});

test('an id of more than 36 characters is counted and not repeated', async () => {
  const long = 'x'.repeat(37);
  const result = await run([`[2,"${long}","Reset",{}]`, `[2,"${long.slice(1)}","Reset",{}]`]);
  expect(counterOf(result, 'commands')).toBe(2);
  expect(result.central.commandAnswers).toHaveLength(1);
});

test.each(['[2,"a","Reset"]', '[2,"a",{}]', '[2,7,"Reset",{}]', '[2]', `[2,"a",${COMMAND}`])(
  'malformed: %s is counted as unreadable and not answered',
  async (text) => {
    const result = await run([text]);
    expect(counterOf(result, 'unreadable')).toBe(1);
    expect(counterOf(result, 'commands')).toBe(0);
    expect(result.central.commandAnswers).toEqual([]);
    expect(counterOf(result, 'booted')).toBe(1);
  },
);
