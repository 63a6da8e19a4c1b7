/** Faults in the contents and the fates of answers, seen by a client over a socket. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Faults, HostileKind, IdTagStatus } from '../../../src/csms/faults.ts';
import type { CsmsOptions } from '../../../src/csms/options.ts';
import { type Csms, startCsms } from '../../../src/csms/server.ts';
import type { Action } from '../../../src/ocpp/actions.ts';
import { connect, type TestClient } from '../client.ts';
import { FULL_PAYLOADS } from '../payloads.ts';
import { expectSumsToAgree } from '../sums.ts';
import { until } from '../until.ts';

let csms: Csms;
const open = async (faults: Faults, options: CsmsOptions = {}): Promise<TestClient> => {
  csms = await startCsms({ ...options, faults });
  return connect(csms);
};
afterEach(async () => {
  expectSumsToAgree(csms.counters());
  await csms.close();
  expectSumsToAgree(csms.counters());
});
const ask = (client: TestClient, action: Action, id?: string) =>
  client.call(action, FULL_PAYLOADS[action], id);
/** The client hears nothing for the CALLs sent so far. */
const tell = (client: TestClient, action: Action, id: string) =>
  client.ws.send(JSON.stringify([2, id, action, FULL_PAYLOADS[action]]));

describe('currentTime', () => {
  test.each([
    ['Z', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/],
    ['offset', /T\d\d:\d\d:\d\d\.\d{3}\+00:00$/],
    ['micros', /\.\d{6}Z$/],
    ['noZone', /T\d\d:\d\d:\d\d\.\d{3}$/],
    ['notIso', /^\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d$/],
  ] as const)('%s, in Heartbeat and Boot answers', async (currentTime, pattern) => {
    const client = await open({ currentTime });
    expect((await ask(client, 'Heartbeat'))[2].currentTime).toMatch(pattern);
    expect((await ask(client, 'BootNotification'))[2].currentTime).toMatch(pattern);
  });

  test('missing', async () => {
    const client = await open({ currentTime: 'missing' });
    expect((await ask(client, 'Heartbeat'))[2]).toEqual({});
    expect((await ask(client, 'BootNotification'))[2]).toEqual({
      interval: 60,
      status: 'Accepted',
    });
  });
});

test('expiryInMs 0 is an expiryDate of now', async () => {
  const client = await open({ expiryInMs: 0 });
  const beforeMs = Date.now();
  const { expiryDate } = (await ask(client, 'Authorize'))[2].idTagInfo;
  expect(Date.parse(expiryDate)).toBeGreaterThanOrEqual(beforeMs);
  expect(Date.parse(expiryDate)).toBeLessThanOrEqual(Date.now());
});

test.each([
  ['zero', [0, 0]],
  ['negative', [-1, -2]],
  ['same', [701, 701]],
  ['huge', [2 ** 31 + 1, 2 ** 31 + 2]],
] as const)('transactionIds %s; each charger stops its own', async (transactionIds, ids) => {
  const clients = [await open({ transactionIds }), await connect(csms, 'cp2')];
  for (const [i, client] of clients.entries()) {
    expect((await ask(client, 'StartTransaction'))[2].transactionId).toBe(ids[i]);
  }
  for (const [i, client] of clients.entries()) {
    const payload = { ...FULL_PAYLOADS.StopTransaction, transactionId: ids[i] };
    expect((await client.call('StopTransaction', payload))[0]).toBe(3);
  }
  expect(csms.counters()).toMatchObject({ transactionsStopped: 2, transactionsUnknown: 0 });
});

test.each<IdTagStatus>(['Blocked', 'Expired', 'Invalid', 'ConcurrentTx'])(
  '%s: the start alone, or the authorization alone',
  async (status) => {
    const client = await open({ startStatus: status });
    expect((await ask(client, 'Authorize'))[2].idTagInfo.status).toBe('Accepted');
    const started = (await ask(client, 'StartTransaction'))[2];
    expect(started).toEqual({ idTagInfo: { status }, transactionId: 1 });
    await csms.close();
    const other = await open({ authorizeStatus: status });
    expect((await ask(other, 'Authorize'))[2].idTagInfo.status).toBe(status);
    expect((await ask(other, 'StartTransaction'))[2].idTagInfo.status).toBe('Accepted');
  },
);

