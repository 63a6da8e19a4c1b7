/** A result file as `--out` writes it, into a folder that is gone when the process is. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '../../src/plan/plan.ts';
import { resultHeader } from '../../src/report/result-file.ts';
import { partFile } from '../../src/result/part-file.ts';
import { resultWriter } from '../../src/result/writer.ts';
import type { Interval } from '../../src/series/interval.ts';
import { fixtureFooter } from '../result/fixtures.ts';

export interface Recording {
  /** The window begins: what comes now is recorded. */
  readonly begin: () => void;
  readonly add: (interval: Interval) => void;
  /** Writes what is still in memory: all that was added is then paid for. */
  readonly end: () => void;
}

export function benchRecording(plan: Plan, targetUrl: string): Recording {
  const folder = mkdtempSync(join(tmpdir(), 'ocpp-load-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const info = { targetUrl, workers: 1, processes: 1, descriptorsNeeded: 0, descriptorLimit: 0 };
  const start = { ...info, memoryEstimateBytes: 0, startedAt: new Date() };
  const file = partFile(join(folder, 'run.olr'));
  const writer = resultWriter(resultHeader(plan, start, '0'), file.append);
  let recorded = false;
  return {
    begin() {
      recorded = true;
    },
    add(interval) {
      if (recorded) writer.add(interval);
    },
    end() {
      recorded = false;
      writer.end(fixtureFooter());
      file.keep();
    },
  };
}
