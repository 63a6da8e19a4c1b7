/** BootNotification and its answers (OCPP 1.6, 4.2), and what follows its acceptance. */
import { ActionIndexOf } from '../../ocpp/actions.ts';
import { TemplateIndex } from '../../plan/plan.ts';
import { effectHistogram, RunCounterOffset, runHistogram } from '../../snapshot/layout.ts';
import { ReplyStatus } from '../frame/reply.ts';
import { count, record } from '../latency/recorder.ts';
import { setClock } from './clock.ts';
import { advance } from './life.ts';
import { planClockValues } from './samples.ts';
import { fleetOf, type Shard } from './shard.ts';
import { Boot, Life, NEVER, TIMERS, Timer } from './state.ts';
import { tellStatus } from './status.ts';
import { addTask, cancelTasks } from './tasks.ts';
import { arm } from './timers.ts';

/** Heartbeats when the central system leaves the interval to the charger. */
const OWN_HEARTBEAT_NS = 60e9;

const BOOT_PHASE = runHistogram('boot');
const BOOTED_AFTER = runHistogram('bootedAfter');
const RESET_EFFECT = effectHistogram('Reset');
const TRIGGER_EFFECT = effectHistogram('TriggerMessage');

/** A boot was answered with what fits it. */
export function bootAnswered(shard: Shard, c: number, nowNs: number): void {
  const { state, reply } = shard;
  const intervalNs = reply.interval * 1e9;
  setClock(shard, c, nowNs);
  const triggeredNs = shard.bootTriggers.get(c);
  if (triggeredNs !== undefined) {
    shard.bootTriggers.delete(c);
    record(shard.memory, TRIGGER_EFFECT, nowNs - triggeredNs);
  }
  if (reply.status === ReplyStatus.accepted) {
    bootAccepted(shard, c, intervalNs, nowNs);
    return;
  }
  state.booted[c] = reply.status === ReplyStatus.pending ? Boot.pending : Boot.rejected;
  state.heartbeatDueNs[c] = NEVER;
  retryBoot(shard, c, nowNs + (intervalNs > 0 ? intervalNs : bootRetryNs(shard, c)));
}

/** A boot got no answer that fits: `lost` ones are repeated as soon as there is a connection. */
export function bootFailed(shard: Shard, c: number, lost: boolean, nowNs: number): void {
  const { booted, bootDueNs } = shard.state;
  shard.bootTriggers.delete(c);
  // A triggered boot changes nothing when it fails: there is no need of it, or one planned.
  if (booted[c] === Boot.accepted || bootDueNs[c] < NEVER) return;
  retryBoot(shard, c, lost ? nowNs : nowNs + bootRetryNs(shard, c));
}

const bootRetryNs = (shard: Shard, c: number) => fleetOf(shard, c).plan.bootRetryNs;

const BOOT_TASK = 'boot';

function retryBoot(shard: Shard, c: number, dueNs: number): void {
  shard.state.bootDueNs[c] = dueNs;
  cancelTasks(shard, c, BOOT_TASK);
  addTask(shard, c, BOOT_TASK, dueNs, () => {});
}

function bootAccepted(shard: Shard, c: number, intervalNs: number, nowNs: number): void {
  const { state, memory } = shard;
  const before = state.booted[c];
  state.booted[c] = Boot.accepted;
  state.bootDueNs[c] = NEVER;
  if (!shard.draining) planHeartbeats(shard, c, heartbeatNs(shard, c, intervalNs), nowNs);
  if (before === Boot.accepted) return;
  record(memory, BOOT_PHASE, nowNs - state.bootStartNs[c]);
  const first = state.everBooted[c] === 0;
  if (first) {
    state.everBooted[c] = 1;
    count(memory, RunCounterOffset.booted);
    record(memory, BOOTED_AFTER, nowNs - shard.startNs);
    planClockValues(shard, c, nowNs);
  }
  const restartNs = shard.restarts.get(c);
  if (restartNs !== undefined) {
    shard.restarts.delete(c);
    if (!Number.isNaN(restartNs)) record(memory, RESET_EFFECT, nowNs - restartNs);
  }
  if (fleetOf(shard, c).plan.tellsWholeStatus) tellWhole(shard, c, nowNs);
  for (let k = c; k >= 0; k = state.nextConnector[k]) {
    // A life that began tells its first status itself.
    if (!first) tellStatus(shard, k, nowNs, null);
    if (state.life[k] === Life.boot) advance(shard, k, nowNs);
  }
}

function tellWhole(shard: Shard, c: number, nowNs: number): void {
  tellStatus(shard, c, nowNs, null, {
    template: TemplateIndex.firstStatus,
    connectorId: 0,
    action: ActionIndexOf.StatusNotification,
  });
}

/** What the fleet says, else what the boot says. */
function heartbeatNs(shard: Shard, c: number, bootIntervalNs: number): number {
  const planned = fleetOf(shard, c).plan.heartbeatNs;
  if (planned !== 0) return planned;
  return bootIntervalNs > 0 ? bootIntervalNs : OWN_HEARTBEAT_NS;
}

/** Heartbeats every `everyNs` from now on; none when it is not above 0. */
export function planHeartbeats(shard: Shard, c: number, everyNs: number, nowNs: number): void {
  const { state } = shard;
  state.heartbeatEveryNs[c] = Math.max(0, everyNs);
  state.heartbeatDueNs[c] = everyNs > 0 ? nowNs + everyNs : NEVER;
  if (everyNs > 0) arm(shard.timers, c * TIMERS + Timer.heartbeat, state.heartbeatDueNs[c]);
}
