/** A pool of processes, each with some of the workers as threads of its own. */
import { systemClock } from '../../base/clock.ts';
import { joinEnds, type Pool, type PoolOptions, type Usage } from '../pool.ts';
import { rangesOf } from '../spread.ts';
import { type Host, startHost } from './host.ts';
import type { ToHost } from './messages.ts';
import { mirrorOf } from './mirror.ts';
import { wantsToRun } from './starved.ts';

/** Time for a message to be written to all processes, one after the other, and to reach them. */
const LEAD_NS = 50e6;
const LEAD_OF_ONE_NS = 5e6;
/** A process that was not heard for so long is frozen, unless it waits for a processor. */
const SILENCE_MS = 1_500;
/** Then it is given up whatever it waits for. */
const PATIENCE_MS = 30_000;
const LOOK_MS = 200;
/** All have told by then what happened so long ago. */
const SETTLED_NS = 1e9;

/** @param processes from 1 to as many as there are workers, over which these are spread. */
export function startHosts(options: PoolOptions, processes: number): Pool {
  const { plan, routes, share, workers, onEvent } = options;
  const mirror = mirrorOf(plan.fleets.length, workers);
  const clock = systemClock();
  const hosts = rangesOf({ processes, workers }).map((range, h): Host => {
    const ledger = Boolean(options.onLedger);
    const job = { plan, routes, share, workers, range, ledger };
    return startHost(job, `process ${h + 1} of ${processes}`, {
      ...options,
      onTold: mirror.add,
      onLost(worker, why) {
        if (worker !== null) mirror.lose(worker);
        else for (let i = 0; i < range.count; i++) mirror.lose(range.first + i);
        if (why !== '') onEvent(`lost:${h}`, why);
      },
    });
  });
  const stopLooking = lookAfter(hosts, () => mirror.settle(clock.nowNs() - SETTLED_NS));
  const ended = Promise.all(hosts.map((host) => host.ended)).then((ends) => {
    stopLooking();
    mirror.settle(Number.POSITIVE_INFINITY);
    return joinEnds(ends);
  });
  const tell = (message: ToHost) => {
    for (const host of hosts) host.say(message);
  };
  return {
    memories: [mirror.memory],
    ready: Promise.all(hosts.map((host) => host.ready)).then(() => undefined),
    ended,
    workers: () => hosts.flatMap((host) => host.workers()),
    others: () => hosts.map((host) => host.usage()).reduce(sumOf),
    leadNs: LEAD_NS + processes * LEAD_OF_ONE_NS,
    start: (startNs, wallStartMs) => tell({ type: 'start', startNs, wallStartMs }),
    drain: () => tell({ type: 'drain' }),
    finish: () => tell({ type: 'finish' }),
    setPace: (atNs, factor) => tell({ type: 'pace', atNs, factor }),
    setSize: (atNs, sizes) => tell({ type: 'size', atNs, sizes }),
    async drop(share, draw) {
      const all = await Promise.all(hosts.map((host) => host.drop(share, draw)));
      return all.reduce((a, b) => ({ dropped: a.dropped + b.dropped, open: a.open + b.open }));
    },
    abandon: () => tell({ type: 'abandon' }),
    async destroy() {
      stopLooking();
      await Promise.all(hosts.map((host) => host.destroy()));
    },
  };
}

const sumOf = (a: Usage, b: Usage): Usage => ({
  cpuUs: a.cpuUs + b.cpuUs,
  rssBytes: a.rssBytes + b.rssBytes,
});

/** Ends processes that are silent. If this one looked away itself, nobody was heard meanwhile. */
function lookAfter(hosts: readonly Host[], atEachLook: () => void): () => void {
  let lookedMs = performance.now();
  let awakeMs = lookedMs;
  const look = () => {
    const nowMs = performance.now();
    if (nowMs - lookedMs > 2 * LOOK_MS) awakeMs = nowMs;
    lookedMs = nowMs;
    for (const host of hosts) {
      const silenceMs = nowMs - Math.max(awakeMs, host.heardMs());
      const limitMs = silenceMs > SILENCE_MS && wantsToRun(host.pid) ? PATIENCE_MS : SILENCE_MS;
      if (silenceMs > limitMs) host.kill(`did not answer for ${limitMs / 1000} s`);
    }
    atEachLook();
  };
  const timer = setInterval(look, LOOK_MS);
  return () => clearInterval(timer);
}
