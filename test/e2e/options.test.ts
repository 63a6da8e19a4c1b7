/** What scenarios and flags can say, as the target sees it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ExitCode } from '../../src/base/errors.ts';
import { csv, rate } from '../../src/scenario/connect.ts';
import { life } from '../../src/scenario/life.ts';
import type { Fleet } from '../../src/scenario/types.ts';
import { TEST_TLS } from '../csms/tls.ts';
import { accept, csms, ocppServer, onRequest, plainServer } from './servers.ts';
import {
  expectEqualCounters,
  runCli,
  runScenario,
  scenarioFile,
  scratch,
  smallFleet,
  smallScenario,
} from './support.ts';

describe('fleets', () => {
  test('two of them, one after another in the list of identities', async () => {
    const target = await csms();
    const fleets: Fleet[] = [
      smallFleet({ name: 'a', chargers: 7 }),
      smallFleet({ name: 'b', chargers: 5, identities: { identity: 'B{n:3}' } }),
    ];
    const { summary } = await runScenario(smallScenario({ target: target.url, fleets }));
    expect(summary.chargers).toMatchObject({ planned: 12, booted: 12 });
    const known = [...target.state.chargers.keys()];
    expect(known.filter((id) => /^B00[1-5]$/.test(id))).toHaveLength(5);
    expect(known).toHaveLength(12);
  });

  test('identities, passwords and idTags from a CSV file', async () => {
    const file = join(scratch(), 'chargers.csv');
    writeFileSync(
      file,
      'idTag,identity,password\nT1,one,secret-1\nT2,two,secret-2\nT3,"th,ree",\n',
    );
    const heads: string[] = [];
    const idTags = new Set<unknown>();
    const { url } = await ocppServer(
      ([, id, action, payload], send) => {
        if (action === 'Authorize') idTags.add((payload as { idTag: string }).idTag);
        send(JSON.stringify([3, id, ANSWER]));
      },
      (head) => heads.push(head),
    );
    const scenario = smallScenario({ target: url }, { chargers: 3, identities: csv(file) });
    const { summary } = await runScenario(scenario);
    expect(summary.chargers.booted).toBe(3);
    const told = heads.map((head) => [
      /^GET (\S+)/.exec(head)?.[1],
      /^Authorization: Basic (\S+)/m.exec(head)?.[1],
    ]);
    const basic = (text: string) => Buffer.from(text).toString('base64');
    expect(told.toSorted()).toEqual([
      ['/one', basic('one:secret-1')],
      ['/th%2Cree', undefined],
      ['/two', basic('two:secret-2')],
    ]);
    expect([...idTags].toSorted()).toEqual(['T1', 'T2', 'T3']);
  });

  test('an open load: cars come at their rate, those without a charger are missed', async () => {
    const fleet = {
      chargers: 5,
      arrivals: rate('40/s'),
      life: life()
        .boot()
        .forever((l) => l.awaitArrival().plugIn().idle('1s').unplug()),
    };
    const { summary } = await runScenario(smallScenario({ duration: '2s' }, fleet));
    const { came, arrived, missed } = summary.cars;
    // 40 a second for 2 s, of which 5 chargers take 5 a second at most.
    expect(came).toBeGreaterThanOrEqual(78);
    expect(came).toBeLessThanOrEqual(80);
    expect(arrived).toBeGreaterThanOrEqual(5);
    expect(arrived).toBeLessThanOrEqual(15);
    expect(came).toBe(arrived + missed);
    expectEqualCounters(summary);
  });
});

/** Fits every action. */
const ANSWER = {
  currentTime: '2021-11-09T08:20:35Z',
  ...{ interval: 60, status: 'Accepted', idTagInfo: { status: 'Accepted' }, transactionId: 1 },
};

describe('boot failures', () => {
  const half = async (allowBootFailures: boolean | number) => {
    const identities = { identity: 'CP{n}' };
    const target = await csms({ knownIdentities: ['CP1', 'CP2', 'CP3', 'CP4'] });
    const changes = { target: target.url, allowBootFailures };
    return (await runScenario(smallScenario(changes, { chargers: 10, identities }))).outcome;
  };
  test.each([
    [false, ExitCode.thresholds, 'only 4 of 10 chargers booted'],
    [0.5, ExitCode.thresholds, 'only 4 of 10 chargers booted; 5 may fail'],
    [0.6, ExitCode.ok, '4 of 10 chargers booted'],
    [true, ExitCode.ok, '4 of 10 chargers booted'],
  ])('allowed: %s', async (allowed, exitCode, cause) => {
    expect(await half(allowed)).toMatchObject({ exitCode, causes: [cause] });
  });
});

