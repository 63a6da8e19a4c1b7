import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { openResult } from '../../src/result/reader.ts';
import { joinDeltas } from '../../src/snapshot/delta.ts';
import { busySeconds, fixtureHeader, repeated, resultBytes } from '../result/fixtures.ts';
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
