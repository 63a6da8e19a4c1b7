/**
 * The escape hatch `script(...)`: the only promises of the engine. A script is one async function a
 * connector; its waits are its life's waits, so it obeys the run's clock and one-CALL rule.
 */

import { UserError } from '../../base/errors.ts';
import { drawUniform } from '../../base/random.ts';
import { parseDurationNs } from '../../base/units.ts';
import { ACTIONS, type Action, ActionIndexOf } from '../../ocpp/actions.ts';
import { columnText } from '../../plan/columns.ts';
import { OP_WIDTH } from '../../plan/plan.ts';
import type { ScriptCharger, ScriptReply } from '../../scenario/types.ts';
import { advance, SCRIPT_TEMPLATE } from './life.ts';
import { fleetOf, type Shard } from './shard.ts';
import { Life, Link, TIMERS, Timer } from './state.ts';
import { arm } from './timers.ts';

/** Starts the script that connector `k` stands at, unless it runs already. */
export function startScript(shard: Shard, k: number): void {
  if (shard.scriptsRunning.has(k)) return;
  shard.scriptsRunning.add(k);
  const { state } = shard;
  const { ops } = fleetOf(shard, state.owner[k]).plan.program;
  const script = shard.scripts[ops[state.pc[k] * OP_WIDTH + 1]];
  // A script that is no async function may throw at once.
  new Promise<void>((resolve) => resolve(script(scriptCharger(shard, k)))).then(
    () => scriptDone(shard, k),
    (error: unknown) => shard.scriptFailed(toError(error)),
  );
}

function scriptDone(shard: Shard, k: number): void {
  const { state } = shard;
  shard.scriptsRunning.delete(k);
  if (state.life[k] === Life.finished) return;
  if (shard.scriptCalls.has(k) || shard.scriptSleeps.has(k)) {
    const fix = 'await each of them, or return the promise';
    shard.scriptFailed(new UserError('a script ended before its call() or sleep() was over', fix));
    return;
  }
  state.pc[k]++;
  advance(shard, k, shard.clock.nowNs());
  shard.resume(state.owner[k]);
}

function scriptCharger(shard: Shard, k: number): ScriptCharger {
  const c = shard.state.owner[k];
  const { plan } = fleetOf(shard, c);
  const index = shard.state.globalIndex[c];
  return {
    index,
    connector: shard.state.connectorId[k],
    identity: columnText(plan.identity, index - plan.firstCharger),
    idTag: columnText(plan.idTag, index - plan.firstCharger),
    nowMs: () => (shard.clock.nowNs() - shard.startNs) / 1e6,
    random: () => drawUniform(shard.state.random, k),
    sleep: (duration) => sleep(shard, k, duration),
    call: (action, payload) => call(shard, k, action, payload),
    abort: (reason) => abort(shard, reason),
  };
}

/** What a script throws that asks for the end of the run: no fault of its scenario. */
export class ScriptAbort extends Error {
  override readonly name = 'ScriptAbort';
}

function abort(shard: Shard, reason: string): never {
  const error = new ScriptAbort(String(reason));
  // Told before it is thrown: a script may catch what it likes.
  shard.scriptFailed(error);
  throw error;
}

function sleep(shard: Shard, k: number, duration: string): Promise<void> {
  const delayNs = parseDurationNs(duration);
  if (delayNs === undefined) {
    throw new UserError(
      `charger.sleep(${JSON.stringify(duration)}) is not a duration`,
      "write '5s'",
    );
  }
  return waiting(shard, k, 'sleep()', (resolve: (value: undefined) => void) => {
    shard.scriptSleeps.set(k, () => resolve(undefined));
    arm(shard.timers, k * TIMERS + Timer.life, shard.clock.nowNs() + delayNs);
    shard.resume(shard.state.owner[k]);
  });
}

function call(shard: Shard, k: number, action: Action, payload: object): Promise<ScriptReply> {
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
  return waiting(shard, k, 'call()', (settle: (reply: ScriptReply) => void) => {
    const { state } = shard;
    const body = JSON.stringify(payload);
    shard.scriptCalls.set(k, { action: ActionIndexOf[action], payload: body, settle });
    state.life[k] = Life.call;
    state.lifeTemplate[k] = SCRIPT_TEMPLATE;
    state.lifeDueNs[k] = shard.clock.nowNs();
    state.lifeOffline[k] = state.link[state.owner[k]] === Link.open ? 0 : 1;
    shard.resume(state.owner[k]);
  });
}

/** One wait at a time; once the run drains, a script waits for ever and is left behind. */
function waiting<T>(
  shard: Shard,
  k: number,
  what: string,
  begin: (resolve: (value: T) => void) => void,
): Promise<T> {
  if (shard.scriptCalls.has(k) || shard.scriptSleeps.has(k)) {
    throw new UserError(
      `${what} while an earlier call() or sleep() of the same charger is not over`,
      'a charger does one thing at a time: await each of them',
    );
  }
  return new Promise<T>((resolve) => {
    if (shard.state.life[k] === Life.script) begin(resolve);
  });
}

/** The script's CALL has its fate. `text` is the whole answer. */
export function scriptCallClosed(
  shard: Shard,
  k: number,
  fate: ScriptReply['fate'],
  text: string,
): void {
  const { state } = shard;
  const pending = shard.scriptCalls.get(k);
  shard.scriptCalls.delete(k);
  state.life[k] = shard.draining ? Life.finished : Life.script;
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
export function wakeScript(shard: Shard, k: number): void {
  const wake = shard.scriptSleeps.get(k);
  shard.scriptSleeps.delete(k);
  wake?.();
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(`a script threw ${String(error)}`);
}
