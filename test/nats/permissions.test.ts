/** deploy/nats/permissions.conf on a real server: what each may, and what it may not. */
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connect, type NatsConnection, nkeyAuthenticator, nkeys } from '@nats-io/transport-node';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Bus, RunSpace } from '../../src/bus/bus.ts';
import { connectBus } from '../../src/nats/connect.ts';
import { bytes, faultOf, newRunId, readLog, text, watchKeys } from '../bus/contract.ts';
import { eventually } from '../support/eventually.ts';
import { type NatsServer, startNats } from '../support/nats-server.ts';
import { describeWith } from '../support/programs.ts';

const FILE = fileURLToPath(new URL('../../deploy/nats/permissions.conf', import.meta.url));
const NAMES = ['coordinator', 'agent-a', 'agent-b'] as const;
type Name = (typeof NAMES)[number];
type KeyPair = ReturnType<typeof nkeys.createUser>;

/** As it is shipped, with keys, and with a second agent as its comment says. */
function withKeys(keyOf: (name: Name) => string): string {
  const shipped = readFileSync(FILE, 'utf8');
  const [block] = shipped.match(/ {6}\{ nkey: UAGENT[\s\S]*?\} \}\n/) ?? [];
  expect(block!.match(/agent-a/g)).toHaveLength(3);
  const second = block!.replaceAll('agent-a', 'agent-b').replace('UAGENT', keyOf('agent-b'));
  return shipped
    .replace(block!, `${block}${second}`)
    .replace('UAGENT', keyOf('agent-a'))
    .replace('UCOORDINATOR', keyOf('coordinator'));
}

