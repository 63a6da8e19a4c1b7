import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { fakeIo } from './io.ts';

const SCENARIO = 'scenarios/5-chargers.ts';
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ocpp-load-forecast-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
const file = (name: string) => path.join(folder, name);

async function forecast(...argv: string[]) {
  const io = fakeIo();
  const exitCode = await main(['forecast', ...argv], io);
  return { exitCode, out: io.out(), err: io.err() };
}

test('a table, a chart, and a CSV with a row a second', async () => {
  const csv = file('load.csv');
  const flags = ['--seed', '7', '--quiet', '--csv', csv];
  const { exitCode, out, err } = await forecast(SCENARIO, ...flags);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  expect(out).toMatch(/BootNotification +5 /);
  expect(out).toMatch(/OVER TIME +0m00s +0m22s/);
  const [head, ...rows] = fs.readFileSync(csv, 'utf8').trimEnd().split('\n');
  expect(head).toMatch(/^at_s,length_s,calls,peak_calls_per_s,BootNotification,/);
  expect(rows).toHaveLength(22);
});

test('--json, the same by its seed however many threads play it', async () => {
  const flags = ['--json', '--seed', '7', '--for', '5m', '--outage', '1m', '--chargers', '50'];
  // On a machine that is busy it may take long enough for a line of progress.
  flags.push('--quiet');
  const one = await forecast(SCENARIO, ...flags, '--workers', '1');
  const three = await forecast(SCENARIO, ...flags, '--workers', '3');
  expect(three).toEqual(one);
  const json = JSON.parse(one.out);
  expect(json).toMatchObject({
    schema: 'ocpp-load/forecast/1',
    chargers: 50,
    knownS: 300,
    isWhole: true,
    stages: { rampS: 2, steadyS: 298 },
    outage: { fromS: 120, toS: 180, cut: 50 },
    actions: { BootNotification: { total: 50 } },
    assumed: { latency: { kind: 'constant', meanMs: 20 }, bootIntervalS: 60 },
  });
  expect(json.outage.backS.all).toBeGreaterThan(0);
});

test('--capacity tells how many nodes', async () => {
  const capacity = file('capacity.json');
  fs.writeFileSync(capacity, JSON.stringify(capacityOf()));
  const flags = ['--seed', '7', '--chargers', '100', '--capacity', capacity, '--headroom', '50%'];
  const { exitCode, out } = await forecast(SCENARIO, ...flags);
  expect(exitCode).toBe(0);
  // 100 / (20 x 0.5)
  expect(out).toMatch(/chargers +100 +20 +10\n/);
  expect(out.replace(/\s+/g, ' ')).toContain('10 nodes of the target, with 50 % head-room');
});

function capacityOf() {
  const probe = {
    ...{ load: 20, isConfirmation: true, answer: 'held', chargers: 20, connected: 20, booted: 20 },
    ...{ callsPerS: 1000, answeredPerS: 1000, p99Ms: 4, failedShare: 0, heldS: 30 },
    ...{ trust: 'VALID', slo: [], cause: null, isCollapse: false },
  };
  const question = {
    ...{ vary: 'chargers', scenario: 'a.ts', scenarioSha256: 'x', seed: 1, target: 'ws://a' },
    ...{ slo: [], warmupS: 5, holdS: 30 },
    search: { from: 1, to: 100, precision: 0.05, mostProbes: 20 },
  };
  return {
    ...{ kind: 'ocpp-load capacity', version: 1, vary: 'chargers', question, end: 'limit' },
    ...{ held: probe, isConfirmed: true, failed: null, slo: [], probes: [probe], usl: null },
    notes: [],
  };
}

