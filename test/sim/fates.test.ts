import { expect, test } from 'vitest';
import { replayCommand, verifySeed } from './verify.ts';

/** Seeds, 10 in a test: small fleets, short runs, every kind of fault. More: `npm run sim`. */
const SEEDS = Number(process.env['SIM_SEEDS'] ?? 100);
const blocks = Array.from({ length: SEEDS / 10 }, (_, block) => block * 10 + 1);

test.each(blocks)('seeds from %i on', { timeout: 30_000 }, async (first) => {
  for (let seed = first; seed < first + 10; seed++) {
    const problems = await verifySeed(seed);
    expect(problems, `replay: ${replayCommand(seed)}`).toEqual([]);
  }
});
