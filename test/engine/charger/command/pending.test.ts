import { expect, test } from 'vitest';
import { COMMAND_TASK, forgetCommands } from '../../../../src/engine/charger/command/pending.ts';
import { rareOf } from '../../../../src/engine/charger/rare.ts';
import { addTask } from '../../../../src/engine/charger/tasks.ts';
import { CommandIndexOf } from '../../../../src/ocpp/commands.ts';
import { CommandCounterIndex, commandCounterBase } from '../../../../src/snapshot/layout.ts';
import { shardOf } from '../fixture.ts';

test('commands that wait are unanswered, once; other tasks stay', () => {
  const shard = shardOf();
  const { ClearCache, Reset } = CommandIndexOf;
  forgetCommands(shard, 0);
  rareOf(shard, 0).waiting.push(ClearCache, Reset, ClearCache);
  addTask(shard, 0, COMMAND_TASK, 1, () => {});
  addTask(shard, 0, 'other', 2, () => {});
  forgetCommands(shard, 0);
  forgetCommands(shard, 0);
  const unanswered = (command: number) =>
    shard.memory.counters[commandCounterBase(command) + CommandCounterIndex.unanswered];
  expect([unanswered(ClearCache), unanswered(Reset)]).toEqual([2, 1]);
  expect(shard.tasks.get(0)?.map(({ name }) => name)).toEqual(['other']);
});
