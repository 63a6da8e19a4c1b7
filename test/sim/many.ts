/** `npm run sim [-- COUNT [FIRST]]`: many seeds; a failing one is told with its replay command. */
import { replayCommand, verifySeed } from './verify.ts';

const [count = 10_000, first = 1] = process.argv.slice(2).map(Number);
if (!Number.isInteger(count) || !Number.isInteger(first)) {
  throw new Error('usage: npm run sim -- [COUNT [FIRST]]');
}

const PROGRESS_EVERY = 1000;

async function problemsOf(seed: number): Promise<string[]> {
  try {
    return await verifySeed(seed);
  } catch (error) {
    return [String(error)];
  }
}

let failed = 0;
for (let seed = first; seed < first + count; seed++) {
  const problems = await problemsOf(seed);
  if (problems.length > 0) {
    failed++;
    console.log(`seed ${seed}: ${problems.length} problems, first: ${problems[0]}`);
    console.log(`  ${replayCommand(seed)}`);
  }
  const done = seed - first + 1;
  if (done % PROGRESS_EVERY === 0) console.log(`${done} seeds, ${failed} failed`);
}
console.log(`${count} seeds from ${first} on: ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