describe('refuses', () => {
  test.each([
    [['--for', '1s'], /--for 1s is over before the steady stage, which begins 2s after/],
    [['--for', 'x'], /--for cannot be 'x'/],
    [['--for', '24h', '--duration', '2m'], /--for and --duration are both given/],
    [['--for', '169h'], /the scenario takes 169h.*at most 168h/],
    [['--latency', '20'], /--latency cannot be '20'.*exponential:20ms/],
    [['--latency', '0s'], /--latency cannot be '0s'/],
    [['--latency', '31s'], /--latency 31s: no charger waits so long.*callTimeout is 30s/],
    [['--boot-interval', '1.5s'], /--boot-interval cannot be '1.5s'.*whole seconds/],
    [['--outage', '30m'], /--outage 30m does not end within the 22s/],
    [['--outage', '5s', '--outage-at', '20s'], /--outage 5s at 20s does not end/],
    [['--outage-at', '5s'], /--outage-at is given without --outage/],
    [['--headroom', '120%'], /--headroom cannot be '120%'/],
    [['--capacity', 'nowhere.json'], /nowhere\.json cannot be read \(ENOENT\)/],
    [['--step', '1m'], /--step is given without --csv/],
    [['--step', '100ms', '--csv', 'x.csv'], /--step cannot be '100ms'.*whole seconds/],
    [['--csv', 'nowhere/x.csv'], /--csv nowhere\/x\.csv: the folder .* does not exist/],
    [['--lateny', '20ms'], /unknown option '--lateny'.*--latency/],
  ])('%j', async (flags, words) => {
    const { exitCode, out, err } = await forecast(SCENARIO, ...flags);
    expect({ exitCode, out }).toEqual({ exitCode: 104, out: '' });
    expect(err.replace(/\s+/g, ' ')).toMatch(words);
  });
});

const scripted = (body: string) => {
  const name = file(`${Math.random()}.ts`);
  fs.writeFileSync(
    name,
    `import { allAtOnce, defineScenario, life, tonly48A } from 'ocpp-load';
export default defineScenario({
  target: 'embedded', duration: '1m',
  fleets: [{ name: 'a', chargers: 6, model: tonly48A(), connect: allAtOnce(),
    life: life().boot().script(async (charger) => { ${body} }) }],
});\n`,
  );
  return name;
};

describe('a script', () => {
  test('is played by the virtual clock', async () => {
    const body = `for (;;) { await charger.sleep('10s'); await charger.call('Heartbeat', {}); }`;
    const { exitCode, out } = await forecast(scripted(body), '--json', '--for', '2h');
    expect(exitCode).toBe(0);
    // One every 10.02 s and one a minute, of each of the six.
    const { total } = JSON.parse(out).actions.Heartbeat;
    expect(total).toBeGreaterThan(6 * (718 + 118));
    expect(total).toBeLessThan(6 * (720 + 120));
  });

  test('that throws is told with its place', async () => {
    const { exitCode, out, err } = await forecast(scripted(`throw new RangeError('boom');`));
    expect({ exitCode, out }).toEqual({ exitCode: 107, out: '' });
    expect(err).toMatch(/\.ts:5:\d+: RangeError: boom/);
  });

  test('that aborts is told', async () => {
    const { exitCode, err } = await forecast(scripted(`charger.abort('enough');`));
    expect(exitCode).toBe(108);
    expect(err).toContain('enough');
  });
});

test('Ctrl-C prints what is known; a second one leaves at once', async () => {
  const io = fakeIo({ tty: true });
  const flags = ['--for', '168h', '--chargers', '300', '--workers', '1'];
  const done = main(['forecast', SCENARIO, ...flags], io);
  while (!io.err().includes(' to go')) await new Promise((resolve) => setTimeout(resolve, 20));
  io.signal('SIGINT');
  io.signal('SIGINT');
  expect(await done).toBe(105);
  expect(io.exits).toEqual([130]);
  expect(io.err()).toContain('stopping: the forecast is of what was played by now');
  expect(io.out()).toMatch(/forecast.* until \S+ of 168h/);
  expect(io.out()).toContain('Interrupted:');
});
