/** Runs over several machines for the end-to-end tests: a server, agents and a coordinator. */
import { expect } from 'vitest';
import type { Summary } from '../../src/report/summary.ts';
import type { EmbeddedDelay } from '../../src/scenario/types.ts';
import { hasNamespaces, testMachine } from '../support/machine.ts';
import { lineTo, type NatsServer, startNats } from '../support/nats-server.ts';
import { afterFile } from './cleanup.ts';
import { csms } from './servers.ts';
import { type RunningCli, scenarioFile, startCli } from './support.ts';

export interface Site {
  readonly nats: NatsServer;
  /** Of the central system, `{id}` included. */
  readonly target: string;
  /** An agent on a machine of its own, where the system has namespaces. */
  agent(name: string, flags?: readonly string[]): Promise<TestAgent>;
  run(flags: readonly string[]): RunningCli;
  resume(runId: string, flags: readonly string[]): RunningCli;
}

export interface TestAgent extends RunningCli {
  /** Resolves when it has a share and knows when to begin, a moment before. */
  begun(): Promise<void>;
  /** Whether it has, or had, a share. */
  claimed(): boolean;
  /** Its way to the bus, not to the central system. */
  cut(): void;
  mend(): void;
}

const LIMIT_MS = 120_000;

/** @param sessions that each charger has, in the first seconds; by default they never end. */
export const scenarioOf = (durationS: number, chargers = 12, sessions = 0) =>
  scenarioFile(`
    import { defineScenario, life, ramp, tonly48A } from 'ocpp-load';
    export default defineScenario({
      target: 'embedded',
      duration: '${durationS}s',
      gracePeriod: '5s',
      fleets: [{
        name: 'f', chargers: ${chargers}, model: tonly48A(), connect: ramp({ over: '500ms' }),
        heartbeat: '500ms', meterInterval: '500ms',
        life: life().boot().${sessions > 0 ? `repeat(${sessions}, ` : 'forever('}(l) => l
          .idle('300ms').plugIn().session({ duration: '700ms', power: '7kW' }).unplug()),
      }],
    });`);

/** @param delay of the answers of its central system. */
export async function site(delay?: EmbeddedDelay): Promise<Site> {
  const nats = await startNats();
  const { url } = await csms(delay === undefined ? {} : { delay });
  const target = `${url}/{id}`;
  const targetPort = Number(new URL(url).port);
  const namespaces = hasNamespaces();
  return {
    nats,
    target,
    async agent(name, flags = []) {
      if (!namespaces) {
        const line = await lineTo(nats.port);
        return startAgent(name, { url: line.url, cut: line.freeze, mend: line.heal }, flags);
      }
      const { prefix, pull, plug } = await testMachine([nats.port, targetPort]);
      const [cut, mend] = [() => pull(nats.port), () => plug(nats.port)];
      return startAgent(name, { url: nats.url, prefix, cut, mend }, flags);
    },
    run: (flags) => {
      const load = ['--target', target, '--seed', '7'];
      return startCli(['run', ...flags, '--nats', nats.url, ...load], { limitMs: LIMIT_MS });
    },
    resume: (runId, flags) =>
      startCli(['run', '--resume', runId, '--nats', nats.url, ...flags], {
        limitMs: LIMIT_MS,
      }),
  };
}

interface Way extends Pick<TestAgent, 'cut' | 'mend'> {
  readonly url: string;
  readonly prefix?: readonly string[];
}

/** @param way to the bus. */
function startAgent(name: string, way: Way, flags: readonly string[]): TestAgent {
  const { url, prefix, cut, mend } = way;
  const args = ['agent', '--nats', url, '--name', name, '--trust', 'any', '--workers', '1'];
  const running = startCli([...args, ...flags], { limitMs: LIMIT_MS, prefix });
  afterFile(async () => {
    running.child.kill('SIGKILL');
    await running.finished;
  });
  let said = '';
  running.child.stderr?.on('data', (text: string) => void (said += text));
  return {
    ...running,
    begun: () => running.shown(/begins in/),
    claimed: () => said.includes('claimed share'),
    cut,
    mend,
  };
}

/** What holds whatever happened: every CALL that was told of has one fate. */
export function expectExact(summary: Summary | null): Summary {
  expect(summary).not.toBe(null);
  const exact = summary as Summary;
  expect(exact.sums).toEqual({ agree: true, broken: [] });
  const { sent, answered, callError, timedOut, lost, inFlight, unknown } = exact.calls;
  expect(answered + callError + timedOut + lost + inFlight + unknown).toBe(sent);
  expect(sent).toBeGreaterThan(0);
  return exact;
}
