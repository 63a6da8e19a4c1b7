import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/base/errors.ts';
import { ScriptAbort } from '../../../src/engine/charger/script.ts';
import type { Action } from '../../../src/ocpp/actions.ts';
import type { Life, ScriptCharger, ScriptReply } from '../../../src/scenario/types.ts';
import type { Behaviour } from '../../sim/central.ts';
import { sentCalls } from '../../sim/log.ts';
import { counterOf, countsOf } from '../../sim/read.ts';
import { lifeScenario } from '../../sim/scenario.ts';
import { type SimulateOptions, simulate } from '../../sim/simulate.ts';

const DATA = { vendorId: 'x' };

/** Runs one charger with this script, for a minute. */
function runScript(
  script: (charger: ScriptCharger) => Promise<void>,
  options: Partial<SimulateOptions> = {},
) {
  const scenario = lifeScenario((l: Life) => l.script(script).call('Authorize'), {
    ...{ duration: '60s', callTimeout: '5s' },
  });
  return simulate({ scenario, ...options });
}

describe('a script', () => {
  test("knows its charger, waits on the run's clock, and hands over to the next step", async () => {
    const seen: unknown[] = [];
    const run = await runScript(async (charger) => {
      const startMs = charger.nowMs();
      await charger.sleep('12s');
      seen.push(charger.index, charger.identity, charger.idTag);
      seen.push(Math.round(charger.nowMs() - startMs));
    });
    expect(seen).toEqual([0, '2103252100000001', '13800000001', 12_000]);
    const authorize = sentCalls(run.entries).find(({ action }) => action === 'Authorize');
    expect(Math.round(Number(authorize?.atNs) / 1e9)).toBe(12);
    expect(run.scriptErrors).toEqual([]);
  });

  test("draws from its charger's own stream", async () => {
    const draw = async (seed: number, shards: number) => {
      const drawn: number[][] = [];
      const script = async (charger: ScriptCharger) => {
        drawn[charger.index] = [charger.random(), charger.random()];
      };
      const scenario = lifeScenario((l) => l.script(script), {}, { chargers: 5 });
      await simulate({ scenario, seed, shards });
      return drawn;
    };
    const drawn = await draw(1, 1);
    expect(new Set(drawn.flat()).size).toBe(10);
    expect(drawn.flat().every((value) => value > 0 && value < 1)).toBe(true);
    expect(await draw(1, 3)).toEqual(drawn);
    expect(await draw(2, 1)).not.toEqual(drawn);
  });

  test('sends its payload as written, and hears every fate', async () => {
    const replies: ScriptReply[] = [];
    const onCall: Behaviour['onCall'] = (call, peer) => {
      if (call.action !== 'DataTransfer') return false;
      if (call.nth === 1) peer.send(`[3,"${call.id}", {"status":"Accepted","data":"\\u00e4"}]`);
      if (call.nth === 2) peer.send(`[4,"${call.id}","NotSupported","why",{}]`);
      if (call.nth === 4) peer.end('reset');
      return true;
    };
    const script = async (charger: ScriptCharger) => {
      for (const text of ['é"', 'b', 'c', 'd']) {
        replies.push(await charger.call('DataTransfer', { ...DATA, data: { text, n: [1, null] } }));
      }
    };
    const run = await runScript(script, { behaviour: { onCall } });
    expect(replies).toEqual([
      { fate: 'answered', payload: { status: 'Accepted', data: 'ä' } },
      { fate: 'callError', payload: { code: 'NotSupported', description: 'why' } },
      { fate: 'timedOut', payload: null },
      { fate: 'lost', payload: null },
    ]);
    const [, , first] = sentCalls(run.entries);
    expect(first.payload).toEqual({ ...DATA, data: { text: 'é"', n: [1, null] } });
    expect(countsOf(run, 'DataTransfer')).toMatchObject({
      ...{ sent: 4, answered: 1, callError: 1, timedOut: 1, lost: 1 },
    });
    expect(countsOf(run, 'Authorize').answered).toBe(1);
  });

  test("any answer is an answer: its payload is the script's affair", async () => {
    const replies: unknown[] = [];
    const onCall: Behaviour['onCall'] = (call, peer) => {
      peer.send(`[3,"${call.id}",[7]]`);
      return call.action === 'DataTransfer';
    };
    const script = async (charger: ScriptCharger) => {
      replies.push((await charger.call('DataTransfer', DATA)).payload);
    };
    const run = await runScript(script, {
      behaviour: { onCall: (call, peer) => call.action === 'DataTransfer' && onCall(call, peer) },
    });
    expect(replies).toEqual([[7]]);
    expect(countsOf(run, 'DataTransfer').invalidReply).toBe(0);
  });

  test('obeys the rule of one CALL, beside the heartbeats', async () => {
    const script = async (charger: ScriptCharger) => {
      for (let n = 0; n < 200; n++) await charger.call('DataTransfer', DATA);
    };
    const scenario = lifeScenario((l) => l.script(script), {}, { heartbeat: '100ms', chargers: 3 });
    const run = await simulate({ scenario, behaviour: { thinkMs: [10, 90] } });
    expect(countsOf(run, 'DataTransfer').answered).toBe(600);
    expect(countsOf(run, 'Heartbeat').sent).toBeGreaterThan(100);
    for (let charger = 0; charger < 3; charger++) {
      let open = 0;
      for (const { kind, text } of run.entries.filter((entry) => entry.charger === charger)) {
        if (kind === '>') open++;
        if (kind === '<' && text.startsWith('[3')) open--;
        expect(open).toBeLessThanOrEqual(1);
      }
    }
  });

  test('runs again in a loop, and two scripts keep apart', async () => {
    const told: string[] = [];
    const say = (text: string) => async (charger: ScriptCharger) => {
      told.push(text);
      await charger.sleep('1s');
    };
    const scenario = lifeScenario((l) => l.repeat(2, (m) => m.script(say('a')).script(say('b'))));
    await simulate({ scenario });
    expect(told).toEqual(['a', 'b', 'a', 'b']);
  });

  test('goes on offline: its CALL waits for the connection', async () => {
    const fates: string[] = [];
    const script = async (charger: ScriptCharger) => {
      await charger.sleep('10s');
      fates.push((await charger.call('DataTransfer', DATA)).fate);
    };
    const run = await runScript(script, {
      behaviour: {
        onConnect: (_, nth) => (nth === 1 ? {} : { delayMs: 20_000 }),
        onCall(call, peer) {
          if (call.action === 'BootNotification') peer.after(5000, () => peer.end('reset'));
          return false;
        },
      },
    });
    expect(fates).toEqual(['answered']);
    expect(countsOf(run, 'DataTransfer').sent).toBe(1);
  });

  test('is left behind by the drain: asleep, waiting for an answer, or about to send', async () => {
    const after: string[] = [];
    const asleep = await runScript(async (charger) => {
      await charger.sleep('1h');
      after.push('sleep');
    });
    const behaviour: Partial<Behaviour> = { thinkMs: [2998, 2998] };
    const calling = await runScript(
      async (charger) => {
        for (;;) await charger.call('DataTransfer', DATA);
      },
      { behaviour },
    );
    expect(asleep.endNs / 1e9).toBeCloseTo(60.002, 6);
    expect(calling.endNs / 1e9).toBeLessThan(64);
    expect(countsOf(calling).inFlight).toBe(0);
    expect(countsOf(calling).unsent).toBe(0);
    expect(after).toEqual([]);
    expect([...asleep.scriptErrors, ...calling.scriptErrors]).toEqual([]);
  });
});

