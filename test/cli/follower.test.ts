import { expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { type Follower, together } from '../../src/cli/follower.ts';
import type { RunEvent } from '../../src/fleet/result.ts';

const EVENT: RunEvent = { atS: 1, text: 'something' };

test('each is told in turn, of what it wants to know', async () => {
  const told: string[] = [];
  const tell = (text: string) => void told.push(text);
  const first: Follower = {
    event: ({ text }) => tell(`first: ${text}`),
    end: async () => tell('first: end'),
    errors: () => [new UserError('not delivered')],
  };
  const second: Follower = {
    event: ({ text }) => tell(`second: ${text}`),
    close: () => tell('closed'),
  };
  const both = together([first, {}, second]);
  both.start({} as never, {} as never);
  both.progress({} as never);
  both.event(EVENT);
  both.interval({} as never);
  both.control({} as never);
  await both.end({} as never, {} as never);
  both.abandon();
  both.close();
  expect(told).toEqual(['first: something', 'second: something', 'first: end', 'closed']);
  expect(both.errors().map(({ message }) => message)).toEqual(['not delivered']);
});
