import { expect, test } from 'vitest';
import { checkMemory } from '../../../src/doctor/checks/memory.ts';
import { machine, need } from '../fixture.ts';

const GROUP = 500e6;
const check = (
  memoryBytes: number,
  availableBytes: number | null = 22e9,
  groupMemoryBytes: number | null = null,
) => checkMemory(machine({ availableBytes, groupMemoryBytes }), need({ memoryBytes }));

test.each([
  [700e6, 'ok', '~700 MB of 22 GB free'],
  [17.6e9, 'ok', '~18 GB of 22 GB free'],
  [18e9, 'warning', '~18 GB of 22 GB free'],
  [23e9, 'problem', '~23 GB of 22 GB free'],
])('%d bytes: %s', (bytes, level, text) => {
  expect(check(bytes)).toMatchObject({ level, text });
});

test('the fix is as many chargers as fit', () => {
  const { fix } = check(44e9);
  expect(fix).toBe('--chargers 2000');
  expect(check(1e9, 1e3).fix).toBe('end other programs: ps aux --sort=-rss | head');
});

test('what is left in the control group may be less than what is free', () => {
  expect(check(700e6, 22e9, GROUP)).toMatchObject({
    level: 'problem',
    text: '~700 MB of 500 MB left in the control group',
  });
  expect(check(300e6, null, GROUP).level).toBe('ok');
});

test('without a need it tells what is free; where nothing is told it is unknown', () => {
  expect(checkMemory(machine(), null)).toMatchObject({ level: 'ok', text: '22 GB free' });
  expect(check(1e9, null).level).toBe('unknown');
});
