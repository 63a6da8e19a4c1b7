/** Commands that wait for the charger's reaction time. */
import { CommandCounterIndex, commandCounterBase } from '../../../snapshot/layout.ts';
import { count } from '../../latency/recorder.ts';
import type { Shard } from '../shard.ts';
import { cancelTasks } from '../tasks.ts';

export const COMMAND_TASK = 'command';

/** The connection or the run is over: nobody hears the answers any more. */
export function forgetCommands(shard: Shard, c: number): void {
  const rare = shard.rare.get(c);
  if (rare === undefined || rare.waiting.length === 0) return;
  for (const command of rare.waiting) {
    count(shard.memory, commandCounterBase(command) + CommandCounterIndex.unanswered);
  }
  rare.waiting.length = 0;
  cancelTasks(shard, c, COMMAND_TASK);
}
