import { expect, test } from 'vitest';
import { checkTcp } from '../../../src/doctor/checks/tcp.ts';
import { parseEndpoint } from '../../../src/engine/socket/handshake.ts';
import { failed, target } from '../fixture.ts';

test('a target that answers', () => {
  expect(checkTcp(target())).toEqual([
    { check: 'tcp', level: 'ok', text: 'csms.example:443 answers (0.40 ms)', fix: '' },
  ]);
  const endpoint = parseEndpoint('ws://[::1]:9000/');
  expect(checkTcp(target({ endpoint }))[0].text).toContain('[::1]:9000 answers');
});

test.each([
  ['ECONNREFUSED', 'connection refused', 'start the target'],
  ['EHOSTUNREACH', 'no route to the host', 'firewall'],
  ['ETIMEDOUT', 'csms.example:443 does not answer', 'firewall'],
])('%s', (code, says, fix) => {
  const [finding] = checkTcp(target({ tcp: failed(code) }));
  expect(finding.level).toBe('problem');
  expect(finding.text).toContain(says);
  expect(finding.fix).toContain(fix);
});

test('no address, no finding', () => expect(checkTcp(target({ tcp: null }))).toEqual([]));
