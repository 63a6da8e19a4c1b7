/**
 * Records the blocks that the simulations draw from: `npx node test/compare/record.ts COUNT [SEED]`
 * runs the same target COUNT times and prints, a line a run, what its 30 s say. The two series of
 * `blocks.json` come from two of them at once (seeds from 401 and 501 on), at real-time priority
 * (`chrt -r 5`) beside much other work on 2 shared cores. Runs that kept no time are left out, as a
 * comparison would refuse them.
 */
import { DEFAULT_PRIMARY, parseMetric } from '../../src/compare/metrics.ts';
import { runPlan } from '../../src/fleet/run.ts';
import { compilePlan } from '../../src/plan/compile.ts';
import { validateScenario } from '../../src/scenario/validate.ts';
import { stageLatency } from '../../src/snapshot/snapshot.ts';
import { smallFleet, smallScenario } from './scenario.ts';

const [count = 1, firstSeed = 1] = process.argv.slice(2).map(Number);

const LATE_LIMIT_MS = 5;

const target = {
  embedded: { delay: { lognormal: { median: '20ms', sigma: 0.4 } }, errorRate: 0.002 },
} as const;

for (let seed = firstSeed; seed < firstSeed + count; seed++) {
  const scenario = smallScenario({ duration: '30s', seed, ...target }, smallFleet(300));
  const plan = compilePlan(validateScenario(scenario, 'record.ts'), {
    ...{ name: 'record.ts', file: null, seed },
  });
  const result = await runPlan(plan, {
    workers: 1,
    stop: new AbortController().signal,
    kill: new AbortController().signal,
    onStart() {},
    onProgress() {},
    onEvent() {},
  });
  const lateMs =
    stageLatency(result.snapshot, 'lateness', 'steady').getValueAtPercentile(99) / 1000;
  if (lateMs > LATE_LIMIT_MS) {
    console.error(`seed ${seed}: late sends p99 ${lateMs} ms: left out`);
    continue;
  }
  const figures = DEFAULT_PRIMARY.map((name) => {
    const { value } = parseMetric(name).figureOf(result.snapshot);
    return [name, Number(value.toPrecision(6))];
  });
  console.log(JSON.stringify(Object.fromEntries(figures)));
}
