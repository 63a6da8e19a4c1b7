import { expect, test } from 'vitest';
import { CONNECT_EXPLANATIONS, DISCONNECT_EXPLANATIONS } from '../../src/report/explain.ts';
import { CONNECT_FAILURES, DISCONNECTS } from '../../src/snapshot/layout.ts';

test('every reason for a failed connect is explained, with something to do about it', () => {
  for (const reason of CONNECT_FAILURES) {
    expect(CONNECT_EXPLANATIONS[reason].text, reason).toMatch(/^\S.{10,}[^.]$/);
    expect(CONNECT_EXPLANATIONS[reason].hint, reason).toMatch(/^\S.{10,}[^.]$/);
  }
  expect(CONNECT_EXPLANATIONS.http401.hint).toContain('identities.password');
});

test('every disconnect is explained', () => {
  for (const reason of DISCONNECTS) {
    expect(DISCONNECT_EXPLANATIONS[reason].text, reason).toMatch(/^\S.{10,}[^.]$/);
  }
});
