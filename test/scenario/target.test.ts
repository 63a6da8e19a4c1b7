import { expect, test } from 'vitest';
import type { Mistakes } from '../../src/scenario/mistakes.ts';
import { checkTarget, hostMatches, targetUrl } from '../../src/scenario/target.ts';

function run(target: unknown, allowTargets?: unknown): string {
  const mistakes: Mistakes = [];
  checkTarget(mistakes, target, allowTargets);
  return mistakes.map(({ message, hint }) => `${message}\n${hint}`).join('\n');
}

test.each(['embedded', 'ws://127.0.0.1:80/ocpp', 'wss://h/{id}?x={id}', 'WSS://h'])('%s', (ok) => {
  expect(run(ok)).toBe('');
});

test.each([
  [undefined, 'target is missing'],
  ['', 'is empty'],
  ['  ', 'is empty'],
  [5, 'must be a text'],
  ['embeded', "did you mean 'embedded'?"],
  ['Embedded', "did you mean 'embedded'?"],
  ['https://h/x', 'write wss:// instead'],
  ['host/ocpp', 'is not a target'],
  ['ws://{id}.h/x', 'only {id} is known, in the path'],
  ['ws://h/{ID}', 'only {id} is known'],
  ['ws://h/x#y', 'fragment'],
])('%s: %s', (target, expected) => {
  expect(run(target)).toContain(expected);
});

test('allowTargets refuses every other host, and shows no credentials', () => {
  const allowed = ['localhost', '*.staging.example'];
  expect(run('wss://a.staging.example/x', allowed)).toBe('');
  expect(run('ws://localhost:9000', allowed)).toBe('');
  expect(run('embedded', [])).toBe('');
  const text = run('wss://user:secret@prod.example/x', allowed);
  expect(text).toContain('is refused by allowTargets');
  expect(text).toContain('localhost, *.staging.example');
  expect(text).not.toContain('secret');
});

test.each([
  ['*.example', 'ws://a.example', true],
  ['*.example', 'ws://example', false],
  ['*.example', 'ws://a.example.evil', false],
  ['a.example', 'ws://aXexample', false],
  ['A.example', 'ws://a.EXAMPLE', true],
  ['localhost:9000', 'ws://localhost:9000', true],
  ['localhost:9000', 'ws://localhost:9001', false],
  ['*', 'ws://anything:1', true],
])('%s against %s', (pattern, url, expected) => {
  expect(hostMatches(pattern, new URL(url))).toBe(expected);
});

test.each([
  ['ws://h', 'ws://h/{id}'],
  ['ws://h/ocpp/', 'ws://h/ocpp/{id}'],
  ['ws://h/ocpp?token=1', 'ws://h/ocpp/{id}?token=1'],
  ['ws://h/{id}/ocpp', 'ws://h/{id}/ocpp'],
])('%s becomes %s', (target, expected) => {
  expect(targetUrl(target)).toBe(expected);
});
