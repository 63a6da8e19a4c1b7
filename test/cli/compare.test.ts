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
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ocpp-load-compare-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

/** Files of runs with seeds from 1 on, `slower` times the service time of a base. */
function side(name: string, count: number, slower = 1, changes: MadeRun = {}): string[] {
  return noisy(count, 40 * slower, 0.01, name.length).map((serviceMs, i) =>
    writeRun(
      folder,
      madeRun({
        ...{ file: `${name}-${i + 1}.olr`, seed: i + 1, serviceMs },
        startedAtMs: 1e12 + i * 1000 + name.length,
        ...changes,
      }),
    ),
  );
}

async function run(...args: string[]) {
  const io = fakeIo();
  const exitCode = await main(['compare', ...args], io);
  return { exitCode, out: io.out(), err: io.err().replace(/\s+/g, ' ') };
}

describe('the answer is the exit code', () => {
  test('121: a regression', async () => {
    const { exitCode, out, err } = await run(...side('base', 10), '--', ...side('new', 10, 1.16));
    expect({ exitCode, err }).toEqual({ exitCode: 121, err: '' });
    expect(out).toMatch(/REGRESSION {2}in service p95, response p99 and boot p95 +exit 121\n/);
    expect(out).toContain('10 pairs of runs with the same seed');
  });

  test('0: no regression', async () => {
    const { exitCode, out } = await run(...side('base', 6), '--', ...side('new', 6));
    expect(exitCode).toBe(0);
    expect(out).toContain('NO REGRESSION');
  });

  test('123: inconclusive, or 0 with --allow-inconclusive', async () => {
    const files = [...side('base', 3), '--', ...side('new', 3, 1.16)];
    const { exitCode, out } = await run(...files);
    expect(exitCode).toBe(123);
    expect(out).toMatch(/INCONCLUSIVE .*exit 123\n/);
    expect(out.replace(/\s+/g, ' ')).toContain('too few for a regression');
    const allowed = await run('--allow-inconclusive', ...files);
    expect(allowed.exitCode).toBe(0);
    expect(allowed.out).not.toContain('exit');
  });
});

describe('what decides', () => {
  test('--primary, repeated', async () => {
    const { out } = await run(
      ...['--primary', 'MeterValues service p95', '--primary', 'failed share'],
      ...[...side('base', 8), '--', ...side('new', 8, 1.3)],
    );
    expect(out).toContain('REGRESSION  in MeterValues service p95');
    expect(out).toContain('2 metrics decide (1 worse, 1 unchanged)');
  });

  test('--margin: what is regarded as none', async () => {
    const files = [...side('base', 10), '--', ...side('new', 10, 1.16)];
    expect((await run('--margin', '25%', ...files)).exitCode).toBe(0);
  });

  test('--unit block: one long run each', async () => {
    const long = (name: string, serviceMs: number) =>
      writeRun(
        folder,
        madeRun({
          ...{ file: `${name}.olr`, steadyS: 400, serviceMs, seed: 1 },
          startedAtMs: 1e12 + serviceMs,
        }),
      );
    const { exitCode, out } = await run('--unit', 'block', long('a', 40), '--', long('b', 60));
    expect(exitCode).toBe(121);
    expect(out).toContain('13 blocks before and 13 blocks after');
    expect(out.replace(/\s+/g, ' ')).toContain('not whether their builds do');
  });
});

