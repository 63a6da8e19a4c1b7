/** Targets that let chargers in and then answer badly, or not at all. */
import { describe, expect, test } from 'vitest';
import { ExitCode } from '../../src/base/errors.ts';
import { receivedTotal } from '../../src/csms/counters.ts';
import { type Faults, REPLY_FAULTS, type ReplyFault, textFrame } from '../../src/csms/faults.ts';
import type { CsmsOptions } from '../../src/csms/options.ts';
import type { Csms } from '../../src/csms/server.ts';
import type { Summary } from '../../src/report/summary.ts';
import { life } from '../../src/scenario/life.ts';
import type { Scenario } from '../../src/scenario/types.ts';
import { accept, csms, ocppServer, onRequest, plainServer } from './servers.ts';
import { type Run, runScenario, runUntil, smallScenario, until } from './support.ts';

const CHARGERS = 5;

const scenarioFor = (target: string, changes: Partial<Scenario>) =>
  smallScenario(
    {
      // A run ends as soon as all is answered: on a busy machine that may take a while.
      ...{ target, duration: '1500ms', gracePeriod: '15s' },
      ...changes,
    },
    { chargers: CHARGERS, heartbeat: '50ms' },
  );

/** A run of its planned length. */
async function runAgainst(options: CsmsOptions, changes: Partial<Scenario> = {}) {
  const target = await csms(options);
  return checked(await runScenario(scenarioFor(target.url, changes)), target);
}

/** A run that ends when every charger has booted, and the target has heard enough Heartbeats. */
async function runAgainstUntil(
  heartbeats: number,
  options: CsmsOptions,
  changes: Partial<Scenario> = {},
) {
  const target = await csms(options);
  const seen = { booted: 0 };
  const enough = () =>
    seen.booted >= CHARGERS && target.counters().received.Heartbeat >= heartbeats;
  const { run } = await runUntil(
    scenarioFor(target.url, { ...changes, duration: '60s' }),
    () => until(enough, `${heartbeats} Heartbeats`),
    { onProgress: ({ booted }) => void (seen.booted = booted) },
  );
  expect(run.summary.chargers.booted).toBe(CHARGERS);
  return checked(run, target);
}

function checked(run: Run, target: Csms) {
  const received = receivedTotal(target.counters());
  expect(run.summary.calls.answered).toBeLessThanOrEqual(received);
  expect(received).toBeLessThanOrEqual(run.summary.calls.sent);
  return { ...run, counters: target.counters() };
}

/** Every third is answered badly, of each charger some. */
const HEARTBEATS = 12 * CHARGERS;

/** The idTags that the model gives these chargers. */
const BLOCKED = Array.from({ length: CHARGERS }, (_, i) => `138${String(i + 1).padStart(8, '0')}`);

const spoil = (reply: ReplyFault, faults: Partial<Faults> = {}): CsmsOptions => ({
  faults: { reply, actions: ['Heartbeat'], every: 3, lateMs: 400, ...faults },
});

/** What each fault must show up as. */
const SHOWN: Readonly<Record<ReplyFault, (summary: Summary) => number | undefined>> = {
  duplicate: ({ answers }) => answers.duplicate,
  late: ({ answers, calls }) => Math.min(answers.late, calls.timedOut),
  whitespace: ({ calls }) => calls.answered,
  escapes: ({ calls }) => calls.answered,
  unknownFields: ({ calls }) => calls.answered,
  oversized: ({ disconnects }) => disconnects['messageTooLarge'],
  wrongPayload: ({ calls }) => calls.invalidReply,
  garbage: ({ answers, calls }) => Math.min(answers.unreadable, calls.timedOut),
  wrongId: ({ answers, calls }) => Math.min(answers.unknownId, calls.timedOut),
  trailingJunk: ({ answers, calls }) => Math.min(answers.unreadable, calls.timedOut),
  binary: ({ disconnects }) => disconnects['protocolError'],
  invalidUtf8: ({ disconnects }) => disconnects['invalidUtf8'],
  truncatedFrame: ({ disconnects }) => disconnects['endedByTarget'],
  hugeLength: ({ disconnects }) => disconnects['messageTooLarge'],
  badOpcode: ({ disconnects }) => disconnects['protocolError'],
};
/** CALLs time out: the only ones that cannot do with the usual limit of 30 s. */
const UNANSWERED: readonly ReplyFault[] = ['late', 'garbage', 'wrongId', 'trailingJunk'];
const HARMLESS: readonly ReplyFault[] = ['whitespace', 'escapes', 'unknownFields', 'duplicate'];

