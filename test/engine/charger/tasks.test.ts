import { expect, test } from 'vitest';
import { TIMERS, Timer } from '../../../src/engine/charger/state.ts';
import { addTask, cancelTasks, dropTasks, runTasks } from '../../../src/engine/charger/tasks.ts';
import { isArmed } from '../../../src/engine/charger/timers.ts';
import { shardOf } from './fixture.ts';

/** A charger's tasks that write down their names. */
function recorded() {
  const shard = shardOf();
  const ran: string[] = [];
  const add = (name: string, atNs: number, then: () => void = () => {}) =>
    addTask(shard, 1, name, atNs, (nowNs, dueNs) => {
      ran.push(`${name} ${nowNs} ${dueNs}`);
      then();
    });
  const timer = TIMERS + Timer.task;
  const armedNs = () =>
    isArmed(shard.timers, timer) ? shard.timers.deadlinesNs[timer] : undefined;
  return { shard, ran, add, armedNs };
}

test('they run by time, those of the same moment in the order in which they came', () => {
  const { shard, ran, add, armedNs } = recorded();
  add('c', 30);
  add('a', 10);
  add('b1', 20);
  add('b2', 20);
  expect(armedNs()).toBe(10);
  runTasks(shard, 1, 25);
  expect(ran).toEqual(['a 25 10', 'b1 25 20', 'b2 25 20']);
  expect(armedNs()).toBe(30);
  runTasks(shard, 1, 30);
  expect(ran.at(-1)).toBe('c 30 30');
  expect(armedNs()).toBeUndefined();
});

test('each charger has its own', () => {
  const { shard, ran, add } = recorded();
  add('a', 10);
  runTasks(shard, 0, 100);
  runTasks(shard, 2, 100);
  expect(ran).toEqual([]);
});

test('a name is cancelled wherever it stands', () => {
  const { shard, ran, add, armedNs } = recorded();
  expect(cancelTasks(shard, 1, 'a')).toBe(0);
  add('a', 10);
  add('b', 20);
  add('a', 30);
  expect(cancelTasks(shard, 1, 'a')).toBe(2);
  expect(armedNs()).toBe(20);
  expect(cancelTasks(shard, 1, 'b')).toBe(1);
  expect(armedNs()).toBeUndefined();
  runTasks(shard, 1, 100);
  expect(ran).toEqual([]);
});

test('a task may add, cancel and drop tasks', () => {
  const { shard, ran, add, armedNs } = recorded();
  add('a', 10, () => {
    add('now', 10);
    add('later', 40);
    cancelTasks(shard, 1, 'b');
  });
  add('b', 20);
  add('c', 30);
  runTasks(shard, 1, 35);
  expect(ran).toEqual(['a 35 10', 'now 35 10', 'c 35 30']);
  expect(armedNs()).toBe(40);
  add('drop', 36, () => dropTasks(shard, 1));
  runTasks(shard, 1, 50);
  expect(ran.at(-1)).toBe('drop 50 36');
  expect(armedNs()).toBeUndefined();
  add('again', 60);
  expect(armedNs()).toBe(60);
});
