import { expect, test } from 'vitest';
import { life } from '../../src/scenario/life.ts';
import { collectScripts } from '../../src/scenario/scripts.ts';
import { goodFleet, goodScenario } from './fixture.ts';

test('scripts are numbered fleet by fleet, step by step', () => {
  const [a, b, c] = [async () => {}, async () => {}, async () => {}];
  const fleets = [
    goodFleet({
      life: life()
        .boot()
        .repeat(2, (l) => l.script(a))
        .script(b),
    }),
    goodFleet({ name: 'b' }),
    goodFleet({
      name: 'c',
      life: life()
        .boot()
        .forever((l) => l.script(c).idle('1s')),
    }),
  ];
  expect(collectScripts(goodScenario({ fleets }))).toEqual([a, b, c]);
});