describe('CALLERRORs', () => {
  test.each(['FormatViolation', 'OccurrenceConstraintViolation', 'FormationViolation'])(
    'with the code %s',
    async (callErrorCode) => {
      const client = await open({ callErrorCode }, { errorRate: 1 });
      expect((await ask(client, 'Heartbeat')).slice(0, 3)).toEqual([4, '100', callErrorCode]);
      expect(csms.counters()).toMatchObject({ errored: 1, corrupted: 0 });
    },
  );

  test.each(['-1', null] as const)('under the id %j', async (callErrorId) => {
    const client = await open({ callErrorId }, { errorRate: 1 });
    expect((await ask(client, 'Heartbeat')).slice(0, 2)).toEqual([4, callErrorId]);
    expect(csms.counters()).toMatchObject({ errored: 0, corrupted: 1 });
  });

  test('for more CALLs than a charger may send', async () => {
    const client = await open({ maxCallsPerS: 2, callErrorCode: 'GenericError' });
    const types = [];
    for (let i = 0; i < 3; i++) types.push((await ask(client, 'Heartbeat'))[0]);
    expect(types).toEqual([3, 3, 4]);
    expect((await (await connect(csms, 'cp2')).call('Heartbeat', {}))[0]).toBe(3);
  });
});

describe('refuseFirst', () => {
  test.each(['StartTransaction', 'StopTransaction', 'MeterValues'] as const)(
    '%s: two errors, then the answer',
    async (action) => {
      const client = await open({ refuseFirst: { actions: [action], attempts: 2, how: 'error' } });
      const types = [];
      for (let i = 0; i < 3; i++) types.push((await ask(client, action))[0]);
      expect(types).toEqual([4, 4, 3]);
      expect(csms.counters().transactionsStarted).toBe(action === 'StartTransaction' ? 1 : 0);
    },
  );

  test('a boot that is not answered at first', async () => {
    const client = await open({
      refuseFirst: { actions: ['BootNotification'], attempts: 1, how: 'silence' },
    });
    tell(client, 'BootNotification', '1');
    expect((await ask(client, 'BootNotification', '2'))[1]).toBe('2');
    expect(csms.counters()).toMatchObject({ silenced: 1, answered: 1, booted: 1 });
  });

  test.each([
    [false, { transactionsStarted: 2, duplicateStarts: 1 }, 2],
    [true, { transactionsStarted: 1, duplicateStarts: 1 }, 1],
  ])('lostAnswer: a repeated start, deduplicate %j', async (dedup, counts, id) => {
    const refuseFirst = { actions: ['StartTransaction'], attempts: 1, how: 'lostAnswer' } as const;
    const client = await open({ refuseFirst }, { deduplicate: dedup });
    tell(client, 'StartTransaction', '1');
    expect((await ask(client, 'StartTransaction', '2'))[2].transactionId).toBe(id);
    expect(csms.counters()).toMatchObject({ ...counts, silenced: 1 });
  });

  test('lostAnswer: the repeated stop is a duplicate', async () => {
    const refuseFirst = { actions: ['StopTransaction'], attempts: 1, how: 'lostAnswer' } as const;
    const client = await open({ refuseFirst });
    await ask(client, 'StartTransaction');
    tell(client, 'StopTransaction', '1');
    expect((await ask(client, 'StopTransaction', '2'))[0]).toBe(3);
    const counters = csms.counters();
    expect(counters).toMatchObject({ duplicateStops: 1, transactionsStopped: 1 });
  });
});

describe('hostile', () => {
  test.each<[HostileKind, RegExp]>([
    ['garbage', /^\}$/],
    ['huge', /x{1000000}/],
    ['flood', /^\[2,"h-\d+","GetConfiguration",\{\}\]$/],
    ['deep', /\[{10000}/],
    ['duplicateIds', /^\[2,"hostile",/],
    ['noSuchConnector', /"connectorId":99/],
  ])('%s, to the first charger that boots and to no other', async (hostile, pattern) => {
    const bystander = await open({ hostile, hostilePerS: 500 });
    const victim = await connect(csms, 'victim');
    await ask(victim, 'BootNotification');
    await ask(bystander, 'BootNotification');
    await until(() => victim.messages.some((text) => pattern.test(text)));
    await ask(bystander, 'Heartbeat');
    expect(bystander.messages.length).toBe(2);
    expect(csms.counters().hostileSent).toBeGreaterThan(0);
    expect(csms.counters().commandsSent).toBe(0);
  });

  test('to all of them', async () => {
    const client = await open({ hostile: 'flood', hostileTo: 'all' });
    const other = await connect(csms, 'other');
    await ask(client, 'BootNotification');
    await ask(other, 'BootNotification');
    await until(() => Math.min(client.messages.length, other.messages.length) > 100);
  });
});
