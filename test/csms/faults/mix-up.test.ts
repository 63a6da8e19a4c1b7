import { afterEach, describe, expect, test } from 'vitest';
import type { Faults } from '../../../src/csms/faults.ts';
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

describe('mixUp', () => {
  test('previousId: each answer goes under the id of the CALL before', async () => {
    const client = await open({ mixUp: 'previousId', actions: ['StatusNotification'] });
    expect((await ask(client, 'Heartbeat', '102'))[1]).toBe('102');
    expect(await ask(client, 'StatusNotification', '103')).toEqual([3, '102', {}]);
    expect(csms.counters()).toMatchObject({ answered: 1, corrupted: 1 });
  });

  test('outOfOrder: the second answer overtakes the first', async () => {
    const client = await open({ mixUp: 'outOfOrder' });
    tell(client, 'Heartbeat', '1');
    expect((await ask(client, 'Authorize', '2'))[1]).toBe('2');
    expect(JSON.parse(await client.next())[1]).toBe('1');
    expect(csms.counters()).toMatchObject({ answered: 2, pending: 0 });
    tell(client, 'Heartbeat', '3');
    await until(() => csms.counters().pending === 1);
    await client.close();
    await until(() => csms.counters().abandoned === 1);
  });

  test('cached: an id seen before gets its old answer, on a new connection too', async () => {
    const client = await open({ mixUp: 'cached' });
    expect((await ask(client, 'BootNotification', '100'))[2].status).toBe('Accepted');
    await client.close();
    const again = await connect(csms);
    expect((await ask(again, 'StartTransaction', '100'))[2].interval).toBe(60);
    expect((await ask(again, 'StartTransaction', '101'))[2].transactionId).toBe(1);
    const other = await connect(csms, 'cp2');
    expect((await ask(other, 'Authorize', '100'))[2].idTagInfo.status).toBe('Accepted');
  });
});
