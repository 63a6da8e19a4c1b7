import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { openResult } from '../../src/result/reader.ts';
import { joinDeltas } from '../../src/snapshot/delta.ts';
import { busySeconds, fixtureHeader, repeated, resultBytes } from '../result/fixtures.ts';
import { shareBytes, shareSeconds } from '../result/shares.ts';
import { fakeIo } from './io.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ocpp-load-merge-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));
const at = (name: string) => path.join(folder, name);
const [first, second] = [busySeconds(4, 20), busySeconds(3, 30)];
const out = at('out.olr');

beforeEach(() => {
  fs.rmSync(out, { force: true });
  fs.writeFileSync(at('a.olr'), resultBytes(first));
  fs.writeFileSync(at('b.olr'), resultBytes(second, fixtureHeader({ seed: 2 })));
});

async function merge(...argv: string[]) {
  const io = fakeIo();
  const exitCode = await main(['merge', ...argv, '--out', out], io);
  return { exitCode, out: io.out(), err: io.err().replace(/\s+/g, ' ') };
}

describe('merge', () => {
  test('adds up, in either order', async () => {
    const told = await merge(at('a.olr'), at('b.olr'));
    expect(told).toMatchObject({ exitCode: 0, err: '' });
    expect(told.out).toContain('2 files, 4 seconds, 175 CALLs sent');
    const result = openResult(out);
    const deltas = [...result.intervals()].map(({ delta }) => delta);
    expect(deltas[0]).toEqual(joinDeltas(first[0].delta, second[0].delta));
    expect(deltas[3]).toEqual(first[3].delta);
    expect(result.header.parts).toBe(2);
    const io = fakeIo();
    await main(['report', out], io);
    expect(io.out().replace(/\s+/g, ' ')).toContain('merged from 2 parts; of the first: seed ');
    const bytes = fs.readFileSync(out);
    await merge(at('b.olr'), at('a.olr'), '--force');
    expect(fs.readFileSync(out)).toEqual(bytes);
    expect(fs.readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('does not overwrite without --force', async () => {
    fs.writeFileSync(out, 'old');
    const { exitCode, err } = await merge(at('a.olr'), at('b.olr'));
    expect([exitCode, fs.readFileSync(out, 'utf8')]).toEqual([104, 'old']);
    expect(err).toContain('is there already');
    expect((await merge(at('a.olr'), at('b.olr'), '--force')).exitCode).toBe(0);
  });

  test('refuses other loads and killed runs without --force', async () => {
    const { scenario } = fixtureHeader();
    const other = fixtureHeader({ scenario: { ...scenario, planSha256: 'b'.repeat(64) } });
    fs.writeFileSync(at('c.olr'), resultBytes(second, other));
    fs.writeFileSync(at('d.olr'), resultBytes(repeated(first, 130), fixtureHeader(), null));
    expect((await merge(at('a.olr'), at('c.olr'))).err).toContain('are runs of different loads');
    expect((await merge(at('a.olr'), at('d.olr'))).err).toContain('its run was killed');
    expect(fs.existsSync(out)).toBe(false);
    expect((await merge(at('a.olr'), at('c.olr'), at('d.olr'), '--force')).exitCode).toBe(0);
  });

  test('refuses a run that is there under two names without --force', async () => {
    fs.copyFileSync(at('a.olr'), at('copy.olr'));
    expect((await merge(at('a.olr'), at('b.olr'), at('copy.olr'))).err).toContain('are one run');
    expect(fs.existsSync(out)).toBe(false);
    expect((await merge(at('a.olr'), at('copy.olr'), '--force')).exitCode).toBe(0);
  });

  test('of a killed run says so in its report', async () => {
    const long = repeated(first, 130);
    fs.writeFileSync(at('d.olr'), resultBytes(long, fixtureHeader({ seed: 3 }), null));
    expect((await merge(at('a.olr'), at('d.olr'), '--force')).exitCode).toBe(0);
    const io = fakeIo();
    expect(await main(['report', out], io)).toBe(0);
    expect(io.out()).toContain('KILLED: a part has no verdict: killed before its end');
    expect(io.out()).toContain('20 chargers');
    expect(io.out()).not.toContain('was VALID');
  });

  describe('of shares', () => {
    const all = [at('1.olr'), at('2.olr'), at('3.olr')];
    beforeEach(() => {
      for (const [index, file] of all.entries()) fs.writeFileSync(file, shareBytes(index));
    });

    test('judges all of a run, and its exit code is that of the run', async () => {
      const told = await merge(...all);
      expect(told).toMatchObject({ exitCode: 0, err: '' });
      expect(told.out).toContain('VALID run, all thresholds passed, 30 of 30 chargers booted');
      const { header, footer } = openResult(out);
      expect(header).toMatchObject({ chargerCount: 30, parts: 3 });
      expect(header).not.toHaveProperty('share');
      expect(footer).toMatchObject({ exitCode: 0, thresholds: [{ passed: true }] });
      fs.writeFileSync(all[1], shareBytes(1, { seconds: shareSeconds(9) }));
      const failed = await merge(...all, '--force');
      expect([failed.exitCode, openResult(out).footer?.exitCode]).toEqual([99, 99]);
      expect(failed.out).toContain('FAILED  only 29 of 30 chargers booted');
    });

    test.each([
      ['a missing one', ['1.olr', '3.olr'], 'share 2 of 3 is missing'],
      ['a doubled one', ['1.olr', '2.olr', '2b.olr', '3.olr'], 'are both share 2 of 3'],
      ['a whole run beside them', ['1.olr', 'a.olr'], 'a.olr is a whole run'],
    ])('%s is refused without --force, and with it nothing is judged', async (_, names, words) => {
      fs.copyFileSync(at('2.olr'), at('2b.olr'));
      const refused = await merge(...names.map(at));
      expect([refused.exitCode, fs.existsSync(out)]).toEqual([104, false]);
      expect(refused.err).toContain(words);
      expect(refused.err).toContain('or add --force to merge what there is');
      const forced = await merge(...names.map(at), '--force');
      expect(forced.exitCode).toBe(0);
      expect(forced.err).toContain(`${words}: nothing is judged`);
      expect(forced.out).not.toContain('VALID');
      expect(openResult(out).footer?.thresholds).toEqual([]);
    });

    test('one that was killed is refused, and with --force nothing is judged', async () => {
      fs.writeFileSync(
        all[1],
        shareBytes(1, { footer: null, seconds: repeated(shareSeconds(), 130) }),
      );
      expect((await merge(...all)).err).toContain('its run was killed');
      expect((await merge(...all, '--force')).out).not.toContain('VALID');
      expect(openResult(out).footer).toMatchObject({ ending: 'killed', exitCode: 105 });
    });
  });

  test.each<[string, () => void, string[], string]>([
    ['a file twice', () => {}, ['a.olr', './a.olr'], 'is named twice'],
    ['a missing file', () => {}, ['a.olr', 'x.olr'], 'x.olr does not exist'],
    [
      'other fleets',
      () => {
        const fleets = [{ name: 'depot', model: 'any', chargers: 1 }];
        fs.writeFileSync(at('e.olr'), resultBytes(second, fixtureHeader({ fleets })));
      },
      ['a.olr', 'e.olr', '--force'],
      'have different fleets',
    ],
  ])('%s is refused', async (_name, prepare, names, words) => {
    prepare();
    const paths = names.map((name) => (name.startsWith('--') ? name : at(name)));
    const { exitCode, err } = await merge(...paths);
    expect(exitCode).toBe(104);
    expect(err).toContain(words);
    expect(fs.existsSync(out)).toBe(false);
  });
});