describeWith(['nats-server'], 'permissions', () => {
  const keys = new Map<Name, KeyPair>(NAMES.map((name) => [name, nkeys.createUser()]));
  let server: NatsServer;
  let coordinator: Bus;
  let agentA: Bus;
  let agentB: Bus;
  const refused: string[] = [];
  /** The agent's connection without our code. */
  let rogue: NatsConnection;
  let runId: string;
  let run: RunSpace;

  const open = (name: Name) => {
    const nkeyFile = `${server.folder}/${name}.nk`;
    writeFileSync(nkeyFile, keys.get(name)!.getSeed());
    const onRefused = (message: string) => refused.push(message);
    return connectBus({ servers: server.url, name, nkeyFile, onRefused });
  };
  beforeAll(async () => {
    server = await startNats({ config: withKeys((name) => keys.get(name)!.getPublicKey()) });
    [coordinator, agentA, agentB] = await Promise.all(NAMES.map(open));
    rogue = await connect({
      servers: server.url.slice('nats://'.length),
      authenticator: nkeyAuthenticator(keys.get('agent-a')!.getSeed()),
      inboxPrefix: '_INBOX.agent-a',
    });
  });
  afterAll(async () => {
    await Promise.all([coordinator, agentA, agentB, rogue].map((one) => one?.close()));
  });
  beforeEach(async () => {
    runId = newRunId();
    run = await coordinator.createRun(runId);
    await run.put('control', bytes('ordered'), 0);
    refused.length = 0;
  });

  test('all that a run takes is allowed', async () => {
    const heard: string[] = [];
    const hear = (bus: Bus, pattern: string) =>
      bus.subscribe(pattern, ({ subject, data }) => heard.push(`${subject} ${text(data)}`));
    hear(coordinator, 'ocppload.agents.*');
    hear(agentA, 'ocppload.offers');
    for (const bus of [agentA, coordinator]) hear(bus, `ocppload.run.${runId}.coordinator`);
    coordinator.respond(`ocppload.run.${runId}.clock`, () => bytes('12:00'));
    const space = await agentA.openRun(runId);
    const control = watchKeys(space, 'control');
    const shares = watchKeys(run, 'share.*');
    const log = readLog(run);
    await run.put('run', bytes('record'), 0);
    await run.put('bundle.0', bytes('code'), 0);
    const offered = await run.put('share.0', bytes('offered'), 0);
    expect(text((await space.get('bundle.0'))!.value)).toBe('code');
    await space.put('share.0', bytes('held'), offered);
    await space.append('agent-a', '0-1-0', bytes('ready'));
    await space.append('agent-a', '0-1-0', bytes('ready'));
    await (await agentB.openRun(runId)).append('agent-b', '1-1-0', bytes('ready'));
    await run.append('_coordinator', 'note', bytes('begin'));
    coordinator.publish('ocppload.offers', bytes('come'));
    coordinator.publish(`ocppload.run.${runId}.coordinator`, bytes('here'));
    agentA.publish('ocppload.agents.agent-a', bytes('there'));
    const ask = () => agentA.request(`ocppload.run.${runId}.clock`, bytes(''), 5000);
    expect([text(await ask()), text(await ask())]).toEqual(['12:00', '12:00']);
    await eventually(() => {
      expect(log.entries).toEqual(['agent-a ready', 'agent-b ready', '_coordinator begin']);
      expect(control.entries).toEqual(['control ordered']);
      expect(shares.entries.at(-1)).toBe('share.0 held');
      expect(heard.toSorted()).toEqual([
        'ocppload.agents.agent-a there',
        'ocppload.offers come',
        `ocppload.run.${runId}.coordinator here`,
        `ocppload.run.${runId}.coordinator here`,
      ]);
    });
    expect(refused).toEqual([]);
    for (const stop of [control.stop, shares.stop, log.stop]) stop();
    await coordinator.removeRun(runId);
    expect(await faultOf(agentA.openRun(runId))).toBe('missing');
  });

  describe('an agent', () => {
    test.each(['control', 'run', 'bundle.0'])('cannot write %s', async (key) => {
      const space = await agentA.openRun(runId);
      const revision = (await space.get(key))?.revision ?? 0;
      expect(await faultOf(space.put(key, bytes('mine'), revision))).toBe('refused');
      const subject = `$KV.OCPPLOAD_${runId}.${key}`;
      await eventually(() =>
        expect(refused).toEqual([`NATS does not allow us to publish on "${subject}".`]),
      );
      expect(text((await run.get('control'))!.value)).toBe('ordered');
    });

    test.each(['agent-b', '_coordinator'])('cannot append to the log as %s', async (name) => {
      const space = await agentA.openRun(runId);
      expect(await faultOf(space.append(name, '0-1-0', bytes('ended')))).toBe('refused');
    });

    test.each(['ocppload.agents.agent-b', 'ocppload.offers', 'ocppload.run.x.coordinator'])(
      'cannot speak on %s',
      async (subject) => {
        const heard: string[] = [];
        const stops = [coordinator, agentB].map((bus) =>
          bus.subscribe(subject, (message) => heard.push(message.subject)),
        );
        agentA.publish(subject, bytes('not me'));
        await eventually(() => expect(refused.join()).toContain(`publish on "${subject}"`));
        for (const stop of stops) stop();
        expect(heard).toEqual([]);
      },
    );

    test.each([
      '_INBOX.>',
      '_INBOX.coordinator.>',
      'ocppload.agents.*',
      '$KV.>',
      'ocppload.run.*.clock',
    ])('cannot listen to %s', async (subject) => {
      agentA.subscribe(subject, () => {});
      await eventually(() => expect(refused.join()).toContain(`subscribe to "${subject}"`));
    });

    test('cannot create or remove a run', async () => {
      expect(await faultOf(agentA.removeRun(runId))).toBe('refused');
      await expect(agentA.createRun(newRunId())).rejects.toThrow(
        'NATS does not allow us to publish',
      );
      expect(await faultOf(agentA.openRun(runId))).toBe('none');
    });

    test('cannot have an answer sent where it may not write', async () => {
      const others = readLog(run);
      const control = `$KV.OCPPLOAD_${runId}.control`;
      const share = `$KV.OCPPLOAD_${runId}.share.0`;
      const get = `$JS.API.STREAM.MSG.GET.KV_OCPPLOAD_${runId}`;
      for (const reply of [control, `$KV.OCPPLOAD_${runId}.run`, 'ocppload.offers']) {
        rogue.publish(share, 'orders', { reply });
        rogue.publish(get, JSON.stringify({ last_by_subj: share }), { reply });
        rogue.publish(`ocppload.run.${runId}.up.agent-a`, 'mine', { reply });
      }
      await rogue.flush();
      await eventually(() => expect(others.entries).toHaveLength(3));
      await sleep(100);
      expect(text((await run.get('control'))!.value)).toBe('ordered');
      expect(await run.get('run')).toBeNull();
      others.stop();
    });

    test('cannot make a consumer', async () => {
      const subject = `$JS.API.CONSUMER.CREATE.KV_OCPPLOAD_${runId}`;
      await expect(rogue.request(subject, '{}')).rejects.toThrow(/permissions violation/i);
    });
  });

  test('one user for all agents is a wider one', async () => {
    const shared = withKeys((name) => keys.get(name)!.getPublicKey())
      .replaceAll(/"(ocppload\.[a-z.*]+)\.agent-a"/g, '"$1.*"')
      .replace('_INBOX.agent-a.>', '_INBOX.>');
    const wide = await startNats({ config: shared });
    const given = { servers: wide.url, nkeyFile: `${server.folder}/agent-a.nk` };
    const boss = { servers: wide.url, nkeyFile: `${server.folder}/coordinator.nk` };
    const [one, two, three] = await Promise.all([
      connectBus({ ...given, name: 'agent-1' }),
      connectBus({ ...given, name: 'agent-2' }),
      connectBus({ ...boss, name: 'coordinator' }),
    ]);
    const wideRun = await three.createRun('wide');
    const log = readLog(wideRun);
    const atOne = await one.openRun('wide');
    expect(await faultOf(atOne.append('_coordinator', 'x', bytes('begin')))).toBe('refused');
    await atOne.append('agent-1', '0-1-0', bytes('ready'));
    await (await two.openRun('wide')).append('agent-2', '1-1-0', bytes('ready'));
    await eventually(() => expect(log.entries).toEqual(['agent-1 ready', 'agent-2 ready']));
    log.stop();
    await Promise.all([one, two, three].map((bus) => bus.close()));
  });

  test('a name that is not the one of its user is noticed at once', async () => {
    const given = { servers: server.url, nkeyFile: `${server.folder}/agent-a.nk` };
    const subject = '"_INBOX.agent-c.';
    await expect(connectBus({ ...given, name: 'agent-c' })).rejects.toThrow(
      `subscribe to ${subject}`,
    );
  });

  test('a stranger is let in nowhere', async () => {
    const strange = connectBus({ servers: server.url, name: 'agent-a' });
    await expect(strange).rejects.toThrow('wrong or missing credentials');
  });
});
