import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { writeRun } from '../compare/files.ts';
import { noisy } from '../compare/numbers.ts';
import { type MadeRun, madeRun } from '../compare/runs.ts';
import { fakeIo } from './io.ts';

let folder = '';
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ocpp-load-trend-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const DAY_MS = 86_400_000;

/** A night a value; the names of the files do not follow the nights. */
function nights(values: readonly number[], changes: MadeRun = {}): void {
  for (const [i, serviceMs] of values.entries()) {
    writeRun(
      folder,
      madeRun({
        ...{ file: `${(i * 7) % 97}.olr`, seed: i, serviceMs },
        startedAtMs: Date.UTC(2026, 8, 1, 2) + i * DAY_MS,
        ...changes,
      }),
    );
  }
}

async function run(...args: string[]) {
  const io = fakeIo();
  const exitCode = await main(['trend', ...args], io);
  return { exitCode, out: io.out(), err: io.err().replace(/\s+/g, ' ') };
}

const JUMP = [...noisy(12, 40, 0.01, 1), ...noisy(8, 48, 0.01, 2)];

describe('trend', () => {
  test('names the night, the metric, both means and the file', async () => {
    nights(JUMP);
    const { exitCode, out, err } = await run(folder);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).toMatch(/3 CHANGES {2}in 20 nights, 2026-09-01 02:00 to 2026-09-20 02:00\n/);
    expect(out).toMatch(
      /2026-09-13 02:00 +service p95 +43.\d ms +52.\d ms +\+(19|2\d) % .* 84.olr/,
    );
  });

  test('one metric, and a picture', async () => {
    nights(JUMP);
    const svg = path.join(folder, 'trend.svg');
    const { out } = await run(folder, '--metric', 'service p50', '--svg', svg);
    expect(out).toContain('1 CHANGE');
    expect(fs.readFileSync(svg, 'utf8')).toContain('2026-09-13 02:00 +2');
  });

  test('nothing changed', async () => {
    nights(noisy(10, 40, 0.01, 1));
    expect((await run(folder)).out).toContain('NO CHANGE');
  });

  test('--json', async () => {
    nights(JUMP);
    const { out } = await run(folder, '--json', '--metric', 'service p95');
    const { metrics, nights: told } = JSON.parse(out);
    expect(told).toHaveLength(20);
    expect(metrics[0].changes).toMatchObject([
      { night: 12, startedAt: '2026-09-13T02:00:00.000Z' },
    ]);
    expect(metrics[0].values).toHaveLength(20);
  });

  test('INVALID and interrupted nights are left out and named', async () => {
    nights(JUMP);
    const late = { startedAtMs: Date.UTC(2026, 9, 1), seed: 99, serviceMs: 400 };
    writeRun(folder, madeRun({ ...late, file: 'bad.olr', trust: 'INVALID' }));
    writeRun(folder, madeRun({ ...late, file: 'cut.olr', completed: false }));
    const { out } = await run(folder);
    expect(out).toContain('in 20 nights');
    expect(out).toContain('bad.olr is left out: it is an INVALID run');
    expect(out).toContain('cut.olr is left out: the run was not completed');
  });
});

describe('files that are of no use', () => {
  const useless = () => {
    fs.writeFileSync(path.join(folder, 'empty.olr'), '');
    fs.writeFileSync(path.join(folder, 'foreign.olr'), 'a text');
    const bytes = fs.readFileSync(path.join(folder, '0.olr'));
    fs.writeFileSync(path.join(folder, 'corrupt.olr'), Buffer.from(bytes).fill(7, 40));
    fs.copyFileSync(path.join(folder, '7.olr'), path.join(folder, 'copy.olr'));
    fs.mkdirSync(path.join(folder, 'folder.olr'));
  };

  test('are left out and named with the reason', async () => {
    nights(JUMP);
    useless();
    const { exitCode, out, err } = await run(folder);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    const text = out.replace(/\s+/g, ' ');
    expect(text).toContain('in 20 nights');
    expect(text).toContain('empty.olr is left out: it is empty');
    expect(text).toContain('foreign.olr is left out: it is no result file of ocpp-load');
    expect(text).toContain('corrupt.olr is left out: it is damaged at byte');
    expect(text).toContain('copy.olr is left out: it is the same run as 7.olr');
    expect(text).toContain('folder.olr is left out: it is a folder');
  });

  test('are named when too few others are there', async () => {
    nights([40, 41]);
    useless();
    const { exitCode, err } = await run(folder);
    expect(exitCode).toBe(104);
    expect(err).toContain('2 runs make no trend, 6 at least do');
    expect(err).toContain('empty.olr is left out: it is empty');
  });
});

describe('--svg overwrites no night', () => {
  test.each(['0.olr', 'link.svg'])('%s', async (name) => {
    nights(JUMP);
    const night = path.join(folder, '0.olr');
    const before = fs.readFileSync(night);
    if (name === 'link.svg') fs.symlinkSync(night, path.join(folder, name));
    const { exitCode, err } = await run(folder, '--svg', path.join(folder, name));
    expect(exitCode).toBe(104);
    expect(err).toContain('is the night 0.olr itself');
    expect(fs.readFileSync(night).equals(before)).toBe(true);
  });
});

describe('what has no trend exits 104', () => {
  test.each([
    ['no folder', () => path.join(folder, 'none'), 'does not exist'],
    ['an empty one', () => folder, 'has no result files'],
  ])('%s', async (_name, where, words) => {
    const { exitCode, err } = await run(where());
    expect(exitCode).toBe(104);
    expect(err).toContain(words);
    expect(err).toContain('nothing was looked at.');
  });

  test('a file instead of a folder, and too few nights', async () => {
    nights([40, 41, 42]);
    expect((await run(path.join(folder, '0.olr'))).err).toContain('is no folder');
    expect((await run(folder)).err).toContain('3 runs make no trend, 6 at least do');
  });

  test('nights against the embedded target', async () => {
    nights(JUMP, { embedded: true });
    expect((await run(folder)).err).toContain('--allow-embedded');
    expect((await run(folder, '--allow-embedded')).exitCode).toBe(0);
  });
});
