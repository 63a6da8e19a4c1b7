import { describe, expect, test } from 'vitest';
import type { Mistakes } from '../../src/scenario/mistakes.ts';
import {
  checkTarget,
  hostMatches,
  targetsOf,
  targetsText,
  targetUrl,
} from '../../src/scenario/target.ts';

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

describe('several', () => {
  test.each([
    [['ws://a/{id}', 'ws://b']],
    ['wss://a/{id}, wss://b/x?y=1,2,wss://c'],
    [['embedded']],
  ])('%j', (ok) => expect(run(ok)).toBe(''));

  test.each([
    [[], 'target has 0 targets'],
    [['ws://a', 5], 'target[1] must be a text'],
    [['ws://a', 'wss://b'], 'target[1] is not ws:// like the first'],
    [['ws://a', 'embedded'], 'target[1] stands alone'],
    [['embedded', 'ws://a'], 'target[0] stands alone'],
    [['ws://a', 'http://b'], 'target[1] must be a WebSocket URL'],
    ['ws://a,wss://b/{id}', 'target is not ws:// like the first'],
    [new Array(1001).fill('ws://a'), 'target has 1001 targets'],
  ])('%j: %s', (target, expected) => expect(run(target)).toContain(expected));

  test('each must be allowed', () => {
    expect(run(['ws://a.ok', 'ws://b'], ['*.ok'])).toContain('target[1] is refused');
  });

  test('are parted by commas, and put together again', () => {
    const all = ['ws://a/x?y=1,2', 'WS://b/{id}'];
    expect(targetsOf(targetsText(all))).toEqual(all);
    expect(targetsOf(' ws://a,b ')).toEqual(['ws://a,b']);
    expect(targetsOf(all)).toEqual(all);
  });

  test.each([
    ['ws://a/{id},http://b/{id}', 'must be a WebSocket URL'],
    ['ws://a/{id}, embedded', 'stands alone'],
    ['ws://a/{id},', 'is empty'],
    ['ws://a/{id},,ws://b/{id}', 'is empty'],
  ])('a bad one is not a part of the one before: %s', (text, says) => {
    expect(run(text)).toContain(says);
  });
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
