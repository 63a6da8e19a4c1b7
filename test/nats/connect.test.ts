import { connectBus } from '../../src/nats/connect.ts';
import { busContract } from '../bus/contract.ts';
import { lineTo, startNats } from '../support/nats-server.ts';
import { describeWith } from '../support/programs.ts';

describeWith(['nats-server'], 'NATS', () => {
  busContract('on NATS', async () => {
    const server = await startNats();
    const line = await lineTo(server.port);
    const a = await connectBus({ servers: server.url, name: 'a' });
    const b = await connectBus({ servers: line.url, name: 'b' });
    return { a, b, cutB: line.cut, healB: line.heal };
  });
});
