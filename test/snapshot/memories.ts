/** Shard memory with what a test puts there. */
import { type Action, ActionIndexOf } from '../../src/ocpp/actions.ts';
import type { CommandIndex } from '../../src/ocpp/commands.ts';
import { HDR_SLOTS, hdrIndex } from '../../src/snapshot/hdr.ts';
import {
  addToSlot,
  type CallCounter,
  CallCounterIndex,
  type CommandCounter,
  CommandCounterIndex,
  callCounterBase,
  callHistogram,
  commandCounterBase,
  type ShardMemory,
  shardMemory,
  shardMemoryBytes,
} from '../../src/snapshot/layout.ts';

export const emptyMemory = (): ShardMemory => shardMemory(new ArrayBuffer(shardMemoryBytes(1)));

export function put(memory: ShardMemory, histogram: number, valueUs: number, n = 1): void {
  addToSlot(memory, histogram * HDR_SLOTS + hdrIndex(valueUs), n);
}

export type Counts = Partial<Record<CallCounter, number>>;

export function addCounts(memory: ShardMemory, stage: number, action: Action, counts: Counts) {
  const base = callCounterBase(stage, ActionIndexOf[action]);
  for (const [name, n] of Object.entries(counts)) {
    memory.counters[base + CallCounterIndex[name as CallCounter]] += n;
  }
}

export function addCommands(
  memory: ShardMemory,
  command: CommandIndex,
  counts: Partial<Record<CommandCounter, number>>,
) {
  const base = commandCounterBase(command);
  for (const [name, n] of Object.entries(counts)) {
    memory.counters[base + CommandCounterIndex[name as CommandCounter]] += n;
  }
}

/** CALLs with the service and response times that belong to their fates. */
export function addCalls(memory: ShardMemory, stage: number, action: Action, counts: Counts) {
  addCounts(memory, stage, action, counts);
  const { answered = 0, timedOut = 0, lost = 0 } = counts;
  const index = ActionIndexOf[action];
  put(memory, callHistogram(stage, index, 'service'), 1000, answered);
  put(memory, callHistogram(stage, index, 'response'), 1500, answered);
  put(memory, callHistogram(stage, index, 'response'), 30e6, timedOut + lost);
}
