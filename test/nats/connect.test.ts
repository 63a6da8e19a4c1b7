import { expect, test } from 'vitest';
import { connectBus } from '../../src/nats/connect.ts';
import { busContract, bytes } from '../bus/contract.ts';
import { eventually } from '../support/eventually.ts';
import { lineTo, startNats } from '../support/nats-server.ts';
import { describeWith } from '../support/programs.ts';

describeWith(['nats-server'], 'NATS', () => {
  test('what is appended has the subject that permissions are given by', async () => {
    const server = await startNats();
    const bus = await connectBus({ servers: server.url, name: 'a' });
    const heard: string[] = [];
    bus.subscribe('ocppload.run.r.up.a', ({ subject }) => heard.push(subject));
    await (await bus.createRun('r')).append('a', '1', bytes('x'));
    await eventually(() => expect(heard).toEqual(['ocppload.run.r.up.a']));
    await bus.close();
  });

  busContract('on NATS', async () => {
    const server = await startNats();
    const line = await lineTo(server.port);
    const a = await connectBus({ servers: server.url, name: 'a' });
    const b = await connectBus({ servers: line.url, name: 'b' });
    return { a, b, cutB: line.cut, healB: line.heal };
  });
});
