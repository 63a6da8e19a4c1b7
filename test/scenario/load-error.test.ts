import { expect, test } from 'vitest';
import { ExitCode, UserError } from '../../src/base/errors.ts';
import {
  cannotLoad,
  placeOf,
  scenarioException,
  scriptException,
} from '../../src/scenario/load-error.ts';

function thrownIn(...frames: string[]): Error {
  const error = new RangeError('oops');
  error.stack = ['RangeError: oops', ...frames.map((frame) => `    at ${frame}`)].join('\n');
  return error;
}

const own = new URL('../../src/scenario/life.ts', import.meta.url).href;

test.each([
  ['file:///home/u/a.ts:5:9', { file: '/home/u/a.ts', line: 5, column: 9 }],
  ['f (file:///home/u/a.ts?ocpp-load=2:5:9)', { file: '/home/u/a.ts', line: 5, column: 9 }],
  ['async f (/home/u/my%20a b.ts:5:9)', { file: '/home/u/my%20a b.ts', line: 5, column: 9 }],
  ['file:///home/u/my%20a.ts:5:9', { file: '/home/u/my a.ts', line: 5, column: 9 }],
])('%s', (frame, expected) => {
  expect(placeOf(thrownIn(frame))).toEqual(expected);
});

test('our own frames, packages and Node itself are not the place', () => {
  const error = thrownIn(
    `forever (${own}:3:1)`,
    'file:///home/u/node_modules/x/i.js:1:1',
    'node:internal/modules/esm:10:1',
    'file:///home/u/a.ts:7:3',
  );
  expect(placeOf(error)).toMatchObject({ line: 7 });
  expect(placeOf(thrownIn('node:fs:1:1'))).toBeUndefined();
  expect(placeOf('text')).toBeUndefined();
});

test('an exception of the user is 107, whatever was thrown', () => {
  const error = scenarioException(thrownIn('file:///home/u/a.ts:5:9'), '/home/u/a.ts');
  expect(error.message).toBe('/home/u/a.ts:5:9: RangeError: oops');
  expect(error.exitCode).toBe(ExitCode.scenarioException);
  expect(scenarioException('text', '/home/u/a.ts').message).toBe('/home/u/a.ts: thrown: text');
  expect(scenarioException(undefined, '/home/u/a.ts').message).toContain('undefined');
});

test('a missing package names what to install, and shows no credentials', () => {
  const message = "Cannot find package 'lodash' imported from /home/u/a.ts";
  const error = Object.assign(new Error(message), { code: 'ERR_MODULE_NOT_FOUND', stack: '' });
  const told = cannotLoad(error, '/home/u/a.ts');
  expect(told.message).toBe("/home/u/a.ts: Cannot find package 'lodash'");
  expect(told.hint).toContain('npm install lodash');
  expect(scenarioException(new Error('ws://u:secret@h'), '/a.ts').message).not.toContain('secret');
});

test('an exception of a script: its place, its callers, and nothing of ours', () => {
  const error = thrownIn(
    'f (file:///home/u/a.ts:5:9)',
    `Object.sleep (${own}:3:1)`,
    'file:///home/u/a.ts:9:2',
  );
  expect(scriptException(error, '/home/u/a.ts')).toEqual({
    message: '/home/u/a.ts:5:9: RangeError: oops',
    stack: 'called at /home/u/a.ts:9:2',
  });
});

test('a mistake that a script makes keeps its advice', () => {
  const mistake = new UserError('not a duration', "write '5s'");
  mistake.stack = `UserError: not a duration\n    at ${own}:3:1\n    at /home/u/a.ts:9:2`;
  const { message } = scriptException(mistake, '/home/u/a.ts');
  expect(message).toBe("/home/u/a.ts:9:2: not a duration: write '5s'");
});
