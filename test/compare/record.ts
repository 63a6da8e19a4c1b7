/**
 * Records the blocks that the simulations draw from: `npx node test/compare/record.ts COUNT [SEED]`
 * runs the same target COUNT times and prints, a line a run, what its 30 s say. What is committed
 * in `blocks.json` is the output of two of them at once on a shared machine of 2 cores.
 */
import type { Histogram } from 'hdr-histogram-js';
import { informationMetrics } from '../../src/compare/metrics.ts';
import { runPlan } from '../../src/fleet/run.ts';
import { compilePlan } from '../../src/plan/compile.ts';
import { validateScenario } from '../../src/scenario/validate.ts';
import { runLatency, stageLatency } from '../../src/snapshot/snapshot.ts';
import { smallFleet, smallScenario } from './scenario.ts';

const [count = 1, firstSeed = 1] = process.argv.slice(2).map(Number);

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
  const figures = informationMetrics(result.snapshot).map((metric) => {
    const { value, samples } = metric.figureOf(result.snapshot);
    return [metric.name, { value: Number(value.toPrecision(6)), samples }];
  });
  const p99Ms = (histogram: Histogram) => histogram.getValueAtPercentile(99) / 1000;
  const generator = {
    latenessP99Ms: p99Ms(stageLatency(result.snapshot, 'lateness', 'steady')),
    loopDelayP99Ms: p99Ms(runLatency(result.snapshot, 'loopDelay')),
  };
  console.log(JSON.stringify({ seed, generator, figures: Object.fromEntries(figures) }));
}