describe('options may stand anywhere', () => {
  const long = (name: string, serviceMs: number) =>
    writeRun(
      folder,
      madeRun({
        ...{ file: `${name}.olr`, steadyS: 400, serviceMs, seed: 1, embedded: true },
        startedAtMs: 1e12 + serviceMs,
      }),
    );

  test('behind the new files', async () => {
    const { exitCode, out, err } = await run(
      ...[long('a', 40), '--', long('b', 60), '--unit', 'block', '--allow-embedded', '--json'],
      ...['--primary', 'service p95', '--allow-inconclusive'],
    );
    expect({ exitCode, err }).toEqual({ exitCode: 121, err: '' });
    const { counts, primary } = JSON.parse(out);
    expect(counts).toEqual({ base: 13, new: 13 });
    expect(primary.map(({ name }: { name: string }) => name)).toEqual(['service p95']);
  });

  test('between the sides', async () => {
    const files = [...side('base', 6), '--margin', '5%', '--', '--json', ...side('new', 6)];
    const { exitCode, out } = await run(...files);
    expect(exitCode).toBe(0);
    expect(JSON.parse(out).counts).toEqual({ base: 6, new: 6 });
  });

  test('a wrong one is told', async () => {
    const { exitCode, err } = await run('a.olr', '--', 'b.olr', '--primry', 'service p95');
    expect(exitCode).toBe(104);
    expect(err).toContain("unknown option '--primry'");
  });
});

describe('what cannot be compared exits 104', () => {
  const bad: readonly (readonly [string, () => string[], string])[] = [
    ['nothing', () => [], 'there are no runs to compare'],
    ['one side', () => side('base', 3), 'there is one side only'],
    ['nothing after --', () => [...side('base', 3), '--'], 'there is one side only'],
    ['one run', () => [...side('base', 1), '--', ...side('new', 3)], 'the base side has one run'],
    [
      'INVALID runs',
      () => [...side('base', 2), '--', ...side('new', 2, 1, { trust: 'INVALID' })],
      'new-1.olr is an INVALID run',
    ],
    [
      'the embedded target',
      () => [...side('base', 2, 1, { embedded: true }), '--', ...side('new', 2)],
      '--allow-embedded',
    ],
    ['no file', () => ['no.olr', '--', ...side('new', 2)], 'no.olr does not exist'],
    ['a metric', () => ['--primary', 'p95', 'a', '--', 'b'], "there is no metric 'p95'"],
    ['a margin', () => ['--margin', '5 ms', 'a', '--', 'b'], "--margin cannot be '5 ms'"],
    ['an alpha', () => ['--alpha', '1', 'a', '--', 'b'], "--alpha cannot be '1'"],
    ['targets', () => ['--ab', 'a', 'b'], 'two targets and a scenario'],
    ['a block', () => ['--ab', '--block', '5s', 'a', 'b', 'c.ts'], '--min-block'],
    ['a number', () => ['--ab', '--pairs', '1', 'a', 'b', 'c.ts'], "--pairs cannot be '1'"],
  ];
  test.each(bad)('%s', async (_name, args, words) => {
    const { exitCode, out, err } = await run(...args());
    expect({ exitCode, out }).toEqual({ exitCode: 104, out: '' });
    expect(err).toContain(words);
    expect(err).toContain('nothing was compared.');
  });

  test('a damaged file names itself', async () => {
    const files = side('base', 2);
    fs.writeFileSync(files[1], fs.readFileSync(files[1]).fill(7, 40));
    const { exitCode, err } = await run(...files, '--', ...side('new', 2));
    expect(exitCode).toBe(104);
    expect(err).toContain('base-2.olr');
  });
});

describe('for machines', () => {
  test('--json', async () => {
    const { out } = await run('--json', ...side('base', 8), '--', ...side('new', 8, 1.3));
    const report = JSON.parse(out);
    expect(report).toMatchObject({
      ...{ schema: 'ocpp-load/compare/1', answer: 'regression', exitCode: 121, design: 'pairs' },
      ...{ counts: { base: 8, new: 8 } },
    });
    expect(report.primary[0]).toMatchObject({ name: 'service p95', unit: 'ms', answer: 'worse' });
  });

  test('--markdown', async () => {
    const { out } = await run('--markdown', ...side('base', 6), '--', ...side('new', 6));
    expect(out).toMatch(/^### NO REGRESSION: /);
    expect(out).toContain('| **service p95** | ');
  });
});
