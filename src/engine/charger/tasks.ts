/**
 * What a charger does later and rarely: answers to commands, steps of a firmware update, the retry
 * of a boot, pings. Each is a closure, ordered by time; one timer a charger waits for the first.
 */
import type { Task } from './rare-state.ts';
import type { Shard } from './shard.ts';
import { TIMERS, Timer } from './state.ts';
import { arm, disarm } from './timers.ts';

/** Runs `run` at `atNs`, after those of the same moment. */
export function addTask(shard: Shard, c: number, name: string, atNs: number, run: Task['run']) {
  const tasks = shard.tasks.get(c) ?? [];
  shard.tasks.set(c, tasks);
  let place = tasks.length;
  while (place > 0 && tasks[place - 1].atNs > atNs) place--;
  tasks.splice(place, 0, { name, atNs, run });
  armFirst(shard, c, tasks);
}

/** Forgets the tasks of that name; tells how many there were. */
export function cancelTasks(shard: Shard, c: number, name: string): number {
  const tasks = shard.tasks.get(c);
  if (tasks === undefined) return 0;
  const left = tasks.filter((task) => task.name !== name);
  shard.tasks.set(c, left);
  armFirst(shard, c, left);
  return tasks.length - left.length;
}

export function dropTasks(shard: Shard, c: number): void {
  shard.tasks.delete(c);
  disarm(shard.timers, c * TIMERS + Timer.task);
}

/** The task timer fired: runs what is due. A task may add tasks. */
export function runTasks(shard: Shard, c: number, nowNs: number): void {
  const tasks = shard.tasks.get(c);
  while (tasks !== undefined && tasks.length > 0 && tasks[0].atNs <= nowNs) {
    const task = tasks.shift();
    task?.run(nowNs, task.atNs);
    // `cancelTasks` and `dropTasks` replace the list.
    if (shard.tasks.get(c) === tasks) continue;
    runTasks(shard, c, nowNs);
    return;
  }
  if (tasks !== undefined) armFirst(shard, c, tasks);
}

function armFirst(shard: Shard, c: number, tasks: readonly Task[]): void {
  const timer = c * TIMERS + Timer.task;
  if (tasks.length === 0) disarm(shard.timers, timer);
  else arm(shard.timers, timer, tasks[0].atNs);
}