describe.concurrent('answers with', () => {
  test.each(REPLY_FAULTS)('%s', async (reply) => {
    const limits: Partial<Scenario> = UNANSWERED.includes(reply) ? { callTimeout: '250ms' } : {};
    const run = await runAgainstUntil(HEARTBEATS, spoil(reply), limits);
    const { summary, text, counters } = run;
    expect(SHOWN[reply](summary)).toBeGreaterThan(0);
    const { calls, disconnects, connects } = summary;
    const lostLinks = Object.values(disconnects).reduce((sum, n) => sum + n, 0);
    // Those lost near the end do not come back.
    expect(connects.upgraded).toBeLessThanOrEqual(CHARGERS + lostLinks);
    expect(connects.upgraded).toBeGreaterThanOrEqual(lostLinks);
    if (HARMLESS.includes(reply)) {
      expect(calls.answered).toBe(calls.sent);
      expect(calls.invalidReply).toBe(0);
      expect(counters.answered).toBe(calls.answered);
      expect(disconnects).toEqual({});
    } else if (reply !== 'wrongPayload') {
      expect(text).toMatch(/NOTES|connections that ended/);
    }
  });
});

describe('a target with', () => {
  test('a refused boot: nothing else is sent until it is accepted', async () => {
    const refuseBoots = { status: 'Pending', times: 2 } as const;
    const options = { faults: { refuseBoots }, requireBoot: true, intervalS: 1 };
    const { summary, outcome } = await runAgainst(options, { duration: '3s' });
    expect(outcome.exitCode).toBe(ExitCode.ok);
    expect(summary.actions['BootNotification']).toMatchObject({
      ...{ sent: 3 * CHARGERS, refused: 2 * CHARGERS },
    });
    expect(summary.calls.callError).toBe(0);
  });

  test('boots refused for ever: exit 99', async () => {
    const refuseBoots = { status: 'Rejected', times: 1000 } as const;
    const { summary, outcome } = await runAgainst({ faults: { refuseBoots } });
    expect(outcome.exitCode).toBe(ExitCode.thresholds);
    expect(Object.keys(summary.actions)).toEqual(['BootNotification']);
    expect(summary.calls).toMatchObject({ sent: CHARGERS, refused: CHARGERS });
  });

  test('refused idTags: no transaction begins', async () => {
    const scenario = await runAgainst({ blockedIdTags: BLOCKED });
    const { actions, transactions, calls } = scenario.summary;
    expect(calls.refused).toBe(actions['Authorize']?.sent);
    expect(calls.refused).toBeGreaterThan(0);
    expect(transactions).toMatchObject({ begun: 0, started: 0, stopped: 0 });
  });

  test('pings between, all answered', async () => {
    const { summary, outcome } = await runAgainst({ faults: { pingEveryMs: 20 } });
    expect(outcome.exitCode).toBe(ExitCode.ok);
    expect(summary.wire.pingsReceived).toBeGreaterThan(CHARGERS);
    expect(summary.calls.answered).toBe(summary.calls.sent);
  });

  test.each([
    ['[2,"x1","ClearCache",{}]', { received: CHARGERS, answered: CHARGERS, errored: 0 }, 0],
    ['[2,"x1"]', { received: CHARGERS, answered: 0, errored: CHARGERS }, 0],
    ['{"no":"array"}', { received: 0, answered: 0, errored: 0 }, CHARGERS],
  ])('%s of its own', async (sendAfterBoot, commands, unreadable) => {
    const { summary, counters } = await runAgainst({ faults: { sendAfterBoot } });
    expect(summary.commands).toMatchObject(commands);
    expect(summary.answers.unreadable).toBe(unreadable);
    expect(counters.responses).toBe(commands.received);
    expect(summary.calls.answered).toBe(summary.calls.sent);
  });
});

