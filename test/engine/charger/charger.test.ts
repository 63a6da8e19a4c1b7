import { describe, expect, test } from 'vitest';
import type { Action } from '../../../src/ocpp/actions.ts';
import { CommandIndexOf, OTHER_COMMAND } from '../../../src/ocpp/commands.ts';
import { fullJitter } from '../../../src/scenario/connect.ts';
import { commandCounts, disconnects } from '../../../src/snapshot/snapshot.ts';
import type { Behaviour, ReceivedCall } from '../../sim/central.ts';
import { GARBAGE } from '../../sim/central.ts';
import { sentCalls } from '../../sim/log.ts';
import type { Peer } from '../../sim/network.ts';
import { counterOf, countsOf, latencyOf, timesOf } from '../../sim/read.ts';
import { lifeScenario, simScenario } from '../../sim/scenario.ts';
import { type Simulation, simulate } from '../../sim/simulate.ts';

/** Takes every CALL of an action, or its first so many, out of the central system's hands. */
const take = (
  action: Action,
  react: (call: ReceivedCall, peer: Peer) => void,
  first = Number.POSITIVE_INFINITY,
): Partial<Behaviour> => ({
  onCall(call, peer) {
    if (call.action !== action || call.nth > first) return false;
    react(call, peer);
    return true;
  },
});
const sentS = (run: Simulation, action: Action) =>
  sentCalls(run.entries)
    .filter((call) => call.action === action)
    .map(({ atNs }) => atNs / 1e9);
const HEARTBEAT = { currentTime: '2026-01-05T08:00:00Z' };
const answer = (id: string, payload: object = HEARTBEAT) => JSON.stringify([3, id, payload]);
const soon = fullJitter({ base: '1ms', max: '1ms' });

describe('call timeouts', () => {
  test('after 30 s; two in a row make a charger reconnect', async () => {
    const scenario = simScenario({ duration: '100s' }, { heartbeat: '10s', reconnect: soon });
    const run = await simulate({ scenario, behaviour: take('Heartbeat', () => {}, 2) });
    const [first, second, third] = sentS(run, 'Heartbeat');
    expect(second - first).toBeCloseTo(30, 6);
    expect(third - second).toBeGreaterThan(30);
    expect(third - second).toBeLessThan(41);
    expect(timesOf(run, 'destroy')[0] - second).toBeCloseTo(30, 6);
    expect(timesOf(run, 'up')).toHaveLength(2);
    expect(countsOf(run, 'Heartbeat').timedOut).toBe(2);
    expect(disconnects(run.snapshot)).toEqual({ callTimeouts: 1 });
    expect(countsOf(run, 'BootNotification').sent).toBe(1);
  });

  test('an answer in between starts the count afresh, a CALLERROR too', async () => {
    const behaviour = take('Heartbeat', ({ nth, id }, peer) => {
      if (nth % 3 === 1) peer.send(answer(id));
      if (nth % 3 === 2) peer.send(JSON.stringify([4, id, 'GenericError', '', {}]));
    });
    const scenario = simScenario({ duration: '5m', callTimeout: '5s' }, { heartbeat: '10s' });
    const run = await simulate({ scenario, behaviour });
    expect(countsOf(run, 'Heartbeat').timedOut).toBeGreaterThan(8);
    expect(timesOf(run, 'up')).toHaveLength(1);
  });

  test('the setting 1 reconnects at the first', async () => {
    const scenario = simScenario(
      { duration: '60s', callTimeout: '5s', timeoutsBeforeReconnect: 1 },
      { heartbeat: '10s', reconnect: soon },
    );
    const run = await simulate({ scenario, behaviour: take('Heartbeat', () => {}, 1) });
    expect(countsOf(run, 'Heartbeat').timedOut).toBe(1);
    expect(timesOf(run, 'up')).toHaveLength(2);
  });
});

