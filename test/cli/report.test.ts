import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { ActionIndexOf } from '../../src/ocpp/actions.ts';
import { outcomeOf } from '../../src/report/outcome.ts';
import { resultFooter } from '../../src/report/result-file.ts';
import { buildSummary } from '../../src/report/summary.ts';
import { thresholdsSection } from '../../src/report/thresholds.ts';
import { sumOf } from '../../src/snapshot/delta.ts';
import { summarise } from '../../src/snapshot/hdr.ts';
import { callLatency } from '../../src/snapshot/snapshot.ts';
import { expectGolden } from '../report/golden.ts';
import { judgedResult } from '../report/judged.ts';
import {
  busySeconds,
  fixtureFooter,
  fixtureHeader,
  repeated,
  resultBytes,
} from '../result/fixtures.ts';
import { fakeIo } from './io.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ocpp-load-report-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));
const file = (name: string, bytes: Uint8Array) => {
  fs.writeFileSync(path.join(folder, name), bytes);
  return path.join(folder, name);
};
const seconds = busySeconds(12, 50);
const steady = fixtureFooter({ rampS: 0, steadyS: 12 });
const run = file('run.olr', resultBytes(seconds, fixtureHeader(), steady));

async function report(...argv: string[]) {
  const io = fakeIo();
  const exitCode = await main(['report', ...argv], io);
  return { exitCode, out: io.out(), err: io.err().replaceAll(`${folder}/`, '') };
}

describe('report', () => {
  test('prints the whole run', async () => {
    const { exitCode, out, err } = await report(run);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expectGolden('report.txt', out);
  });

  test('cuts out exactly', async () => {
    const where = ['--where', 'action=Authorize', '--where', 'stage=steady'];
    const { out } = await report(run, '--from', '3s', '--to', '8s', ...where, '--json');
    const cut = sumOf(
      seconds.slice(3, 8).map(({ delta }) => delta),
      1,
    );
    const truth = summarise(callLatency(cut, 'service', 'whole', ActionIndexOf.Authorize));
    const { actions, calls, cut: told } = JSON.parse(out);
    expect(Object.keys(actions)).toEqual(['Authorize']);
    expect(actions.Authorize.serviceMs).toEqual(truth);
    expect(calls.serviceMs).toEqual(truth);
    expect(told).toMatchObject({ whole: false, where: { action: ['Authorize'] } });
  });

  test('a cut says that it is one', async () => {
    const { out } = await report(run, '--from', '3s', '--where', 'fleet=car-park');
    expectGolden('report-cut.txt', out);
  });

  test.each([
    [['--from', '3.5s'], 'CUT         3.0 s to 12.0 s: whole seconds are kept'],
    [['--from', '3s', '--to', '4.6s'], 'CUT         3.0 s to 5.0 s: whole seconds are kept'],
    [['--from', '3.1s', '--to', '4s'], 'CUT         3.0 s to 4.0 s: whole seconds are kept'],
    [['--from', '3s', '--to', '4s'], 'CUT         0m03s to 0m04s; CALLs'],
    [['--from', '3s', '--to', '10m'], 'CUT         0m03s to 0m12s; CALLs'],
  ])('%j names the seconds that were kept', async (flags, line) => {
    expect((await report(run, ...flags)).out).toContain(line);
  });

  test('has the true rate where the cut is across an edge of the steady stage', async () => {
    const footer = fixtureFooter({ rampS: 1, warmupS: 0, steadyS: 10.5 });
    const edge = file('edge.olr', resultBytes(seconds, fixtureHeader(), footer));
    const { out } = await report(edge, '--from', '11s', '--to', '13s', '--json');
    const { durationS, calls } = JSON.parse(out).steady;
    expect(durationS).toBeCloseTo(0.5, 2);
    expect(calls.sent).toBe(50);
  });

  test('does not overwrite what it reads', async () => {
    const before = fs.readFileSync(run);
    const link = path.join(folder, 'link.olr');
    fs.symlinkSync('run.olr', link);
    for (const [input, ...flags] of [
      [run, '--csv', run],
      [run, '--hlog', link],
      [link, '--csv', run],
    ]) {
      const { exitCode, err } = await report(input, ...flags);
      expect(exitCode).toBe(104);
      expect(err).toContain('is the recorded run itself');
    }
    const same = path.join(folder, 'same');
    const { exitCode, err } = await report(run, '--csv', same, '--hlog', same);
    expect(exitCode).toBe(104);
    expect(err).toContain('--csv and --hlog both name');
    expect(fs.readFileSync(run)).toEqual(before);
  });

  test('writes tables and logs of the time cut out, gauges as they stood', async () => {
    const files = ['--csv', path.join(folder, 'a.csv'), '--hlog', path.join(folder, 'a.hlog')];
    expect((await report(run, '--from', '3s', '--to', '5s', ...files)).exitCode).toBe(0);
    const rows = fs.readFileSync(path.join(folder, 'a.csv'), 'utf8').trim().split('\n');
    expect(rows).toHaveLength(3);
    // charging is the sum of -3, -2, -1, 0.
    expect(rows[1]).toMatch(/^3\.000,4\.000,steady,0,0,-6,/);
    expect(fs.readFileSync(path.join(folder, 'a.hlog'), 'utf8')).toContain('Tag=Authorize.service');
  });

  test('writes a page of the whole run, beside another', async () => {
    const page = path.join(folder, 'run.html');
    const other = file('other.olr', resultBytes(seconds, fixtureHeader({ seed: 1 }), steady));
    expect(await report(run, '--html', page, '--compare', other)).toMatchObject({ err: '' });
    const html = fs.readFileSync(page, 'utf8');
    expect(html).toContain('"id":"nightly.ts-20260102T030405Z-7319"');
    expect(html).toContain('"id":"nightly.ts-20260102T030405Z-1"');
  });

  test.each([
    [['--compare', run], '--compare run.olr: there is no page to show it in'],
    [['--html', 'x.html', '--from', '3s'], '--html shows the whole run, not what --from cuts out'],
    [['--html', 'x.html', '--where', 'stage=steady'], 'not what --where cuts out'],
    [['--html', run], '--html run.olr: is the recorded run itself'],
    [['--html', 'x.html', '--compare', 'none.olr'], 'none.olr does not exist'],
  ])('%j is a mistake', async (flags, wrong) => {
    const { exitCode, err, out } = await report(run, ...flags);
    expect({ exitCode, out }).toEqual({ exitCode: 104, out: '' });
    expect(err).toContain(wrong);
    expect(fs.existsSync('x.html')).toBe(false);
  });

  test('of a killed run is what there is, with a note', async () => {
    const killed = file('killed.olr', resultBytes(repeated(seconds, 130), fixtureHeader(), null));
    const { exitCode, out, err } = await report(killed);
    expect(exitCode).toBe(0);
    expect(out).toContain('killed before its end');
    expect(err).toContain('note: killed.olr has no end: the run was killed');
  });

  test.each([
    ['interrupted', 105, 'stopped by a signal after 0m08s', 'INTERRUPTED: stopped by a signal'],
    ['aborted', 108, 'the scenario aborted it: no', 'ABORTED: the scenario aborted it'],
  ])('of a run that was %s says so first', async (ending, exitCode, cause, line) => {
    const footer = fixtureFooter({ ending, exitCode, causes: [cause] });
    const { out } = await report(file('short.olr', resultBytes(seconds, fixtureHeader(), footer)));
    expect(out).toContain(`    ${line}`);
    expect(out).toContain('the generator, as far as is known: VALID');
    expect(out).not.toContain('the run was');
  });

  test('of a run that failed says so, and what its figures are worth', async () => {
    const footer = fixtureFooter({ exitCode: 99, causes: ['only 0 of 10 chargers booted'] });
    const { out } = await report(file('bad.olr', resultBytes(seconds, fixtureHeader(), footer)));
    expect(out).toContain('    FAILED: only 0 of 10 chargers booted');
    expect(out).toContain('the generator was VALID');
  });

  test('says how the run ended, and its thresholds as `run` does', async () => {
    const result = judgedResult();
    const summary = buildSummary(result);
    const outcome = outcomeOf(result, summary);
    const footer = resultFooter(result, summary, outcome);
    const judged = file('judged.olr', resultBytes(seconds, fixtureHeader(), footer));
    const { out } = await report(judged);
    expect(out).toContain(`the run was INVALID: ${outcome.causes[0]}`);
    const text = thresholdsSectionOf(out);
    const [, ...rows] = thresholdsSection(summary.thresholds, { width: 100, color: false });
    expect(text).toBe(rows.join('\n'));
    expect(text).toContain('p(99)<500 in every 30s');
    expect(text).toMatch(/ocpp_charger_booted +rate>=1 +rate = 1/);
    const { run: told } = JSON.parse((await report(judged, '--json')).out);
    expect(told.thresholds).toEqual(summary.thresholds);
  });

  test('of a file without a summary, too', async () => {
    const { thresholds } = judgedResult();
    const merged = fixtureFooter({ thresholds, summary: null });
    const { out } = await report(file('merged.olr', resultBytes(seconds, fixtureHeader(), merged)));
    expect(out).toContain('p(99) = 612 ms in the 30s to 1m15s');
  });
});

