import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { fakeIo } from './io.ts';

const folder = mkdtempSync(join(tmpdir(), 'ocpp-load-capacity-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fileOf = (name: string, text: string) => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

const scenarioOf = (name: string, changes = '', fleet = '') =>
  fileOf(
    name,
    `import { defineScenario, life, ramp, rate, tonly48A } from 'ocpp-load';
const fleet = (name: string, chargers: number) => ({
  name, chargers, model: tonly48A(), life: life().boot(), connect: ramp({ over: '1s' }), ${fleet}
});
export default defineScenario({
  target: 'embedded', duration: '1m', seed: 1, fleets: [fleet('a', 90), fleet('b', 10)], ${changes}
});`,
  );

const SCENARIO = scenarioOf('plain.ts');
const SLO = ['--slo', 'ocpp_call_duration: p(99)<500'];

async function run(...args: string[]) {
  const io = fakeIo();
  const code = await main(['capacity', ...args], io);
  return { code, out: io.out(), err: io.err() };
}

describe('a mistake is told before anything starts', () => {
  test.each([
    [['--from', '20', '--to', '10', ...SLO], '--from 20 is above --to 10'],
    [['--from', '1', ...SLO], "--from 1 is fewer than the scenario's 2 fleets"],
    [['--from', 'few', ...SLO], "--from cannot be 'few'"],
    [['--hold', '1s', ...SLO], "--hold cannot be '1s'"],
    [['--hold', '2500ms', ...SLO], 'whole seconds'],
    [['--precision', '0.5%', ...SLO], "--precision cannot be '0.5%'"],
    [['--vary', 'rate', ...SLO], 'plain.ts has no arrivals whose rate could be varied'],
    [[], 'there is no SLO'],
    [['--slo', 'ocpp_call_failed: rate<2'], '--slo has a wrong limit'],
    [['--slo', 'ocpp_call_duration{action:DataTransfer}: p(99)<1'], 'never sends'],
    [['--resume', '/no/such.json'], '/no/such.json cannot be read'],
    [['--out', '/no/such/folder/a.json', ...SLO], '--out'],
    [['--recovery', 'long', ...SLO], "--recovery cannot be 'long'"],
  ])('%j', async (args, says) => {
    const { code, out, err } = await run(SCENARIO, ...args);
    expect(err).toContain(says);
    expect(err).toContain('nothing was started.');
    expect({ code, out }).toEqual({ code: 104, out: '' });
  });

  test('a window that is longer than the hold', async () => {
    const windowed = "{ threshold: 'p(99)<500', window: '20s' }";
    const file = scenarioOf('window.ts', `thresholds: { ocpp_call_duration: [${windowed}] },`);
    const { code, err } = await run(file, '--hold', '10s');
    expect(err).toContain('held for 10s');
    expect(err).toContain("at most the duration, '10s'");
    expect(code).toBe(104);
  });

  test('a range that this machine cannot carry, with the numbers and the fix', async () => {
    const { code, err, out } = await run(SCENARIO, '--to', '900000', ...SLO);
    expect(err).toContain('--to 900000: ');
    expect(err).toMatch(/need 900 ?0\d\d|900 000/);
    expect(err).not.toContain('--chargers');
    expect({ code, out }).toEqual({ code: 122, out: '' });
  });

  test('--out must not be another search', async () => {
    const other = fileOf('other.json', '{}');
    const { code, err } = await run(SCENARIO, '--out', other, ...SLO);
    expect(err).toContain(`--out ${other} is there already`);
    expect(err).toContain(`--resume ${other}, or add --force`);
    expect(code).toBe(104);
    const dots = join(folder, '.', 'other.json');
    for (const more of [['--force'], ['--resume', dots]]) {
      // Refused for what comes after it.
      const { err } = await run(SCENARIO, '--out', other, '--from', '1', ...SLO, ...more);
      expect(err).not.toContain('is there already');
      expect(err).toContain(more[0] === '--force' ? '--from 1 is fewer' : 'is no result');
    }
    expect(readFileSync(other, 'utf8')).toBe('{}');
  });

  test('--out must not be the scenario', async () => {
    const { code, err } = await run(SCENARIO, '--out', SCENARIO, ...SLO);
    expect(err).toContain('is the scenario itself');
    expect(code).toBe(104);
  });
});
