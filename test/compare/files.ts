/** Result files of made-up runs. */
import fs from 'node:fs';
import path from 'node:path';
import type { ComparedRun } from '../../src/compare/runs.ts';
import { fixtureFooter, fixtureHeader, resultBytes } from '../result/fixtures.ts';

/** Writes `run` into `folder` under its own name; returns the path. */
export function writeRun(folder: string, run: ComparedRun): string {
  const header = fixtureHeader();
  const file = path.join(folder, run.file);
  const bytes = resultBytes(
    run.intervals(),
    {
      ...header,
      ...{ seed: run.seed, startedAt: new Date(run.startedAtMs).toISOString() },
      scenario: { ...header.scenario, name: run.scenarioName, planSha256: run.scenarioMark },
      machine: { ...header.machine, cpu: run.machineMark, hostSha256: run.hostMark },
      target: { ...header.target, kind: run.embedded ? 'embedded' : 'external' },
    },
    run.trust === null
      ? null
      : fixtureFooter({
          ...{ ending: run.completed ? 'completed' : 'interrupted', steadyS: run.steadyS },
          verdict: { trust: run.trust, findings: [] },
        }),
  );
  fs.writeFileSync(file, bytes);
  return file;
}
