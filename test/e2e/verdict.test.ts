/** Every cause of a verdict, provoked: by the scenario, the target, the system, or its files. */
import { createServer, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { ExitCode } from '../../src/base/errors.ts';
import { acceptFor } from '../../src/engine/socket/handshake.ts';
import { type Machine, thisMachine } from '../../src/health/machine.ts';
import type { HealthCause } from '../../src/health/verdict.ts';
import type { Summary } from '../../src/report/summary.ts';
import { allAtOnce } from '../../src/scenario/connect.ts';
import type { GeneratorOptions } from '../../src/scenario/generator.ts';
import { afterFile } from './cleanup.ts';
import { runCli, runScenario, scenarioFile, smallScenario } from './support.ts';

/** So that a run of a second or two is judged by its timing. */
const HASTY = { shortest: '500ms', tolerated: { share: 0.05, time: '300ms' } } as const;

/**
 * The scenario's first lines, one charger that runs `script`, and 20 that are mostly idle: what a
 * charger sends right after an answer is not late, however late the answer was read.
 */
const scripted = (script: string, generator: GeneratorOptions = HASTY, head = '') => `${head}
import { defineScenario, life, ramp, tonly48A } from 'ocpp-load';
const fleet = { model: tonly48A(), connect: ramp({ over: '300ms' }), heartbeat: '300ms' };
export default defineScenario({
  target: 'embedded', duration: '2s', gracePeriod: '2s', allowBootFailures: true,
  generator: ${JSON.stringify(generator)},
  fleets: [
    { ...fleet, name: 'a', chargers: 1,
      life: life().boot().script(async (charger) => { ${script} }) },
    { ...fleet, name: 'b', chargers: 20,
      life: life().boot().forever((l) => l.idle('200ms').plugIn().unplug()) },
  ],
});
`;

const run = (source: string, ...flags: string[]) => runCli(['run', scenarioFile(source), ...flags]);

const causesOf = ({ verdict }: Summary) => verdict.findings.map(({ cause }) => cause);
const textOf = ({ verdict }: Summary, cause: HealthCause) =>
  verdict.findings.find((finding) => finding.cause === cause)?.text;

describe('a scenario that harms its own generator', () => {
  test('blocks its loop: loopDelay, lateness and utilisation', async () => {
    const block = 'const end = Date.now() + 100; while (Date.now() < end) {}';
    const script = `await charger.sleep('1s'); for (;;) { ${block} await charger.sleep('1ms'); }`;
    const { code, stdout, summary } = await run(scripted(script), '--duration', '4s');
    expect(causesOf(summary!)).toEqual(
      expect.arrayContaining(['loopDelay', 'utilisation', 'lateness']),
    );
    expect(textOf(summary!, 'loopDelay')).toMatch(/^workers woke up late: p\d\d .+ ms/);
    expect(textOf(summary!, 'lateness')).toMatch(/^sends were late: p\d\d \d+ ms behind schedule/);
    expect(textOf(summary!, 'utilisation')).toMatch(
      /^worker 1 was busy \d+ % for [\d.]+ s \(limit/,
    );
    expect(code).toBe(ExitCode.invalid);
    expect(summary!.outcome).toMatchObject({ exitCode: 120, causes: [{ exitCode: 120 }] });
    expect(stdout).toMatch(
      /^ {2}INVALID run: the numbers below describe the generator, .+exit 120$/m,
    );
    expect(stdout).toMatch(/^ {4}-> /m);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(/GENERATOR .+: INVALID next:/);
  });

  test('makes garbage: gc', async () => {
    const garbage = 'kept.push(Array.from({ length: 50_000 }, (_, i) => ({ i })));';
    const script = `const kept = []; for (;;) {
      ${garbage} if (kept.length > 20) kept.shift(); await charger.sleep('1ms'); }`;
    const limits = { gc: { degraded: 0.05 } };
    const { summary } = await run(scripted(script, { ...HASTY, limits }));
    expect(causesOf(summary!)).toContain('gc');
    expect(textOf(summary!, 'gc')).toMatch(
      /^worker 1 was collecting garbage [\d.]+ % for [\d.]+ s, \d+ ms at the longest \(limit/,
    );
  });

  test('ends its worker: lostWorker', async () => {
    const { code, stdout, summary } = await run(scripted('process.exit(7);'));
    expect(causesOf(summary!)).toContain('lostWorker');
    expect(summary!.verdict.trust).toBe('INVALID');
    // The exit code is that of the worse cause; the JSON has both.
    expect(code).toBe(ExitCode.internal);
    expect(summary!.outcome.causes.map(({ exitCode }) => exitCode)).toEqual([109, 120]);
    expect(stdout).toContain('also: INVALID run');
  });

  test('opens files until none is left: descriptors', async () => {
    const script =
      "try { for (;;) openSync('/dev/null', 'r'); } catch {} await charger.sleep('9s');";
    const head = "import { openSync } from 'node:fs';";
    const file = scenarioFile(scripted(script, HASTY, head).replaceAll("'300ms'", "'1s'"));
    const { code, stdout, summary } = await runCli(['run', file], { descriptors: 200 });
    expect(causesOf(summary!)).toContain('descriptors');
    expect(textOf(summary!, 'descriptors')).toMatch(
      /connects found no file descriptor, [\d.]+ % of/,
    );
    expect(stdout).toContain('-> ulimit -n 400');
    expect(code).toBe(ExitCode.invalid);
  });

  test('on a system without a free source port: ports', async () => {
    // Every other connect of the workers fails, as it does when all ports are taken.
    const head = `
import { Socket } from 'node:net';
import { isMainThread } from 'node:worker_threads';
const { connect } = Socket.prototype;
let connects = 0;
Socket.prototype.connect = function (...where) {
  if (isMainThread || ++connects % 2 > 0) return connect.apply(this, where);
  return this.destroy(Object.assign(new Error('no port'), { code: 'EADDRNOTAVAIL' }));
};`;
    const { code, summary } = await run(scripted("await charger.sleep('9s');", HASTY, head));
    expect(causesOf(summary!)).toContain('ports');
    expect(textOf(summary!, 'ports')).toMatch(/connects found no source port, [\d.]+ % of/);
    expect(code).toBe(ExitCode.invalid);
  });
});

describe('a target', () => {
  test('that never reads: backPressure', async () => {
    const url = await deafServer(60_000);
    const { summary, text } = await runScenario(
      smallScenario(
        {
          ...{ target: url, duration: '2s', gracePeriod: '100ms', allowBootFailures: true },
          generator: HASTY,
        },
        { chargers: 1, connect: allAtOnce() },
      ),
    );
    expect(summary.wire.stalledWrites).toBeGreaterThan(10);
    expect(causesOf(summary)).toContain('backPressure');
    expect(text.replace(/\s+/g, ' ')).toMatch(/the kernel did not take [\d ]+ writes at once/);
  });
});

/** Upgrades, sends pings, which are to be answered, and reads nothing more. */
async function deafServer(pings: number): Promise<string> {
  const frame = Buffer.concat([Buffer.from([0x89, 125]), Buffer.alloc(125)]);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', (request) => {
      socket.pause();
      const [, key] = /sec-websocket-key: (\S+)/i.exec(String(request)) as RegExpExecArray;
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
          `Sec-WebSocket-Protocol: ocpp1.6\r\nSec-WebSocket-Accept: ${acceptFor(key)}\r\n\r\n`,
      );
      // After the one interval in which the run begins.
      setTimeout(() => socket.write(Buffer.concat(Array(pings).fill(frame))), 200);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterFile(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return `ws://127.0.0.1:${port}`;
}

describe('a machine', () => {
  /** Files of the kernel by path, at the n-th reading. */
  const playing = (files: (n: number) => Readonly<Record<string, string>>): Machine => {
    let reading = 0;
    return {
      ...thisMachine(),
      readText(path) {
        if (path === '/proc/stat') reading++;
        return files(reading)[path] ?? null;
      },
    };
  };
  const judged = (machine: Machine) =>
    runScenario(smallScenario({ duration: '1s', generator: HASTY }), {
      machine,
    });

  test.each<[HealthCause, (n: number) => Record<string, string>, string]>([
    [
      'steal',
      (n) => ({ '/proc/stat': `cpu  ${n * 100} 0 0 ${n * 50} 0 0 0 ${n * 50} 0 0\n` }),
      'the host gave 25 % of the processor time to others',
    ],
    [
      'throttled',
      (n) => ({
        '/proc/self/cgroup': '0::/\n',
        '/sys/fs/cgroup/cpu.stat': `usage_usec 9\nthrottled_usec ${n * 500_000}\n`,
      }),
      'the control group was held back',
    ],
    [
      'listenDrops',
      (n) => ({
        '/proc/net/netstat': `TcpExt: ListenOverflows ListenDrops\nTcpExt: ${n * 9} ${n * 10}\n`,
      }),
      'connections at a full listen queue',
    ],
    [
      'retransmits',
      (n) => ({ '/proc/net/snmp': `Tcp: OutSegs RetransSegs\nTcp: ${n * 1000} ${n * 30}\n` }),
      'segments again, 3 % of all (limit 1 %)',
    ],
    [
      'memory',
      () => ({ '/proc/meminfo': 'MemTotal: 9 kB\nMemAvailable:    100000 kB\n' }),
      'memory ran short: 102 MB were left (limit 256 MB)',
    ],
  ])('%s', async (cause, files, words) => {
    const { summary, text } = await judged(playing(files));
    expect(causesOf(summary)).toContain(cause);
    expect(text.replace(/\s+/g, ' ')).toContain(words);
  });

  test('clockStep', async () => {
    let reading = 0;
    const wallMs = () => Date.now() + (++reading > 2 ? 700_500 : 0);
    const { summary, outcome } = await judged({ readText: () => null, wallMs });
    expect(causesOf(summary)).toContain('clockStep');
    expect(textOf(summary, 'clockStep')).toMatch(/^the wall clock was set by 7\d\d \d{3} ms/);
    expect(outcome.exitCode).toBe(ExitCode.invalid);
  });

  test('that holds up the main thread: gaps', async () => {
    const sleeper = new Int32Array(new SharedArrayBuffer(4));
    let blocked = false;
    const { summary } = await runScenario(smallScenario({ duration: '4s', generator: HASTY }), {
      onProgress({ stage, elapsedS }) {
        if (blocked || stage !== 'steady' || elapsedS < 1) return;
        blocked = true;
        Atomics.wait(sleeper, 0, 0, 3_200);
      },
    });
    expect(causesOf(summary)).toContain('gaps');
    expect(textOf(summary, 'gaps')).toMatch(/^the main thread looked away for [23] of \d s/);
  });

  test('whose own files say little is not to blame', async () => {
    const { summary, outcome, text } = await runScenario(smallScenario(), {
      machine: { readText: () => null, wallMs: () => Date.now() },
    });
    expect(summary.verdict).toEqual({ trust: 'VALID', findings: [] });
    expect(outcome.exitCode).toBe(ExitCode.ok);
    expect(text).toContain('  VALID run, 10 of 10 chargers booted');
  });
});

describe.concurrent('--strict', () => {
  const degraded = () =>
    scripted("await charger.sleep('100ms');", { limits: { memory: { degraded: 1e15 } } });

  test('a DEGRADED run exits 0 without it', async () => {
    const { code, stdout, summary } = await run(degraded());
    expect(summary!.verdict.trust).toBe('DEGRADED');
    expect(stdout).toContain('  DEGRADED run, 21 of 21 chargers booted');
    expect(stdout).toContain('memory ran short');
    expect(code).toBe(ExitCode.ok);
  });

  test('and 120 with it', async () => {
    const { code, stdout, summary } = await run(degraded(), '--strict');
    expect(code).toBe(ExitCode.invalid);
    expect(stdout).toContain('  DEGRADED run: the generator had trouble, and strict allows none');
    expect(summary!.outcome.causes).toMatchObject([{ exitCode: 120 }]);
  });
});
