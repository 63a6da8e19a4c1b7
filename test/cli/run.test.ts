import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { main } from '../../src/cli/main.ts';
import type { RunOptions } from '../../src/fleet/options.ts';
import type { RunResult } from '../../src/fleet/result.ts';
import { SOUND } from '../../src/health/verdict.ts';
import { LEDGER_HEADER, printLedgerRow } from '../../src/ledger/row.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { openResult } from '../../src/result/reader.ts';
import { ledgerRow } from '../ledger/rows.ts';
import { fixtureResult } from '../report/fixtures.ts';
import { busySeconds, fixtureHeader, repeated, resultBytes } from '../result/fixtures.ts';
import { fakeIo } from './io.ts';
import { PROGRESS, SCENARIO, START } from './run-fixture.ts';

const runPlan = vi.hoisted(() => vi.fn<(plan: Plan, options: RunOptions) => Promise<RunResult>>());
vi.mock('../../src/fleet/run.ts', () => ({ runPlan }));

let folder = '';
let scenario = '';
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ocpp-load-run-'));
  scenario = path.join(folder, 'small.ts');
  fs.writeFileSync(scenario, SCENARIO);
  runPlan.mockReset();
  runPlan.mockImplementation(async (plan, options) => {
    options.onStart(START);
    return finished(plan);
  });
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const finished = (plan: Plan, changes: Partial<RunResult> = {}) =>
  fixtureResult([], { plan: { ...plan, allowedBootFailures: plan.chargerCount }, ...changes });

