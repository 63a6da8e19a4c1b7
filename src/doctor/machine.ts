/** All that is checked of this machine. */
import { checkClockSource } from './checks/clock-source.ts';
import { checkConntrack } from './checks/conntrack.ts';
import { checkCpu } from './checks/cpu.ts';
import { checkCpuQuota } from './checks/cpu-quota.ts';
import { checkDescriptors } from './checks/descriptors.ts';
import { checkListenQueue } from './checks/listen-queue.ts';
import { checkMemory } from './checks/memory.ts';
import { checkNode } from './checks/node.ts';
import { checkSourcePorts } from './checks/source-ports.ts';
import { checkWallClock } from './checks/wall-clock.ts';
import type { MachineFacts } from './facts.ts';
import type { Finding } from './finding.ts';
import type { Need } from './need.ts';

/** `targetIsHere`: it listens on this machine, so its queues are this machine's. */
export function checkMachine(
  facts: MachineFacts,
  need: Need | null,
  targetIsHere: boolean,
): Finding[] {
  return [
    checkDescriptors(facts, need),
    checkSourcePorts(facts, need),
    checkMemory(facts, need),
    checkCpu(facts, need),
    checkCpuQuota(facts),
    checkConntrack(facts, need),
    ...(targetIsHere ? [checkListenQueue(facts, need)] : []),
    checkClockSource(facts),
    checkWallClock(facts),
    checkNode(facts),
  ];
}