/** What stands below the title. */
function thresholdsSectionOf(out: string): string {
  const [, text = ''] = /THRESHOLDS of the whole run\n((?: {4}.*\n)*)/.exec(out) ?? [];
  return text.trimEnd();
}

describe('mistakes', () => {
  const bytes = fs.readFileSync(run);
  const flipped = Uint8Array.from(bytes);
  flipped[bytes.length - 30] ^= 4;
  const files = {
    'empty.olr': new Uint8Array(),
    'text.olr': Buffer.from('hello'),
    'later.olr': Buffer.concat([bytes.subarray(0, 8), Buffer.of(9, 0), bytes.subarray(10)]),
    'flipped.olr': flipped,
    'cut.olr': bytes.subarray(0, 50),
  };
  for (const [name, content] of Object.entries(files)) file(name, content);

  test('are told in words', async () => {
    const cases = [
      ...Object.keys(files).map((name) => [name]),
      ['missing.olr'],
      ['.'],
      ['run.olr', '--from', '7'],
      ['run.olr', '--from', '2m'],
      ['run.olr', '--from', '5s', '--to', '4s'],
      ['run.olr', '--from', '4.6s', '--to', '5.2s'],
      ['run.olr', '--where', 'Authorize'],
      ['run.olr', '--where', 'acton=Authorize'],
      ['run.olr', '--where', 'action=Authorise'],
      ['run.olr', '--where', 'stage=ramp'],
      ['run.olr', '--where', 'stage=stedy'],
    ];
    let told = '';
    for (const [name, ...flags] of cases) {
      const { exitCode, out, err } = await report(path.join(folder, name), ...flags);
      expect([exitCode, out]).toEqual([104, '']);
      // Where lines are wrapped depends on the length of the folder's name.
      const unwrapped = err.replaceAll(folder, 'DIR').replace(/\n {4}(?! )/g, ' ');
      // And where the damage is, on how much there is to count.
      const lasting = unwrapped.replace(/byte \d+/, 'byte N');
      told += `$ ocpp-load report ${[name, ...flags].join(' ')}\n${lasting}`;
    }
    expectGolden('report-mistakes.txt', told);
  });
});
