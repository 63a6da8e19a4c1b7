import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRun } from '../../src/compare/from-result.ts';
import { wholeOf } from '../../src/compare/runs.ts';
import { writeRun } from './files.ts';
import { madeRun } from './runs.ts';

let folder = '';
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ocpp-load-from-result-'));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

test('a file has everything that a comparison needs', () => {
  const run = madeRun({ seed: 7, steadyS: 40, trust: 'DEGRADED', embedded: true });
  const {
    intervals: _,
    machineMark,
    hostMark,
    machineName,
    ...found
  } = openRun(writeRun(folder, run));
  expect(found).toEqual({
    ...{ file: path.join(folder, run.file), seed: 7, startedAtMs: run.startedAtMs },
    ...{ scenarioName: 'nightly.ts', scenarioMark: 'a', embedded: true, trust: 'DEGRADED' },
    ...{ completed: true, steadyS: 40, fleetCount: 1 },
  });
  expect({ machineMark, hostMark, machineName }).toEqual({
    ...{ machineMark: '["m",2,7]', hostMark: '["h","Linux 6 x64"]', machineName: '2 x m, 7 GiB' },
  });
});

test('its figures are those of the run, as often as they are asked for', () => {
  const run = madeRun({ failed: 4 });
  const opened = openRun(writeRun(folder, run));
  expect(wholeOf(opened)).toEqual(wholeOf(run));
  expect(wholeOf(opened)).toEqual(wholeOf(run));
});

test('a killed run has no end', () => {
  const run = openRun(writeRun(folder, madeRun({ trust: null })));
  expect(run).toMatchObject({ trust: null, completed: false, steadyS: 0 });
});