describe('security', () => {
  test('wss:// with Basic authentication that the server checks', async () => {
    const target = await csms({ tls: TEST_TLS, expectedPassword: 'secret-9' });
    const identities = { password: 'secret-9' };
    const changes = { target: target.url, tls: { verify: false } };
    const { summary, outcome } = await runScenario(smallScenario(changes, { identities }));
    expect(outcome.exitCode).toBe(ExitCode.ok);
    expect(summary.wire.stalledWrites).toBe(0);
    const { received, connectionsRefused } = target.counters();
    expect(connectionsRefused).toBe(0);
    for (const [action, { sent }] of Object.entries(summary.actions)) {
      expect(received[action]).toBe(sent);
    }
  });

  test('a wrong password gets 401', async () => {
    const target = await csms({ expectedPassword: 'secret-9' });
    const identities = { password: 'secret-8' };
    const { summary } = await runScenario(smallScenario({ target: target.url }, { identities }));
    expect(Object.keys(summary.connects.failed)).toEqual(['http401']);
  });

  test('the upgrade says what the log says', async () => {
    const heads: string[] = [];
    const { url, port } = await plainServer((socket) =>
      onRequest(socket, (head) => {
        heads.push(head);
        socket.write(accept(head));
      }),
    );
    const fleet = {
      chargers: 1,
      identities: { identity: '2103252121090001', password: 'secret12' },
    };
    const target = `${url}/ocpp/{id}?tenant=7`;
    await runScenario(smallScenario({ target, duration: '1s', gracePeriod: '100ms' }, fleet));
    const token = Buffer.from('2103252121090001:secret12').toString('base64');
    expect(heads[0].replace(/(Key: ).*/, '$1...').split('\r\n')).toEqual([
      'GET /ocpp/2103252121090001?tenant=7 HTTP/1.1',
      `Host: 127.0.0.1:${port}`,
      'Origin: http://2103252121090001',
      `Authorization: Basic ${token}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Key: ...',
      'Sec-WebSocket-Protocol: ocpp1.6',
      'Sec-WebSocket-Version: 13',
      '',
      '',
    ]);
  });

  test.each(['localhost', '127.0.0.1'])('at ws://%s', async (host) => {
    const { port } = await csms();
    const { outcome } = await runScenario(smallScenario({ target: `ws://${host}:${port}` }));
    expect(outcome.exitCode).toBe(ExitCode.ok);
  });
});

/** The first CALL of every charger, and how many of each action came. */
async function offered(workers: number) {
  const first = new Map<string, string>();
  const boots = new Set<string>();
  const { url } = await ocppServer(
    ([, id, action, payload], send) => {
      const { chargePointSerialNumber: serial } = payload as Record<string, string>;
      if (action === 'BootNotification') {
        boots.add(serial);
        first.set(serial, JSON.stringify([id, action, payload]));
      }
      send(JSON.stringify([3, id, ANSWER]));
    },
    () => {},
  );
  const steps = life()
    .boot()
    .repeat(2, (l) =>
      l
        .idle({ uniform: ['1ms', '20ms'] })
        .plugIn()
        .unplug(),
    );
  const scenario = smallScenario(
    { target: url, duration: '1200ms' },
    { chargers: 11, life: steps, heartbeat: 'off' },
  );
  const { summary } = await runScenario(scenario, { workers, seed: 77 });
  const sent = Object.entries(summary.actions).map(([name, counts]) => [name, counts.sent]);
  return { boots: [...boots].toSorted(), first: [...first].toSorted(), sent };
}

test('the same seed offers the same load with 1, 2 and 4 workers', async () => {
  const one = await offered(1);
  expect(one.boots).toHaveLength(11);
  expect(one.sent).toEqual([
    ['BootNotification', 11],
    ['StatusNotification', 11 + 4 * 11],
  ]);
  expect(await offered(2)).toEqual(one);
  expect(await offered(4)).toEqual(one);
});

test('the generator says what it cost and how late it was', async () => {
  const { summary, text } = await runScenario(smallScenario({}, { chargers: 50 }), { workers: 2 });
  const { cpuUsPerCall, rssPerChargerBytes, loopDelayMs, latenessMs } = summary.generator;
  expect(cpuUsPerCall).toBeGreaterThan(0);
  expect(summary.steady.cpuUsPerCall).toBeGreaterThan(0);
  expect(Number.isFinite(rssPerChargerBytes)).toBe(true);
  expect(loopDelayMs.max).toBeGreaterThan(0);
  expect(latenessMs.max).toBeGreaterThan(0);
  expect(latenessMs.p50).toBeLessThanOrEqual(latenessMs.p99);
  expect(summary.run.workers).toBe(2);
  expect(text).toMatch(/GENERATOR .*us CPU a call.* late sends p99 .*\(steady\s+stage\)/s);
});

describe.concurrent('the command line', () => {
  const SOURCE = `
import { defineScenario, life, ramp, tonly48A } from 'ocpp-load';
export default defineScenario({
  target: process.env.CSMS_URL ?? '', duration: '60s', description: process.env.NOTE,
  allowTargets: ['127.0.0.1'],
  fleets: [{
    name: 'a', chargers: 100, model: tonly48A(), connect: ramp({ over: '100ms' }),
    life: life().boot(),
  }],
});
`;
  test('-e sets what the scenario reads; the summary goes where it should', async () => {
    const target = await csms();
    const flags = ['-e', `CSMS_URL=${target.url}`, '-e', 'NOTE=from -e', '--chargers', '4'];
    const more = ['--duration', '2s', '--seed', '42', '--dialect', 'standard', '--quiet'];
    const { code, stdout, stderr, summary } = await runCli([
      'run',
      scenarioFile(SOURCE),
      ...flags,
      ...more,
    ]);
    expect([code, stderr]).toEqual([ExitCode.ok, '']);
    expect(stdout).toContain('from -e');
    expect(summary).toMatchObject({
      run: {
        seed: 42,
        dialect: 'standard',
        description: 'from -e',
        steadyS: expect.closeTo(2, 1),
      },
      target: { kind: 'external', url: `${target.url}/{id}` },
      chargers: { planned: 4, booted: 4 },
    });
    expect(target.counters().booted).toBe(4);
  });

  test('environment twins; a flag goes over them', async () => {
    const target = await csms();
    const env = {
      OCPP_LOAD_TARGET: target.url,
      OCPP_LOAD_CHARGERS: '4',
      OCPP_LOAD_DURATION: '500ms',
      OCPP_LOAD_SEED: '41',
      OCPP_LOAD_WORKERS: '2',
      OCPP_LOAD_QUIET: '1',
    };
    const run = await runCli(['run', scenarioFile(SOURCE), '--seed', '43'], { env });
    expect(run.stderr).toBe('');
    expect(run.summary).toMatchObject({
      run: { seed: 43, workers: 2 },
      chargers: { planned: 4, booted: 4 },
    });
  });

  test('allowTargets refuses every other host', async () => {
    const flags = ['--target', 'ws://localhost:9/'];
    const { code, stdout, stderr } = await runCli(['run', scenarioFile(SOURCE), ...flags]);
    expect(code).toBe(ExitCode.badConfiguration);
    expect(stderr).toContain('refused by allowTargets');
    expect(stderr).toContain('allowed hosts: 127.0.0.1');
    expect(stdout).toBe('');
  });

  test('identities lists exactly who will connect', async () => {
    const file = scenarioFile(SOURCE);
    const target = await csms();
    const flags = ['--target', target.url, '--chargers', '3'];
    const list = await runCli(['identities', file, ...flags]);
    await runCli(['run', file, ...flags, '--duration', '300ms']);
    const lines = list.stdout.trim().split('\n');
    for (const id of target.state.chargers.keys()) expect(list.stdout).toContain(id);
    expect(target.state.chargers.size).toBe(3);
    expect(lines.length).toBeGreaterThanOrEqual(3);
  });
});

describe('several targets and source addresses', () => {
  test('each target has its chargers, in turn; the report names both', async () => {
    const targets = [await csms(), await csms()];
    const target = targets.map(({ url }) => url);
    const sourceAddresses = ['127.0.0.5-6'];
    const scenario = smallScenario({ target, sourceAddresses }, { chargers: 10 });
    const { summary } = await runScenario(scenario, { workers: 2 });
    expect(summary.chargers.booted).toBe(10);
    expect(summary.connects.failed).toEqual({});
    for (const { state } of targets) expect(state.chargers.size).toBe(5);
    expect(summary.target.url).toBe(target.map((url) => `${url}/{id}`).join(', '));
  });

  test('by a function of the charger', async () => {
    const targets = [await csms(), await csms()];
    const target = targets.map(({ url }) => url);
    const targetOf = (charger: number) => (charger < 3 ? 1 : 0);
    const { summary } = await runScenario(smallScenario({ target, targetOf }, { chargers: 10 }));
    expect(summary.chargers.booted).toBe(10);
    expect(targets.map(({ state }) => state.chargers.size)).toEqual([7, 3]);
  });

  test('an address of nobody is refused before the first charger', async () => {
    const target = await csms();
    const file = scenarioFile(`
import { defineScenario, life, tonly48A } from 'ocpp-load';
const fleet = { name: 'a', chargers: 2, model: tonly48A(), life: life().boot() };
export default defineScenario({ target: 'embedded', duration: '1s', fleets: [fleet] });
`);
    const flags = ['--target', target.url, '--source-addresses', '198.51.100.1-3'];
    const { code, stderr } = await runCli(['run', file, ...flags]);
    expect(stderr).toContain(
      'source addresses: 198.51.100.1 and 2 others: no address of this machine',
    );
    expect(code).toBe(ExitCode.preflight);
    expect(target.counters().connectionsAccepted).toBe(0);
  });
});
