/** What to change about a cause, with the flag or the command line for it. */
import type { HealthCause } from './verdict.ts';
import { about } from './words.ts';

/** What a fix depends on. */
export interface FixFacts {
  readonly workers: number;
  readonly processors: number;
  /** The scenario runs code of its own in the workers. */
  readonly hasScripts: boolean;
  /** Open files that this process may have; Infinity: no limit of its own. */
  readonly descriptorLimit: number;
  /** Mean utilisation of the busiest worker in the steady stage, 0 to 1. */
  readonly busiest: number;
  /** CALLs a second in the steady stage. */
  readonly sentPerS: number;
}

/** A worker that is busy for this share of its time still wakes up in time. */
const COMFORTABLE = 0.7;

export function fixOf(cause: HealthCause, facts: FixFacts): string {
  return FIXES[cause](facts);
}

const FIXES: Readonly<Record<HealthCause, (facts: FixFacts) => string>> = {
  utilisation: relieve,
  lateness: relieve,
  loopDelay: relieve,
  gc: (facts) =>
    facts.hasScripts
      ? 'let the scripts of the scenario make less garbage: they run in the workers'
      : lighten(facts),
  backPressure: () =>
    'the target, or the network to it, reads too slowly: look at both, or lower the rate',
  steal: () => 'use a machine with processors of its own, or repeat the run at a quieter time',
  throttled: () =>
    'raise the processor limit of the container (docker --cpus, cpu.max), or lower --workers',
  clockStep: () => 'let the clock settle before the run: chronyc waitsync, or timedatectl',
  lostWorker: ({ hasScripts }) =>
    hasScripts
      ? 'a script must not end its thread or use up its memory; the error names the worker'
      : 'repeat the run with fewer chargers if memory ran out; else please report the error',
  lostShare: () =>
    'look at what the agent printed last, and at its network; --lease 2m waits longer for it',
  missing: () => 'look at the network between the agent and the bus, and at its machine',
  listenDrops: () =>
    "sysctl -w net.core.somaxconn=4096 and raise the target's backlog, or ramp slower",
  retransmits: () => 'look for what loses packets on the way: nstat -az TcpRetransSegs, ss -ti',
  descriptors: ({ descriptorLimit }) =>
    Number.isFinite(descriptorLimit)
      ? `ulimit -n ${descriptorLimit * 2}, more processes (--processes), or fewer --chargers`
      : 'raise fs.file-max of the system (sysctl), or run fewer chargers (--chargers)',
  ports: () =>
    'connect from more addresses (--source-addresses), or run fewer chargers (--chargers)',
  memory: () => 'run fewer chargers (--chargers), or use a machine with more memory',
  gaps: ({ workers }) =>
    workers > 1
      ? `leave the main thread a processor (--workers ${workers - 1}), or end other programs`
      : 'end other programs on this machine: the main thread had no processor',
};

/** For workers that come late: they have too much to do, or something keeps them from it. */
function relieve(facts: FixFacts): string {
  if (facts.hasScripts) {
    return `scripts run in the workers: move out of them what computes, or ${lighten(facts)}`;
  }
  if (facts.busiest > COMFORTABLE) return lighten(facts);
  return 'end other programs on this machine, or use one with more or faster processors';
}

function lighten({ workers, processors, busiest, sentPerS }: FixFacts): string {
  const more = workers < processors ? `add a worker (--workers ${workers + 1}) or` : 'add';
  const rate = (sentPerS * COMFORTABLE) / busiest;
  const lower =
    busiest > COMFORTABLE && rate >= 1 ? `the rate to about ${about(rate)} calls/s` : 'the rate';
  return `${more} a machine, or lower ${lower}`;
}
