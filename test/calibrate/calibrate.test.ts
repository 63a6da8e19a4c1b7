/** Every case at toy size: shapes and sums, no time that a busy machine could spoil. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { describeWith } from '../support/programs.ts';
import { answeredCount, matchLogs, serviceTimesMs } from './call-log.ts';
import { casesWith, LOADS, QUICK, steadyS } from './cases.ts';
import { findingsOf } from './findings.ts';
import { cannotCapture } from './may-capture.ts';
import { runTrial } from './trial.ts';

const folder = mkdtempSync(join(tmpdir(), 'calibrate-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const cases = casesWith(QUICK.stall);
const CALLS_PER_S = 200;
/** A timer of Node may fire so much early. */
const EARLY_MS = 1.1;

/** A trial whose steady stage is as long as `QUICK` says. */
function trialOf(name: string, target: 'embedded' | 'light', hasCapture: boolean) {
  const { embedded, intervalMs } = cases[name];
  const { rampS, warmupS } = QUICK;
  const length = { rampS, warmupS, steadyS: steadyS(cases[name], QUICK, CALLS_PER_S) };
  const load = { callsPerS: CALLS_PER_S, intervalMs, ...length };
  return runTrial({ target, embedded, ...load, hasCapture });
}

/** The light target plays the others in the tests below. */
const NAMES = { embedded: Object.keys(cases), light: ['lognormal', 'stall'] };

describe.each(LOADS)('against the $target target', (load) => {
  test.each(NAMES[load.target])('%s: every CALL is seen, and its delay applied', async (name) => {
    const trial = await trialOf(name, load.target, false);
    const setting = { case: cases[name], load, callsPerS: CALLS_PER_S };
    const found = findingsOf(setting, trial);
    expect(found.problems).toEqual([]);
    expect(found.rows.map(({ witness, latency }) => `${witness} ${latency}`)).toEqual([
      ...['target service', 'target response'],
    ]);
    const { truth } = trial;
    expect(answeredCount(truth)).toBe(truth.count);
    const leastMs = name === 'constant' ? 50 : name === 'lognormal' ? 0 : 5;
    const shortest = serviceTimesMs(truth).reduce((least, ms) => Math.min(least, ms));
    expect(shortest).toBeGreaterThanOrEqual(leastMs - EARLY_MS);
    for (const row of found.rows) {
      expect(row.samples).toBeGreaterThan(0);
      for (const { truth: seen, ours } of [row.p50, row.p99, row.max]) {
        expect([seen, ours].every(Number.isFinite)).toBe(true);
      }
    }
    expect(found.stall === null).toBe(name !== 'stall');
    // It cannot be missed, however slow the machine is.
    if (found.stall) expect(found.stall.longest.ours).toBeGreaterThan(0.5 * QUICK.stall.forMs);
  });
});

describeWith(['tcpdump'], 'with a capture', () => {
  test.skipIf(cannotCapture)(
    'the wire has every CALL of the target, and no answer before its CALL',
    async () => {
      const trial = await trialOf('mixture', 'light', true);
      const { truth, wire, capture } = trial;
      if (wire === null) throw new Error('nothing was captured');
      const setting = { case: cases['mixture'], load: LOADS[1], callsPerS: CALLS_PER_S };
      const found = findingsOf(setting, trial);
      expect(found.problems).toEqual([]);
      expect([wire.gaps, wire.unreadable, capture?.dropped]).toEqual([0, 0, 0]);
      expect(wire.connections).toBe(20);
      expect(answeredCount(wire.log)).toBe(truth.count);
      const matches = matchLogs(truth, wire.log);
      expect(new Set(matches).size).toBe(truth.count);
      const [applied, carried] = [serviceTimesMs(truth), serviceTimesMs(wire.log)];
      // The wire has a CALL before the target reads it, and the answer after the target's stamp.
      expect(matches.every((row, i) => carried[row] >= applied[i])).toBe(true);
      expect(found.wire?.pairs).toBe(found.rows[0].samples);
    },
  );

  test.skipIf(cannotCapture)('the command prints its tables and writes JSON', async () => {
    const json = join(folder, 'calibrate.json');
    const args = ['--quick', '--json', json, 'constant'];
    const file = fileURLToPath(new URL('./main.ts', import.meta.url));
    const { code, stdout, stderr } = await run([file, ...args]);
    expect(stderr).toContain('constant, 80 % of the capacity: 800 CALLs/s');
    expect(code, stderr).toBe(0);
    expect(stdout.match(/^constant/gm)).toHaveLength(2 * 2 * 2 + 2);
    const report = JSON.parse(readFileSync(json, 'utf8'));
    expect(report).toMatchObject({ quick: true, capacity: QUICK.capacity });
    expect(report.findings).toHaveLength(2);
  });
});

test('the command names the cases there are', async () => {
  const file = fileURLToPath(new URL('./main.ts', import.meta.url));
  const { code, stderr } = await run([file, 'constnt']);
  expect([code, stderr.trim()]).toEqual([
    1,
    'no case constnt; there is constant, mixture, lognormal, stall',
  ]);
});

function run(args: readonly string[]) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(process.execPath, args, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}
