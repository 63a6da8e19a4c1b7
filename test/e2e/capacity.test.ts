/** A search against the embedded central system, whose limit is known: R CALLs/s, one at a time. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCapacityResult } from '../../src/capacity/result.ts';
import { runCli, scenarioFile, scratch, startCli } from './support.ts';

const SERVED_PER_S = 600;
const HEARTBEATS_PER_S = 4;
/**
 * Each charger sends 4 Heartbeats a second and nothing else once it has booted, so that N of them
 * send 4 N CALLs/s. A queue is stable up to R of them, 150 chargers: below, no CALL waits for more
 * than some others; above, each second adds (4 N - R) / R seconds of waiting without end.
 */
const LIMIT = SERVED_PER_S / HEARTBEATS_PER_S;

/** What this machine's other work does to the generator is no matter here. */
const chatty = () =>
  scenarioFile(`
import { defineScenario, life, ramp, tonly48A } from 'ocpp-load';
export default defineScenario({
  target: 'embedded',
  embedded: { light: true, serviceRate: '${SERVED_PER_S}/s' },
  duration: '1m',
  gracePeriod: '2s',
  generator: {
    shortest: '10m',
    limits: {
      listenDrops: { degraded: 1, invalid: 1 },
      retransmits: { degraded: 1, invalid: 1 },
      gaps: { degraded: 1, invalid: 1 },
    },
  },
  fleets: [{
    name: 'chatty',
    chargers: 150,
    model: tonly48A(),
    connect: ramp({ over: '2s' }),
    heartbeat: '250ms',
    life: life().boot(),
  }],
});
`);

const ASKED = [
  ...['--slo', 'ocpp_call_duration{action:Heartbeat}: p(99)<400'],
  ...['--from', '110', '--to', '190', '--precision', '15%'],
  ...['--warmup', '2s', '--hold', '4s', '--seed', '1'],
];

// A machine that stalls for half a second may have it fail once.
test('finds the limit of a known service rate within 10 %', { retry: 1 }, async () => {
  const out = join(scratch(), 'capacity.json');
  const args = ['capacity', chatty(), ...ASKED, '--out', out];
  const { code, stdout, stderr } = await runCli(args, { limitMs: 110_000 });
  expect(stdout + stderr).toMatch(/LIMIT {2}\d+ chargers hold every SLO, \d+ chargers do not/);
  expect(code).toBe(0);
  const { held, failed, isConfirmed, probes } = readCapacityResult(out);
  expect(isConfirmed).toBe(true);
  expect(Math.abs((held?.load ?? 0) / LIMIT - 1)).toBeLessThanOrEqual(0.1);
  expect(failed?.load).toBeGreaterThan(held?.load ?? Number.POSITIVE_INFINITY);
  expect(probes.every(({ trust }) => trust === 'VALID')).toBe(true);
});

test('Ctrl-C prints what is known and keeps it; --resume goes on from there', async () => {
  const out = join(scratch(), 'capacity.json');
  const small = ['--slo', 'ocpp_call_failed: rate<0.5', '--from', '4', '--to', '8'];
  const short = ['--warmup', '1s', '--hold', '2s', '--seed', '1', '--out', out];
  const scenario = chatty();
  const cut = startCli(['capacity', scenario, ...small, ...short]);
  await cut.shown(/4 chargers .* held/);
  cut.child.kill('SIGINT');
  const { code, stdout } = await cut.finished;
  expect(code).toBe(105);
  expect(stdout).toMatch('INTERRUPTED  4 chargers hold so far');
  expect(readCapacityResult(out)).toMatchObject({ end: null, held: { load: 4 } });

  const other = await runCli(['capacity', scenario, '--resume', out, '--hold', '3s']);
  expect(other.code).toBe(104);
  expect(other.stderr).toMatch('is of another search: --hold: 2 s there, 3 s here');

  const whole = await runCli(['capacity', scenario, '--resume', out]);
  expect(whole.code).toBe(124);
  expect(whole.stdout).toMatch('NO LIMIT  8 chargers hold every SLO, the top of the range');
  const kept = JSON.parse(readFileSync(out, 'utf8')) as { probes: { load: number }[] };
  expect(kept.probes.map(({ load }) => load)).toEqual([4, 8, 8]);
});