describe('answers that match nothing', () => {
  const scenario = simScenario({ duration: '60s', callTimeout: '5s' }, { heartbeat: '10s' });
  const orphans = (run: Simulation) => ({
    late: counterOf(run, 'late'),
    duplicate: counterOf(run, 'duplicate'),
    unknownId: counterOf(run, 'unknownId'),
  });

  test('one after the time-out is late; the same again is a duplicate', async () => {
    const behaviour = take(
      'Heartbeat',
      ({ id }, peer) => {
        peer.after(7000, () => peer.send(answer(id)));
        peer.after(8000, () => peer.send(answer(id)));
      },
      1,
    );
    const run = await simulate({ scenario, behaviour });
    expect(orphans(run)).toEqual({ late: 1, duplicate: 1, unknownId: 0 });
    expect(countsOf(run, 'Heartbeat')).toMatchObject({ sent: 5, timedOut: 1, answered: 4 });
  });

  test('a late one does not close the CALL that is outstanding by then', async () => {
    const behaviour = take('Heartbeat', ({ id, nth }, peer) => {
      if (nth === 1) peer.after(11_000, () => peer.send(answer(id)));
      else peer.after(2000, () => peer.send(answer(id)));
    });
    const run = await simulate({ scenario, behaviour });
    expect(orphans(run)).toEqual({ late: 1, duplicate: 0, unknownId: 0 });
    expect(Math.round(latencyOf(run, 'service', 'Heartbeat').min / 10)).toBe(200);
  });

  test('a second answer is a duplicate', async () => {
    const behaviour = take('Heartbeat', ({ id }, peer) => {
      peer.send(answer(id));
      peer.send(answer(id));
    });
    const run = await simulate({ scenario, behaviour });
    expect(orphans(run)).toEqual({ late: 0, duplicate: 5, unknownId: 0 });
  });

  test.each(['99', '101000', '-1', 'abc', '0100', ''])('id %j is unknown', async (id) => {
    const behaviour = take(
      'Heartbeat',
      (call, peer) => {
        peer.send(answer(id));
        peer.send(JSON.stringify([4, id, 'GenericError', '', {}]));
        peer.send(answer(call.id));
      },
      1,
    );
    const run = await simulate({ scenario, behaviour });
    expect(orphans(run)).toEqual({ late: 0, duplicate: 0, unknownId: 2 });
    expect(countsOf(run, 'Heartbeat').answered).toBe(5);
    expect(run.notes.unknownId).toBe('the target answered an id that was never sent');
  });
});

describe('answers that are not as wished', () => {
  test('a CALLERROR is a fate of its own, without a service or response time', async () => {
    const behaviour = take('Heartbeat', ({ id }, peer) =>
      peer.send(JSON.stringify([4, id, 'FormatViolation', 'no', {}])),
    );
    const scenario = simScenario({ duration: '60s' }, { heartbeat: '10s' });
    const run = await simulate({ scenario, behaviour });
    expect(countsOf(run, 'Heartbeat')).toMatchObject({ sent: 5, callError: 5, answered: 0 });
    expect(latencyOf(run, 'service', 'Heartbeat').count).toBe(0);
    expect(latencyOf(run, 'response', 'Heartbeat').count).toBe(0);
    expect(run.notes.callError).toContain('FormatViolation');
  });

  test('a refusal is answered and refused; what does not fit is answered and invalid', async () => {
    const scenario = lifeScenario((l) => l.repeat(4, (m) => m.call('Authorize')));
    const payloads = [{ idTagInfo: { status: 'Blocked' } }, {}, [], { idTagInfo: null }];
    const behaviour = take('Authorize', ({ id, nth }, peer) =>
      peer.send(answer(id, payloads[nth - 1])),
    );
    const run = await simulate({ scenario, behaviour });
    expect(countsOf(run, 'Authorize')).toMatchObject({
      ...{ sent: 4, answered: 4, refused: 1, invalidReply: 3 },
    });
    expect(latencyOf(run, 'service', 'Authorize').count).toBe(4);
  });

  test('white space, other fields and escapes make no difference', async () => {
    const scenario = lifeScenario((l) => l.session({ duration: '5s', power: '7kW' }));
    const onCall: Behaviour['onCall'] = (call, peer) => {
      if (call.action !== 'StartTransaction') return false;
      peer.send(
        `\t[ 3 ,"${call.id}" , {"\\u00e4":[{}],"transactionId" :\n 42,` +
          '"idTagInfo":{"parentIdTag":"\\u0041","status":"Acc\\u0065pted"} } ] ',
      );
      return true;
    };
    const run = await simulate({ scenario, behaviour: { onCall, whiteSpace: true } });
    const stop = sentCalls(run.entries).find(({ action }) => action === 'StopTransaction');
    expect(stop?.payload.transactionId).toBe(42);
    expect(countsOf(run)).toMatchObject({ refused: 0, invalidReply: 0 });
  });

  test('what is not OCPP-J is counted and ignored', async () => {
    const behaviour = take('Heartbeat', ({ id }, peer) => {
      for (const text of GARBAGE) peer.send(text);
      peer.send(answer(id));
    });
    const scenario = simScenario({ duration: '15s' }, { heartbeat: '10s' });
    const run = await simulate({ scenario, behaviour });
    // Two of them are CALLs with an id to refuse them under.
    expect(counterOf(run, 'unreadable')).toBe(GARBAGE.length - 2);
    expect(commandCounts(run.snapshot, OTHER_COMMAND).errored).toBe(2);
    expect(countsOf(run, 'Heartbeat').answered).toBe(1);
    expect(timesOf(run, 'up')).toHaveLength(1);
  });

  test('a text that is not UTF-8 ends the connection (RFC 6455, 8.1)', async () => {
    const behaviour = take('Heartbeat', (_, peer) => peer.send('[3,"\xff",{}]', 'latin1'), 1);
    const scenario = simScenario({ duration: '30s' }, { heartbeat: '10s', reconnect: soon });
    const run = await simulate({ scenario, behaviour });
    expect(disconnects(run.snapshot)).toEqual({ invalidUtf8: 1 });
    expect(countsOf(run, 'Heartbeat')).toMatchObject({ lost: 1, answered: 1 });
    expect(timesOf(run, 'up')).toHaveLength(2);
  });
});

