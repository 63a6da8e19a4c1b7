/** A shift injected at the target is found: two central systems, one of them slower. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { type CsmsProcess, spawnOne } from '../../src/csms/spawn.ts';
import { fakeIo } from '../cli/io.ts';

/**
 * 16 runs of a second; a busy machine takes several times as long to start each. One of 8 pairs
 * may be spoilt by it.
 */
const LIMIT_MS = 120_000;

const SCENARIO = `
import { defineScenario, life, ramp, tonly48A } from '${path.resolve('src/index.ts')}';
export default defineScenario({
  target: 'embedded',
  duration: '30s',
  gracePeriod: '5s',
  fleets: [{
    name: 'loop', chargers: 20, model: tonly48A(), connect: ramp({ over: '100ms' }),
    heartbeat: 'off', life: life().boot().closedLoop('Heartbeat'),
  }],
});
`;

let folder = '';
let targets: CsmsProcess[] = [];
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'ocpp-load-ab-'));
  writeFileSync(path.join(folder, 'loop.ts'), SCENARIO);
  targets = await Promise.all([
    spawnOne({ delay: { uniform: ['18ms', '22ms'] } }),
    spawnOne({ delay: { uniform: ['54ms', '66ms'] } }),
  ]);
}, LIMIT_MS);
afterEach(async () => {
  await Promise.all(targets.map((target) => target.stop().catch(() => undefined)));
  rmSync(folder, { recursive: true });
});

const ab = (a: CsmsProcess, b: CsmsProcess, ...flags: string[]) => [
  ...['compare', '--ab', `${a.url}/{id}`, `${b.url}/{id}`, path.join(folder, 'loop.ts')],
  // A block of a second, or the test would take a quarter of an hour; the median, which a machine
  // that is busy with other tests shifts least.
  ...['--block', '1s', '--min-block', '1s', '--primary', 'service p50', '--allow-invalid'],
  ...['--workers', '1', '--seed', '1', '--out', path.join(folder, 'runs'), ...flags],
];

describe('--ab', () => {
  test('finds the slower target', { timeout: LIMIT_MS }, async () => {
    const [fast, slow] = targets;
    const io = fakeIo();
    const exitCode = await main(ab(fast, slow, '--pairs', '8', '--json'), io);
    const report = JSON.parse(io.out() || '{}');
    expect({ exitCode, answer: report.answer }, io.err()).toEqual({
      ...{ exitCode: 121, answer: 'regression' },
    });
    expect(report).toMatchObject({ design: 'pairs', counts: { base: 8, new: 8 } });
    expect(report.primary[0].change).toBeGreaterThan(0.5);
    expect(io.err()).toContain('pair 2 of 8, B');

    // The files hold what was compared: the same answer comes from them.
    const runs = path.join(folder, 'runs');
    const files = readdirSync(runs).map((name) => path.join(runs, name));
    const side = (letter: string) => files.filter((file) => file.endsWith(`-${letter}.olr`));
    const flags = ['--primary', 'service p50', '--min-block', '1s', '--allow-invalid', '--json'];
    const again = fakeIo();
    expect(await main(['compare', ...flags, ...side('A'), '--', ...side('B')], again)).toBe(121);
    expect(JSON.parse(again.out()).primary).toEqual(report.primary);
  });

  test('a signal ends it; what is whole is told', { timeout: LIMIT_MS }, async () => {
    const [fast, slow] = targets;
    const io = fakeIo();
    const running = main(ab(fast, slow, '--pairs', '50'), io);
    while (!io.err().includes('pair 4 of 50, B')) await new Promise((go) => setTimeout(go, 20));
    io.signal('SIGINT');
    expect(await running).toBe(105);
    expect(io.out()).toMatch(/3 pairs of runs with the same seed/);
    expect(io.out()).toContain('stopped by a signal after 3 of 50 pairs');
    expect(io.listeners()).toBe(0);
  });
});
