import { expect, test } from 'vitest';
import { cutEnd, lastSeen } from '../../src/agent/ends.ts';
import type { Served } from '../../src/agent/tenure.ts';
import { exitCodeOf, servedText } from '../../src/agent/words.ts';
import { UserError } from '../../src/base/errors.ts';
import type { ShareEnd } from '../../src/share/up.ts';

const ended = (changes: Partial<ShareEnd>): Served => ({
  outcome: 'ended',
  end: { ...cutEnd(lastSeen(), null), leaseLost: false, stopped: false, ...changes },
});
const INVALID = { trust: 'INVALID', findings: [] } as const;

test.each<[Served, string, number | null]>([
  [ended({ ending: 'completed' }), 'ended as planned, VALID here', 0],
  [ended({ ending: 'completed', verdict: INVALID }), 'ended as planned, INVALID here', 120],
  [ended({ ending: 'interrupted' }), 'ended early, VALID here', 105],
  [
    ended({ ending: 'shardError', error: { message: 'boom', stack: '' } }),
    'ended: a worker failed: boom, VALID here',
    109,
  ],
  [ended({ leaseLost: true }), 'its lease was lost: its chargers are closed', 109],
  [{ outcome: 'refused', error: new UserError('no room', '', 122) }, 'given back', 122],
  [{ outcome: 'givenBack', why: 'stopped' }, 'given back: stopped', null],
  [{ outcome: 'over', why: 'abandoned' }, 'over: abandoned', null],
])('%j is told, and has its exit code', (served, text, exitCode) => {
  expect(servedText(served)).toBe(text);
  expect(exitCodeOf(served)).toBe(exitCode);
});