describe('booting', () => {
  const boot = (status: string, interval: unknown) => ({ ...HEARTBEAT, status, interval });
  const bootsWith = (payload: object, fleet = {}, count = 1, duration: '2m' | '10m' = '2m') =>
    simulate({
      scenario: simScenario({ duration }, fleet),
      behaviour: take('BootNotification', ({ id }, peer) => peer.send(answer(id, payload)), count),
    });
  const gaps = (times: readonly number[]) =>
    times.slice(1).map((at, i) => Math.round(at - times[i]));

  test.each([
    ['Pending', 7, 7],
    ['Rejected', 11, 11],
    ['Rejected', 0, 30],
    ['Accepted', -1, 30],
    ['Nonsense', 5, 5],
  ])('%s with interval %d: again after %d s', async (status, interval, wantedS) => {
    const run = await bootsWith(boot(status, interval), {}, 3);
    expect(gaps(sentS(run, 'BootNotification'))).toEqual([wantedS, wantedS, wantedS]);
    expect(counterOf(run, 'booted')).toBe(1);
    // Nothing else before the acceptance (OCPP 1.6, 4.2).
    const actions = sentCalls(run.entries).map(({ action }) => action);
    expect(actions.slice(0, 4)).toEqual(new Array(4).fill('BootNotification'));
  });

  test('an answer that is no answer, and none at all: again after 30 s', async () => {
    const invalid = await bootsWith([]);
    expect(gaps(sentS(invalid, 'BootNotification'))).toEqual([30]);
    expect(countsOf(invalid, 'BootNotification').invalidReply).toBe(1);
    const scenario = simScenario({ duration: '2m', callTimeout: '10s' });
    const silent = await simulate({ scenario, behaviour: take('BootNotification', () => {}, 1) });
    expect(gaps(sentS(silent, 'BootNotification'))).toEqual([40]);
  });

  test('a new connection does not shorten the wait after Rejected', async () => {
    const scenario = simScenario({ duration: '2m' }, { reconnect: soon });
    const behaviour = take(
      'BootNotification',
      ({ id }, peer) => {
        peer.send(answer(id, boot('Rejected', 60)));
        peer.after(1000, () => peer.end('closedByTarget'));
      },
      1,
    );
    const run = await simulate({ scenario, behaviour });
    expect(timesOf(run, 'up')).toHaveLength(2);
    expect(gaps(sentS(run, 'BootNotification'))).toEqual([60]);
  });

  test('one that is lost with its connection is sent on the next', async () => {
    const scenario = simScenario({ duration: '20s' }, { reconnect: soon });
    const run = await simulate({
      scenario,
      behaviour: take('BootNotification', (_, peer) => peer.end('reset'), 2),
    });
    const upS = timesOf(run, 'up');
    expect(upS).toHaveLength(3);
    expect(sentS(run, 'BootNotification')).toEqual(upS);
    expect(counterOf(run, 'booted')).toBe(1);
  });

  test.each([
    ['boot', 5, 5],
    ['boot', 0, 60],
    ['20s', 5, 20],
  ])('heartbeat %s and interval %d: every %d s', async (heartbeat, interval, everyS) => {
    const run = await bootsWith(boot('Accepted', interval), { heartbeat }, 1, '10m');
    const beats = gaps(sentS(run, 'Heartbeat'));
    expect(beats.length).toBeGreaterThan(7);
    expect(new Set(beats)).toEqual(new Set([everyS]));
  });

  test("heartbeat 'off' sends none", async () => {
    const run = await bootsWith(boot('Accepted', 1), { heartbeat: 'off' });
    expect(countsOf(run, 'Heartbeat').sent).toBe(0);
  });
});

test('what arrives while a charger closes is not acted upon', async () => {
  // The command is on its way when the run ends: an answer would be sent after the close frame.
  const run = await simulate({
    scenario: simScenario({ duration: '10s' }),
    behaviour: {
      transitMs: [500, 500],
      onCall(call, peer) {
        if (call.nth > 1) return false;
        peer.after(10_000 - 700 - peer.nowMs(), () => peer.send('[2,"c","Reset",{"type":"Soft"}]'));
        peer.after(10_000 - 300 - peer.nowMs(), () => peer.send('[2,"d","Reset",{"type":"Soft"}]'));
        return false;
      },
    },
  });
  // Those of before are answered after the reaction time, the others came after the close frame.
  const { received, answered, unanswered } = commandCounts(run.snapshot, CommandIndexOf.Reset);
  expect({ received, answered, unanswered }).toEqual({ received: 2, answered: 2, unanswered: 0 });
  expect(run.entries.filter(({ text }) => text.startsWith('[3,"d"'))).toEqual([]);
});
