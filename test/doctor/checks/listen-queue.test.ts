import { expect, test } from 'vitest';
import { checkListenQueue } from '../../../src/doctor/checks/listen-queue.ts';
import { machine, need } from '../fixture.ts';

test('as long as the handshakes at once', () => {
  expect(checkListenQueue(machine(), need())).toMatchObject({
    level: 'ok',
    text: 'somaxconn 4 096, tcp_max_syn_backlog 2 048',
  });
});

test('a queue that is shorter is named with its cure', () => {
  const facts = machine({ acceptQueue: 128 });
  expect(checkListenQueue(facts, need())).toMatchObject({
    level: 'warning',
    text: 'somaxconn 128, tcp_max_syn_backlog 2 048, with 256 handshakes at once',
    fix: 'sudo sysctl -w net.core.somaxconn=4096',
  });
  expect(checkListenQueue(facts, need({ chargers: 100 })).level).toBe('ok');
  expect(checkListenQueue(machine({ synQueue: 64 }), need()).fix).toContain('syn_backlog=4096');
});

test('without a load it is only told; not told is unknown', () => {
  expect(checkListenQueue(machine({ acceptQueue: 1 }), null).level).toBe('ok');
  expect(checkListenQueue(machine({ acceptQueue: null }), need()).level).toBe('unknown');
});
