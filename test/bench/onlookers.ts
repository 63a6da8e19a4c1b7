/**
 * All that looks at a run at once: its result file, a scraper of /metrics and a tab of the live
 * page; the two are in a process of their own, which is not measured.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { assert } from '../../src/base/assert.ts';
import type { Progress } from '../../src/fleet/result.ts';
import { livePage } from '../../src/html/page.ts';
import { runFacts } from '../../src/html/recorded.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { openOutputs } from '../../src/prometheus/outputs.ts';
import { resultHeader } from '../../src/report/result-file.ts';
import type { Interval } from '../../src/series/interval.ts';
import { serveUi } from '../../src/ui/serve.ts';
import { benchRecording } from './recording.ts';

export interface Onlookers {
  readonly begin: () => void;
  readonly interval: (interval: Interval) => void;
  readonly progress: (progress: Progress) => void;
  /** All that was seen is then paid for. */
  readonly end: () => void;
}

const ANYWHERE = { host: '127.0.0.1', port: 0 };

/** Resolves when the scraper has its first figures and the tab its first view. */
export async function benchOnlookers(plan: Plan, targetUrl: string): Promise<Onlookers> {
  const recording = benchRecording(plan, targetUrl);
  const info = { targetUrl, workers: 1, processes: 1, descriptorsNeeded: 0, descriptorLimit: 0 };
  const start = { ...info, memoryEstimateBytes: 0, startedAt: new Date() };
  const header = resultHeader(plan, start, '0');
  let metricsUrl = '';
  const settings = { listen: ANYWHERE, boundsS: undefined, pushGateway: null, remoteWrite: null };
  const outputs = await openOutputs(settings, (text) => {
    metricsUrl = /http:\S+/.exec(text)?.[0] ?? '';
  });
  const ui = await serveUi({ address: ANYWHERE, page: livePage(), token: null });
  outputs.start(header, plan);
  ui.start(runFacts(header));
  const child = fork(fileURLToPath(new URL('./onlooker.ts', import.meta.url)), [
    metricsUrl,
    ui.url,
  ]);
  await firstMessage(child);
  return {
    begin: recording.begin,
    interval(interval) {
      recording.add(interval);
      outputs.interval(interval);
      ui.interval(interval);
    },
    progress(progress) {
      outputs.progress(progress);
      ui.judged({ trouble: progress.generator, verdict: progress.verdict });
    },
    end() {
      recording.end();
      assert(child.exitCode === null, 'the onlooker ended before the run');
      child.kill();
    },
  };
}

const firstMessage = (child: ChildProcess) =>
  new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`the onlooker ended with ${code}`)));
  });