describe('a target that never', () => {
  test('answers CALLs: nobody boots, exit 99, over after the grace period', async () => {
    const { summary, outcome, text } = await runAgainst({ silence: 1 }, { callTimeout: '200ms' });
    expect(outcome.exitCode).toBe(ExitCode.thresholds);
    const { sent, timedOut, inFlight } = summary.calls;
    expect(sent).toBeGreaterThanOrEqual(CHARGERS);
    expect(timedOut + inFlight).toBe(sent);
    expect(text).toContain('timed out');
  });

  test('answers CALLs within callTimeout: they stay in flight', async () => {
    const { summary, outcome } = await runAgainst({ silence: 1 }, { gracePeriod: '500ms' });
    expect(outcome.exitCode).toBe(ExitCode.thresholds);
    expect(summary.calls).toMatchObject({ sent: CHARGERS, inFlight: CHARGERS });
    expect(summary.run.drainS).toBeLessThan(3);
  });

  test('reads: CALLs time out, chargers reconnect', async () => {
    const { summary, outcome } = await runAgainst(
      { faults: { neverReads: true } },
      { callTimeout: '200ms' },
    );
    expect(outcome.exitCode).toBe(ExitCode.thresholds);
    expect(summary.calls.answered).toBe(0);
    expect(summary.calls.timedOut).toBeGreaterThan(0);
  });

  test('closes its side when chargers leave', async () => {
    const { url } = await plainServer((socket) => {
      socket.setKeepAlive(true);
      onRequest(socket, (head) => socket.write(accept(head)));
      socket.end = () => socket;
    });
    const scenario = smallScenario({ target: url, duration: '1s', gracePeriod: '300ms' });
    const { summary } = await runScenario(scenario);
    expect(summary.calls.inFlight).toBe(summary.calls.sent);
    expect(summary.run.drainS).toBeLessThan(3);
  });
});

test('two time-outs in a row make a charger reconnect', async () => {
  const { url } = await ocppServer(([, id, action], send) => {
    if (action === 'BootNotification') send(bootAccepted(id));
  });
  const changes = { target: url, callTimeout: '100ms', duration: '1500ms', gracePeriod: '300ms' };
  const { summary, text } = await runScenario(smallScenario(changes as Partial<Scenario>));
  const { callTimeouts } = summary.disconnects;
  expect(callTimeouts).toBeGreaterThan(0);
  expect(summary.calls.timedOut).toBeGreaterThanOrEqual(2 * callTimeouts);
  expect(text).toContain('the target stopped answering: see the timeout column');
});

const bootAccepted = (id: string) =>
  JSON.stringify([
    3,
    id,
    { currentTime: '2021-11-09T08:20:35Z', interval: 60, status: 'Accepted' },
  ]);

describe('what a target writes', () => {
  const EVIL = '\u001b]0;owned\u0007\u001b[2J\u001b[31mred\u009b5m\r\n\u202etxt';

  test('in a CALLERROR is shown without its control characters', async () => {
    const { url } = await ocppServer(([, id], send) =>
      send(JSON.stringify([4, id, `Evil${EVIL}`, EVIL, { ws: 'ws://user:secret@host/' }])),
    );
    const scenario = smallScenario({ target: url, duration: '1s' });
    const { summary, text } = await runScenario(scenario);
    expect(summary.calls.callError).toBe(summary.calls.sent);
    expect(text).toContain('the target answered CALLERROR');
    expect(text).toContain('ws://host/');
  });

  test('raw, as an action or as a close reason', async () => {
    const { url } = await plainServer((socket) =>
      onRequest(socket, (head) => {
        socket.write(accept(head));
        socket.write(textFrame(Buffer.from(JSON.stringify([2, '1', EVIL, {}]))));
        socket.write(textFrame(Buffer.from(`[2,"1","${EVIL}",{}]`)));
        const reason = Buffer.from(`xx${EVIL}`);
        reason.writeUInt16BE(1011);
        socket.write(Buffer.concat([Buffer.from([0x88, reason.length]), reason]));
      }),
    );
    const { summary } = await runScenario(smallScenario({ target: url, duration: '1s' }));
    expect(summary.disconnects['closedByTarget']).toBeGreaterThan(0);
  });

  test('at an open loop: calls that it does not take are errors, not crashes', async () => {
    const { url } = await ocppServer(([, id], send) => send(`[3,"${id}",null]`));
    const fleet = { life: life().boot().closedLoop('Heartbeat') };
    const { summary } = await runScenario(smallScenario({ target: url, duration: '1s' }, fleet));
    expect(summary.calls.invalidReply).toBe(summary.calls.answered);
  });
});
