import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHeard, hear, nextHeard } from '../../../src/engine/charger/heard.ts';

test('each once, in the order of the first time', () => {
  const heard = createHeard(3);
  for (const c of [2, 0, 2, 1, 0]) hear(heard, c);
  expect([0, 1, 2, 3].map(() => nextHeard(heard))).toEqual([2, 0, 1, -1]);
});

test('whatever is heard and taken: a queue without doubles', () => {
  const steps = fc.array(fc.oneof(fc.nat(4), fc.constant(-1)), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (all) => {
      const heard = createHeard(5);
      const model: number[] = [];
      for (const step of all) {
        if (step < 0) expect(nextHeard(heard)).toBe(model.shift() ?? -1);
        else {
          hear(heard, step);
          if (!model.includes(step)) model.push(step);
        }
      }
    }),
  );
});
