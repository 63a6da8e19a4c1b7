/**
 * The escape hatch `script(...)`: the only promises of the engine. A script is one async function a
 * charger; its waits are the charger's life waits, so it obeys the run's clock and one-CALL rule.
 */

import { UserError } from '../../base/errors.ts';
import { drawUniform } from '../../base/random.ts';
import { parseDurationNs } from '../../base/units.ts';
import { ACTIONS, type Action, ActionIndexOf } from '../../ocpp/actions.ts';
import { columnText } from '../../plan/columns.ts';
import { OP_WIDTH } from '../../plan/plan.ts';
import type { ScriptCharger, ScriptReply } from '../../scenario/types.ts';
import { SCRIPT_TEMPLATE } from './calls.ts';
import { advance } from './life.ts';
import { fleetOf, type Shard } from './shard.ts';
import { Life, Link, TIMERS, Timer } from './state.ts';
import { arm } from './timers.ts';

/** Starts the script that charger `c` stands at, unless it runs already. */
export function startScript(shard: Shard, c: number): void {
  if (shard.scriptsRunning.has(c)) return;
  shard.scriptsRunning.add(c);
  const { state } = shard;
  const script = shard.scripts[fleetOf(shard, c).plan.program.ops[state.pc[c] * OP_WIDTH + 1]];
  // A script that is no async function may throw at once.
  new Promise<void>((resolve) => resolve(script(scriptCharger(shard, c)))).then(
    () => scriptDone(shard, c),
    (error: unknown) => shard.scriptFailed(toError(error)),
  );
}

function scriptDone(shard: Shard, c: number): void {
  const { state } = shard;
  shard.scriptsRunning.delete(c);
  if (state.life[c] === Life.finished) return;
  if (shard.scriptCalls.has(c) || shard.scriptSleeps.has(c)) {
    const fix = 'await each of them, or return the promise';
    shard.scriptFailed(new UserError('a script ended before its call() or sleep() was over', fix));
    return;
  }
  state.pc[c]++;
  advance(shard, c, shard.clock.nowNs());
  shard.resume(c);
}

function scriptCharger(shard: Shard, c: number): ScriptCharger {
  const { plan } = fleetOf(shard, c);
  const index = shard.state.globalIndex[c];
  return {
    index,
    identity: columnText(plan.identity, index - plan.firstCharger),
    idTag: columnText(plan.idTag, index - plan.firstCharger),
    nowMs: () => (shard.clock.nowNs() - shard.startNs) / 1e6,
    random: () => drawUniform(shard.state.random, c),
    sleep: (duration) => sleep(shard, c, duration),
    call: (action, payload) => call(shard, c, action, payload),
  };
}

function sleep(shard: Shard, c: number, duration: string): Promise<void> {
  const delayNs = parseDurationNs(duration);
  if (delayNs === undefined) {
    throw new UserError(
      `charger.sleep(${JSON.stringify(duration)}) is not a duration`,
      "write '5s'",
    );
  }
  return waiting(shard, c, 'sleep()', (resolve: (value: undefined) => void) => {
    shard.scriptSleeps.set(c, () => resolve(undefined));
    arm(shard.timers, c * TIMERS + Timer.life, shard.clock.nowNs() + delayNs);
    shard.resume(c);
  });
}

function call(shard: Shard, c: number, action: Action, payload: object): Promise<ScriptReply> {
  if (!ACTIONS.includes(action)) {
    throw new UserError(
      `charger.call('${action}') is not an action`,
      `one of ${ACTIONS.join(', ')}`,
    );
  }
  if (typeof payload !== 'object' || payload === null) {
    throw new UserError(
      `charger.call('${action}', ${JSON.stringify(payload)}): the payload must be an object`,
      'write {} for an empty one',
    );
  }
  return waiting(shard, c, 'call()', (settle: (reply: ScriptReply) => void) => {
    const { state } = shard;
    const body = `"${action}",${JSON.stringify(payload)}`;
    shard.scriptCalls.set(c, { action: ActionIndexOf[action], payload: body, settle });
    state.life[c] = Life.call;
    state.lifeTemplate[c] = SCRIPT_TEMPLATE;
    state.lifeDueNs[c] = shard.clock.nowNs();
    state.lifeOffline[c] = state.link[c] === Link.open ? 0 : 1;
    shard.resume(c);
  });
}

/** One wait at a time; once the run drains, a script waits for ever and is left behind. */
function waiting<T>(
  shard: Shard,
  c: number,
  what: string,
  begin: (resolve: (value: T) => void) => void,
): Promise<T> {
  if (shard.scriptCalls.has(c) || shard.scriptSleeps.has(c)) {
    throw new UserError(
      `${what} while an earlier call() or sleep() of the same charger is not over`,
      'a charger does one thing at a time: await each of them',
    );
  }
  return new Promise<T>((resolve) => {
    if (shard.state.life[c] === Life.script) begin(resolve);
  });
}

/** The script's CALL has its fate. `text` is the whole answer. */
export function scriptCallClosed(
  shard: Shard,
  c: number,
  fate: ScriptReply['fate'],
  text: string,
): void {
  const { state } = shard;
  const pending = shard.scriptCalls.get(c);
  shard.scriptCalls.delete(c);
  state.life[c] = shard.draining ? Life.finished : Life.script;
  if (shard.draining || pending === undefined) return;
  pending.settle({ fate, payload: payloadOf(fate, text) });
}

function payloadOf(fate: ScriptReply['fate'], text: string): unknown {
  if (fate === 'answered') return (JSON.parse(text) as unknown[])[2];
  if (fate !== 'callError') return null;
  const [, , code, description] = JSON.parse(text) as unknown[];
  return { code, description };
}

/** The life timer fired: the script's sleep is over. */
export function wakeScript(shard: Shard, c: number): void {
  const wake = shard.scriptSleeps.get(c);
  shard.scriptSleeps.delete(c);
  wake?.();
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(`a script threw ${String(error)}`);
}