describe('run', () => {
  test('puts header and report on stdout, and nothing else there', async () => {
    const io = fakeIo();
    expect(await main(['run', scenario], io)).toBe(0);
    expect(io.out()).toMatch(/^\n {2}small\.ts\n {2}target {4}embedded central system \(ws:/);
    expect(io.out()).toContain('VALID run, ');
    expect(io.err()).toBe('');
    expect(io.listeners()).toBe(0);
  });

  test('hands flags to the plan', async () => {
    const flags = ['--target', 'ws://localhost:1/{id}', '--chargers', '20', '--duration', '5s'];
    const more = ['--seed', '9', '--dialect', 'standard', '--workers', '2'];
    await main(['run', scenario, ...flags, ...more], fakeIo());
    const [plan, options] = runPlan.mock.lastCall!;
    expect(plan).toMatchObject({
      ...{ chargerCount: 20, seed: 9, dialect: 'standard' },
      target: { kind: 'external', url: 'ws://localhost:1/{id}' },
      stages: { steadyNs: 5e9 },
    });
    const counts = plan.fleets.map((fleet) => fleet.chargerCount);
    expect(counts[0] + counts[1]).toBe(20);
    expect(counts[0]).toBeGreaterThan(5 * counts[1]);
    expect(options.workers).toBe(2);
  });

  test('draws a seed when none is given', async () => {
    fs.writeFileSync(scenario, SCENARIO.replace('seed: 1,', ''));
    const seeds = new Set<number>();
    for (let i = 0; i < 3; i++) {
      await main(['run', scenario], fakeIo());
      seeds.add(runPlan.mock.lastCall![0].seed);
    }
    expect(seeds.size).toBeGreaterThan(1);
  });

  test('--target stands in for one that the scenario does not have', async () => {
    fs.writeFileSync(scenario, SCENARIO.replace("?? 'embedded'", "?? ''"));
    expect(await main(['run', scenario], fakeIo())).toBe(104);
    expect(await main(['run', scenario, '--target', 'embedded'], fakeIo())).toBe(0);
  });

  test('-e sets a variable before the scenario is loaded', async () => {
    const io = { ...fakeIo(), env: process.env };
    try {
      await main(['run', scenario, '-e', 'CSMS_URL=ws://localhost:7/{id}'], io);
    } finally {
      delete process.env['CSMS_URL'];
    }
    expect(runPlan.mock.lastCall![0].target.url).toBe('ws://localhost:7/{id}');
  });

  test('refuses fewer chargers than fleets', async () => {
    const io = fakeIo();
    expect(await main(['run', scenario, '--chargers', '1'], io)).toBe(104);
    expect(io.err()).toContain("--chargers 1 is fewer than the scenario's 2 fleets");
    expect(runPlan).not.toHaveBeenCalled();
  });
});

describe('the look at machine and target before it', () => {
  test('a warning is a line on stderr, and the run goes on', async () => {
    const io = fakeIo();
    expect(await main(['run', scenario, '--target', 'ws://127.0.0.1:1/'], io)).toBe(0);
    expect(io.err().replace(/\s+/g, ' ')).toMatch(
      /^ warning: tcp: 127\.0\.0\.1:1: .* all the same ->/,
    );
    expect(runPlan).toHaveBeenCalledOnce();
  });

  test('a problem refuses the run, and an old ledger stays', async () => {
    const io = fakeIo();
    const flags = ['--target', 'ws://nope.invalid/'];
    expect(await main(['run', scenario, ...flags], io)).toBe(104);
    expect(io.err()).toContain("dns: the host 'nope.invalid' is not known");
    expect(io.err()).toContain('nothing was started.');
    expect(runPlan).not.toHaveBeenCalled();
    expect(await main(['run', scenario, '--chargers', '1000000'], io)).toBe(122);
    expect(runPlan).not.toHaveBeenCalled();
  });
});

describe('--summary-export', () => {
  test('writes the summary', async () => {
    const file = path.join(folder, 'run.json');
    const io = fakeIo();
    expect(await main(['run', scenario, '--summary-export', file], io)).toBe(0);
    const summary = JSON.parse(fs.readFileSync(file, 'utf8'));
    expect(summary).toMatchObject({ schema: 'ocpp-load/summary/1', run: { scenario: 'small.ts' } });
  });

  test('is checked before anything starts', async () => {
    const file = path.join(folder, 'no', 'run.json');
    const io = fakeIo();
    expect(await main(['run', scenario, '--summary-export', file], io)).toBe(104);
    expect(runPlan).not.toHaveBeenCalled();
    expect(io.err()).toContain('does not exist');
  });

  test('that fails at the end does not take the report with it', async () => {
    const file = path.join(folder, 'sub', 'run.json');
    fs.mkdirSync(path.dirname(file));
    runPlan.mockImplementation(async (plan) => {
      fs.rmdirSync(path.dirname(file));
      return finished(plan);
    });
    const io = fakeIo();
    expect(await main(['run', scenario, '--summary-export', file], io)).toBe(104);
    expect(io.out()).toContain('VALID run, ');
    expect(io.err()).toContain('the run itself is complete.');
  });
});

describe('--ledger', () => {
  const row = printLedgerRow(ledgerRow());

  test('takes the rows of a run, and the report says what to do with it', async () => {
    const file = path.join(folder, 'ledger.csv');
    runPlan.mockImplementation(async (plan, options) => {
      options.onStart(START);
      options.onLedger?.(row + row);
      return finished(plan);
    });
    const io = fakeIo();
    expect(await main(['run', scenario, '--ledger', file], io)).toBe(0);
    expect(fs.readFileSync(file, 'utf8')).toBe(LEDGER_HEADER + row + row);
    expect(io.out().replace(/\s+/g, ' ')).toContain('`ocpp-load reconcile ');
  });

  test('is not asked for without the flag', async () => {
    await main(['run', scenario], fakeIo());
    expect(runPlan.mock.lastCall![1].onLedger).toBe(null);
  });

  test.each([
    ['a folder that is missing', ['no', 'ledger.csv'], 'does not exist'],
    ['the file of the summary', ['run.json'], 'both name'],
    ['the scenario', ['small.ts'], 'is the scenario itself'],
  ])('%s is refused before anything starts', async (_name, names, words) => {
    const io = fakeIo();
    const files = ['--ledger', path.join(folder, ...names), '--summary-export'];
    const exitCode = await main(['run', scenario, ...files, path.join(folder, 'run.json')], io);
    expect(exitCode).toBe(104);
    expect(io.err()).toContain('--ledger');
    expect(io.err().replace(/\s+/g, ' ')).toContain(words);
    expect(runPlan).not.toHaveBeenCalled();
  });

  test('a run that does not start leaves an old ledger alone', async () => {
    const file = path.join(folder, 'ledger.csv');
    fs.writeFileSync(file, 'old');
    runPlan.mockRejectedValue(new UserError('too few descriptors', '', 122));
    expect(await main(['run', scenario, '--ledger', file], fakeIo())).toBe(122);
    expect(fs.readFileSync(file, 'utf8')).toBe('old');
  });

  test('a full disk costs the ledger, not the report, nor the exit code of a run', async () => {
    let ends: RunResult['ending'] = 'completed';
    runPlan.mockImplementation(async (plan, options) => {
      options.onStart(START);
      const write = vi.spyOn(fs, 'writeFileSync').mockImplementationOnce(() => {
        throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
      });
      options.onLedger?.(row);
      write.mockRestore();
      return finished(plan, { ending: ends });
    });
    const io = fakeIo();
    const flags = ['--ledger', path.join(folder, 'l.csv')];
    expect(await main(['run', scenario, ...flags], io)).toBe(104);
    expect(io.out()).toContain('VALID run, ');
    ends = 'interrupted';
    expect(await main(['run', scenario, ...flags], fakeIo())).toBe(105);
    expect(io.err().replace(/\s+/g, ' ')).toContain('could not be written (ENOSPC)');
    expect(io.err()).toContain('the run itself is complete.');
  });
});

describe('--out, --csv, --hlog, --report', () => {
  const seconds = busySeconds(3, 20);
  const flags = () => ['--out', at('run.olr'), '--csv', at('run.csv'), '--hlog', at('run.hlog')];
  const at = (name: string) => path.join(folder, name);
  const play = (during: (options: RunOptions) => void) =>
    runPlan.mockImplementation(async (plan, options) => {
      options.onStart(START);
      during(options);
      return finished(plan, { verdict: SOUND });
    });
  const each = ({ onInterval }: RunOptions) => {
    for (const second of seconds) onInterval?.(second);
  };
  const inFolder = () => fs.readdirSync(folder).sort();
  // The fixture's seconds are of one fleet.
  beforeEach(() => {
    fs.writeFileSync(scenario, SCENARIO.replace(", fleet('b', 10)", ''));
  });

  test('hold the run, and the report says what to do with it', async () => {
    play(each);
    const io = fakeIo();
    expect(await main(['run', scenario, ...flags()], io)).toBe(0);
    expect(inFolder()).toEqual(['run.csv', 'run.hlog', 'run.olr', 'small.ts']);
    const { header, footer, intervals } = openResult(at('run.olr'));
    expect([...intervals()]).toEqual(seconds);
    expect(header).toMatchObject({
      ...{ seed: 1, chargerCount: 90, target: { kind: 'embedded', url: START.targetUrl } },
      fleets: [{ name: 'a', chargers: 90 }],
    });
    expect(footer).toMatchObject({ exitCode: 0, ending: 'completed', intervals: 3 });
    expect(footer?.summary).toMatchObject({ schema: 'ocpp-load/summary/1' });
    expect(fs.readFileSync(at('run.csv'), 'utf8').trim().split('\n')).toHaveLength(4);
    expect(fs.readFileSync(at('run.hlog'), 'utf8')).toContain('Tag=Heartbeat.service');
    expect(io.out().replace(/\s+/g, ' ')).toContain('`ocpp-load report ');
  });

  test('are parts beside their place until the end; old files are replaced then', async () => {
    fs.writeFileSync(at('run.olr'), 'old');
    play((options) => {
      each(options);
      expect(fs.readFileSync(at('run.olr'), 'utf8')).toBe('old');
      expect(inFolder()).toContain(`run.olr.${process.pid}.part`);
    });
    expect(await main(['run', scenario, '--out', at('run.olr')], fakeIo())).toBe(0);
    expect(inFolder()).toEqual(['run.olr', 'small.ts']);
    expect(openResult(at('run.olr')).warnings).toEqual([]);
  });

  test('a disk that fills up loses the file, not the run', async () => {
    fs.writeFileSync(at('run.olr'), 'old');
    play((options) => {
      const write = vi.spyOn(fs, 'writeFileSync').mockImplementation(() => {
        throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
      });
      for (const second of repeated(seconds, 70)) options.onInterval?.(second);
      write.mockRestore();
    });
    const io = fakeIo();
    const summary = ['--summary-export', at('run.json')];
    expect(await main(['run', scenario, '--out', at('run.olr'), ...summary], io)).toBe(104);
    expect(io.out()).toContain('VALID run');
    const told = io.err().replace(/\s+/g, ' ');
    expect(told).toContain('could not be written (ENOSPC); the run goes on without it');
    expect(told).toContain('the run itself is complete.');
    expect(fs.readFileSync(at('run.olr'), 'utf8')).toBe('old');
    expect(inFolder()).toEqual(['run.json', 'run.olr', 'small.ts']);
  });

  test('an unwritable place is refused before anything starts', async () => {
    const io = fakeIo();
    expect(await main(['run', scenario, '--out', at('no/run.olr')], io)).toBe(104);
    expect(io.err().replace(/\s+/g, ' ')).toContain('does not exist');
    expect(runPlan).not.toHaveBeenCalled();
  });

  test('a run that is cut short says where its part is', async () => {
    runPlan.mockImplementation(async (_plan, options) => {
      options.onStart(START);
      for (const second of repeated(seconds, 70)) options.onInterval?.(second);
      throw new Error('gone');
    });
    const io = fakeIo();
    expect(await main(['run', scenario, '--out', at('run.olr')], io)).toBe(109);
    const [part] = inFolder().filter((name) => name.endsWith('.part'));
    expect(io.err()).toContain(`what was recorded is in ${at(part)}`);
    expect([...openResult(at(part)).intervals()]).toHaveLength(60);
  });

  test('--report is a page of the run, beside an older one', async () => {
    fs.writeFileSync(at('old.olr'), resultBytes(seconds, fixtureHeader({ seed: 99 })));
    play(each);
    const io = fakeIo();
    const report = ['--report', at('run.html'), '--compare', at('old.olr')];
    expect(await main(['run', scenario, ...report], io)).toBe(0);
    const html = fs.readFileSync(at('run.html'), 'utf8');
    expect(html).toContain('"ending":"completed","exitCode":0');
    expect(html).toMatch(/"id":"nightly\.ts-\S+-99"/);
    expect(io.out().replace(/\s+/g, ' ')).toContain(`open ${at('run.html')} in a browser`);
  });
});

describe('signals', () => {
  test('the first stops the run, which still reports and exits 105', async () => {
    const io = fakeIo();
    runPlan.mockImplementation(async (plan, { stop, kill }) => {
      io.signal('SIGINT');
      expect(stop.aborted).toBe(true);
      expect(kill.aborted).toBe(false);
      return finished(plan, { ending: 'interrupted' });
    });
    expect(await main(['run', scenario], io)).toBe(105);
    expect(io.err()).toContain('Ctrl-C again');
    expect(io.out()).toContain('INTERRUPTED');
    expect(io.exits).toEqual([]);
  });

  test('the second leaves at once', async () => {
    const io = fakeIo();
    runPlan.mockImplementation(async (plan, { kill }) => {
      io.signal('SIGTERM');
      io.signal('SIGINT');
      expect(kill.aborted).toBe(true);
      return finished(plan, { ending: 'interrupted' });
    });
    await main(['run', scenario], io);
    expect(io.exits).toEqual([130]);
  });
});

describe('a run that fails', () => {
  test.each([
    ['before its start', false, 'nothing was started.'],
    ['after its start', true, 'the run was cut short'],
  ])('%s says so', async (_name, started, words) => {
    runPlan.mockImplementation(async (_plan, options) => {
      if (started) options.onStart(START);
      throw new UserError('too few descriptors', 'ulimit -n 2000', 122);
    });
    const io = fakeIo();
    expect(await main(['run', scenario], io)).toBe(122);
    expect(io.err()).toContain('too few descriptors\n      ulimit -n 2000\n');
    expect(io.err()).toContain(words);
    expect(io.listeners()).toBe(0);
  });

  test('by a fault of ours shows a stack and exits 109', async () => {
    runPlan.mockRejectedValue(new TypeError('x is undefined'));
    const io = fakeIo();
    expect(await main(['run', scenario], io)).toBe(109);
    expect(io.err()).toContain('TypeError: x is undefined');
  });
});

describe('progress', () => {
  beforeEach(() => {
    runPlan.mockImplementation(async (plan, options) => {
      options.onStart(START);
      options.onProgress(PROGRESS);
      options.onEvent({ atS: 1, text: 'first refused connect' });
      return finished(plan);
    });
  });

  test('goes to stderr', async () => {
    const io = fakeIo();
    await main(['run', scenario], io);
    expect(io.err()).toBe(
      '0m12s steady: 100 of 100 booted, 8.3 connects/s, calls 0/s, charging 0, p99 -, ' +
        'errors 0, generator ok\n0m01s  first refused connect\n',
    );
  });
  test('--quiet hides it', async () => {
    const io = fakeIo({ tty: true });
    await main(['run', scenario, '--quiet', '--no-color'], io);
    expect(io.err()).toBe('');
    expect(io.out()).toContain('VALID run, ');
    expect(io.out()).not.toContain('\u001b');
  });
});
