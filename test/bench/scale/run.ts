/** Runs the program itself on a scenario, and looks at its processes meanwhile. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Summary } from '../../../src/report/summary.ts';
import { type Cost, generatorCost } from './processes.ts';

export interface ScaleRun {
  readonly summary: Summary;
  readonly exitCode: number | null;
  /** Looks, each some seconds after the one before; `atS` since the program began. */
  readonly looks: readonly (Cost & { readonly atS: number })[];
  /** The report that it printed. */
  readonly report: string;
}

const LOOK_MS = 5_000;
/** The program as its users have it. */
export const bin = fileURLToPath(new URL('../../../bin/ocpp-load.js', import.meta.url));

export async function runScale(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<ScaleRun> {
  const folder = mkdtempSync(join(tmpdir(), 'ocpp-load-scale-'));
  const file = join(folder, 'summary.json');
  const flags = ['run', ...args, '--quiet', '--summary-export', file];
  const child = spawn(process.execPath, [bin, ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  let report = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (report += text));
  const looks: ScaleRun['looks'][number][] = [];
  const startMs = performance.now();
  const timer = setInterval(() => {
    const atS = (performance.now() - startMs) / 1000;
    if (child.pid !== undefined) looks.push({ atS, ...generatorCost(child.pid) });
  }, LOOK_MS);
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(timer);
  try {
    const summary = JSON.parse(readFileSync(file, 'utf8')) as Summary;
    return { summary, exitCode, looks, report };
  } catch {
    throw new Error(`no summary, exit code ${exitCode}:\n${report}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
