/** One run of the product against a target with known delays, and what its witnesses saw of it. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/base/clock.ts';
import { runPlan } from '../../src/fleet/run.ts';
import { defineScenario, type EmbeddedOptions, life, ramp, tonly48A } from '../../src/index.ts';
import { compilePlan } from '../../src/plan/compile.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { type CallLog, logFrom } from './call-log.ts';
import { type CaptureCounts, startCapture } from './capture.ts';
import type { TargetOptions } from './target.ts';
import { readWire, type WireLog } from './wire-log.ts';

export interface TrialSpec {
  readonly target: TargetOptions['kind'];
  readonly embedded: EmbeddedOptions;
  readonly callsPerS: number;
  /** Each charger sends a Heartbeat so often; the rate decides how many there are. */
  readonly intervalMs: number;
  readonly rampS: number;
  readonly warmupS: number;
  readonly steadyS: number;
  readonly hasCapture: boolean;
}

export interface Trial {
  /** What ocpp-load counted. */
  readonly snapshot: Snapshot;
  readonly trust: string;
  /** CPU time of its process a second of the steady stage, 1 is one processor. */
  readonly cpuShare: number;
  /** The steady stage on the clock that the target's log is in. */
  readonly steadyNs: readonly [from: number, to: number];
  /** What the target saw. */
  readonly truth: CallLog;
  /** What was on the wire; null: not captured. */
  readonly wire: WireLog | null;
  readonly capture: CaptureCounts | null;
}

export const ACTION = 'Heartbeat';
const SEED = 1;

export async function runTrial(spec: TrialSpec): Promise<Trial> {
  const folder = mkdtempSync(join(tmpdir(), 'calibrate-'));
  try {
    return await runIn(folder, spec);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runIn(folder: string, spec: TrialSpec): Promise<Trial> {
  const [logFile, captureFile] = [join(folder, 'target.log'), join(folder, 'wire.pcap')];
  const target = await startTarget({ kind: spec.target, embedded: spec.embedded, logFile });
  try {
    const capture = spec.hasCapture ? await startCapture(target.port, captureFile) : null;
    const run = await runOurs(planOf(spec, target.port));
    const captured = (await capture?.stop()) ?? null;
    await target.stop();
    return {
      ...run,
      truth: logFrom(readFileSync(logFile)),
      wire: capture === null ? null : readWire(captureFile, target.port, ACTION),
      capture: captured,
    };
  } finally {
    await target.stop();
  }
}

async function startTarget(options: Omit<TargetOptions, 'seed'>) {
  const file = fileURLToPath(new URL('./target.ts', import.meta.url));
  const child = fork(file, [JSON.stringify({ ...options, seed: SEED })], { execArgv: [] });
  const exited = once(child, 'exit');
  const first = await Promise.race([once(child, 'message'), exited.then(() => null)]);
  if (first === null) throw new Error('the calibration target did not start');
  return {
    port: first[0] as number,
    async stop() {
      if (child.connected) child.send('stop', () => {});
      await exited;
    },
  };
}

function planOf({ callsPerS, intervalMs, rampS, warmupS, steadyS }: TrialSpec, port: number): Plan {
  const scenario = defineScenario({
    target: `ws://127.0.0.1:${port}`,
    duration: `${steadyS}s`,
    warmup: `${warmupS}s`,
    fleets: [
      {
        name: 'calibrate',
        chargers: Math.max(1, Math.round((callsPerS * intervalMs) / 1000)),
        model: tonly48A(),
        connect: ramp({ over: `${rampS}s` }),
        heartbeat: `${intervalMs}ms`,
        life: life().boot(),
      },
    ],
  });
  return compilePlan(scenario, { name: 'calibrate', file: null, seed: SEED });
}

async function runOurs(plan: Plan): Promise<Omit<Trial, 'truth' | 'wire' | 'capture'>> {
  const clock = systemClock();
  // Each look is a moment after the clock was read for it: the earliest guess is the best.
  let startNs = Number.POSITIVE_INFINITY;
  const { snapshot, verdict, generator, steadyS, error } = await runPlan(plan, {
    workers: 1,
    onStart() {},
    onProgress({ elapsedS }) {
      if (elapsedS > 0) startNs = Math.min(startNs, clock.nowNs() - elapsedS * 1e9);
    },
    onEvent: ({ text }) => process.stderr.write(`  ${text}\n`),
    stop: new AbortController().signal,
    kill: new AbortController().signal,
  });
  if (error !== null) throw error;
  const fromNs = startNs + plan.stages.rampNs + plan.stages.warmupNs;
  return {
    snapshot,
    trust: verdict.trust,
    cpuShare: generator.steadyCpuUs / 1e6 / steadyS,
    steadyNs: [fromNs, fromNs + plan.stages.steadyNs],
  };
}
