import { expect, test } from 'vitest';
import { checkMachine } from '../../src/doctor/machine.ts';
import { machine, need } from './fixture.ts';

test('every check once; the queue of a listener only where it is ours', () => {
  const names = (here: boolean) => checkMachine(machine(), need(), here).map(({ check }) => check);
  expect(names(true)).toHaveLength(10);
  expect(new Set(names(true)).size).toBe(10);
  expect(names(true).filter((name) => !names(false).includes(name))).toEqual(['listen queue']);
});

test('nothing is wrong with the fixture', () => {
  const levels = checkMachine(machine(), need(), true).map(({ level }) => level);
  expect(new Set(levels)).toEqual(new Set(['ok']));
});
