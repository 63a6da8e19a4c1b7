/** Seconds of a run that never happened. */
import type { Interval } from '../../src/series/interval.ts';
import { deltaReader } from '../../src/snapshot/delta.ts';
import { STAGE_STEADY } from '../../src/snapshot/layout.ts';
import { addCalls, emptyMemory } from '../snapshot/memories.ts';

/** The n-th, from 0: four heartbeats, all answered. */
export function second(index: number): Interval {
  const memory = emptyMemory();
  addCalls(memory, STAGE_STEADY, 'Heartbeat', { sent: 4, answered: 4 });
  const delta = deltaReader([memory]).read(true);
  return { index, fromS: index, toS: index + 1, stage: 'steady', delta, health: null };
}
