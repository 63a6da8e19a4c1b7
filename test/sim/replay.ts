/** `npx node test/sim/replay.ts SEED`: the log of a seed's run, and what is wrong with it. */
import { simulate } from './simulate.ts';
import { verifySeed } from './verify.ts';
import { worldOf } from './world.ts';

const seed = Number(process.argv[2]);
if (!Number.isInteger(seed)) throw new Error('usage: npx node test/sim/replay.ts SEED');
const world = worldOf(seed);
process.stdout.write((await simulate(world)).log);
const problems = await verifySeed(seed);
console.log(JSON.stringify({ ...world, problems }, null, 2));
process.exitCode = problems.length > 0 ? 1 : 0;