describe('a mistake in a script', () => {
  const mistakes: [string, (charger: ScriptCharger) => Promise<void>, string][] = [
    [
      'an error that it throws',
      async () => {
        throw new TypeError('mine');
      },
      'mine',
    ],
    [
      'an error of a script that is not async',
      () => {
        throw new RangeError('at once');
      },
      'at once',
    ],
    ['something that is no error', () => Promise.reject('text'), 'a script threw text'],
    [
      'two waits at a time',
      async (charger) => {
        await Promise.all([charger.sleep('1s'), charger.call('Heartbeat', {})]);
      },
      'call() while an earlier call() or sleep() of the same charger is not over',
    ],
    [
      'a sleep during a call',
      async (charger) => {
        const reply = charger.call('Heartbeat', {});
        await charger.sleep('1s');
        await reply;
      },
      'sleep() while an earlier call() or sleep() of the same charger is not over',
    ],
    [
      'an action that is none',
      async (charger) => {
        await charger.call('Hartbeat' as Action, {});
      },
      "charger.call('Hartbeat') is not an action",
    ],
    [
      'no payload',
      async (charger) => {
        await charger.call('Heartbeat', undefined as unknown as object);
      },
      "charger.call('Heartbeat', undefined): the payload must be an object",
    ],
    [
      'a duration that is none',
      async (charger) => {
        await charger.sleep('5' as '5s');
      },
      'charger.sleep("5") is not a duration',
    ],
    [
      'a call that nobody waits for',
      async (charger) => {
        void charger.call('Heartbeat', {});
      },
      'a script ended before its call() or sleep() was over',
    ],
    [
      'a sleep that nobody waits for',
      async (charger) => {
        void charger.sleep('1s');
      },
      'a script ended before its call() or sleep() was over',
    ],
  ];

  test.each(mistakes)('%s ends the run and says so', async (_, script, message) => {
    const run = await runScript(script);
    expect(run.scriptErrors.map((error) => error.message)).toEqual([message]);
    expect(run.endNs / 1e9).toBeLessThan(2);
    expect(counterOf(run, 'finished')).toBe(1);
    if (message.includes('(')) expect(run.scriptErrors[0]).toBeInstanceOf(UserError);
  });

  test('that aborts goes no further, and is no mistake of its scenario', async () => {
    let further = false;
    const run = await runScript(async (charger) => {
      charger.abort('enough');
      further = true;
    });
    expect(further).toBe(false);
    // Told when it asks, and when its promise fails.
    expect(run.scriptErrors.length).toBeGreaterThan(0);
    for (const error of run.scriptErrors) {
      expect(error).toBeInstanceOf(ScriptAbort);
      expect(error.message).toBe('enough');
    }
  });
});
