import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ExitCode, UserError } from '../../src/base/errors.ts';
import type { Context } from '../../src/cli/context.ts';
import { outputFiles, tellUnwritten, writeOutputs } from '../../src/cli/outputs.ts';
import type { Overrides } from '../../src/cli/overrides.ts';
import type { RunResult } from '../../src/fleet/result.ts';
import { PLAIN_LOOK } from '../../src/report/look.ts';
import { outcomeOf } from '../../src/report/outcome.ts';
import { buildSummary } from '../../src/report/summary.ts';
import { okResult } from '../report/fixtures.ts';
import { judgedResult } from '../report/judged.ts';
import { fakeIo } from './io.ts';

let folder = '';
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ocpp-load-outputs-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const inFolder = (name: string) => path.join(folder, name);
const read = (name: string) => fs.readFileSync(inFolder(name), 'utf8');

function write(result: RunResult, overrides: Overrides, env = {}) {
  const io = fakeIo({ env });
  const looks = { stdoutLook: PLAIN_LOOK, stderrLook: PLAIN_LOOK };
  const context: Context = { io, exitCode: 0, consequence: '', ...looks };
  const summary = buildSummary(result);
  const unwritten = writeOutputs(result, summary, outcomeOf(result, summary), {
    ...{ overrides, context },
  });
  return { ...io, unwritten };
}

const threeFiles = () => ({
  summaryExport: inFolder('run.json'),
  junit: inFolder('run.xml'),
  markdown: inFolder('run.md'),
});

describe('writeOutputs', () => {
  test('writes each file that was asked for, and nothing else', () => {
    const io = write(okResult(), threeFiles());
    expect(JSON.parse(read('run.json'))).toMatchObject({ schema: 'ocpp-load/summary/1' });
    expect(read('run.xml')).toMatch(/^<\?xml .*\n<testsuites>/);
    expect(read('run.md')).toMatch(/^## ✅ VALID run/);
    expect(io.out() + io.err()).toBe('');
    fs.rmSync(inFolder('run.xml'));
    write(okResult(), { markdown: inFolder('run.md') });
    expect(fs.readdirSync(folder).sort()).toEqual(['run.json', 'run.md']);
  });

  test('one that cannot be written does not take the others with it', () => {
    const files = { ...threeFiles(), summaryExport: inFolder('gone/run.json') };
    expect(write(okResult(), files).unwritten).toEqual([expect.any(UserError)]);
    expect(fs.readdirSync(folder).sort()).toEqual(['run.md', 'run.xml']);
  });
});

describe('files that could not be written', () => {
  const errors = ['one', 'two'].map((name) => new UserError(`${name} (ENOSPC)`, 'make room'));
  const tell = (exitCode: ExitCode) => {
    const io = fakeIo();
    let thrown: unknown = null;
    try {
      tellUnwritten(errors, exitCode, { io, stderrLook: PLAIN_LOOK });
    } catch (error) {
      thrown = error;
    }
    return { err: io.err(), thrown };
  };

  test('fail a run that has nothing else to say', () => {
    expect(tell(ExitCode.ok)).toEqual({ err: '  note: two (ENOSPC)\n', thrown: errors[0] });
    expect(() =>
      tellUnwritten([], ExitCode.ok, { io: fakeIo(), stderrLook: PLAIN_LOOK }),
    ).not.toThrow();
  });

  test.each([ExitCode.thresholds, ExitCode.invalid, ExitCode.internal])(
    'are notes where the run exits %d',
    (exitCode) => {
      const err = '  note: one (ENOSPC)\n  note: two (ENOSPC)\n';
      expect(tell(exitCode)).toEqual({ err, thrown: null });
    },
  );
});

describe('on GitHub', () => {
  test('the summary is added to what steps before have written', () => {
    fs.writeFileSync(inFolder('summary.md'), 'from another step');
    const io = write(okResult(), {}, { GITHUB_STEP_SUMMARY: inFolder('summary.md') });
    expect(read('summary.md')).toMatch(/^from another step\n## ✅ VALID run/);
    expect(io.out() + io.err()).toBe('');
  });

  test('a summary that cannot be written is a warning', () => {
    const file = inFolder('gone/summary.md');
    const io = write(okResult(), {}, { GITHUB_STEP_SUMMARY: file });
    expect(io.err()).toMatch(
      /^ {2}note: GITHUB_STEP_SUMMARY .*:\s+could\s+not\s+be\s+written\s+\(ENOENT\)/,
    );
  });

  test('annotations go to stdout, each on a line of its own', () => {
    const io = write(judgedResult(), {}, { GITHUB_ACTIONS: 'true' });
    const lines = io.out().trimEnd().split('\n');
    expect(lines.map((line) => line.slice(0, 9))).toEqual(['::error t', '::error t', '::warning']);
    expect(write(judgedResult(), {}, { GITHUB_ACTIONS: 'false' }).out()).toBe('');
    expect(write(okResult(), {}, { GITHUB_ACTIONS: 'true' }).out()).toBe('');
  });
});

test('outputFiles names flags as they are typed', () => {
  expect(outputFiles({ junit: 'a.xml' })).toEqual({
    '--summary-export': undefined,
    '--junit': 'a.xml',
    '--markdown': undefined,
  });
});
