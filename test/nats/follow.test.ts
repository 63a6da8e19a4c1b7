import { expect, test } from 'vitest';
import { placeOf } from '../../src/nats/follow.ts';

test.each([
  '$JS.ACK.OCPPLOAD_x.ocppload_1.1.17.5.1700000000000000000.3',
  '$JS.ACK._.hash.OCPPLOAD_x.ocppload_1.1.17.5.1700000000000000000.3',
  '$JS.ACK.hub.hash.OCPPLOAD_x.ocppload_1.1.17.5.1700000000000000000.3.random',
])('%s', (reply) => {
  expect(placeOf(reply)).toEqual({ sequence: 17, delivery: 5 });
});
