import { expect, test } from 'vitest';
import { countedIn, counterMap } from '../../src/health/tally.ts';
import { ActionIndexOf } from '../../src/ocpp/actions.ts';
import { CommandIndexOf } from '../../src/ocpp/commands.ts';
import {
  CallCounterIndex,
  CommandCounterIndex,
  callCounterBase,
  commandCounterBase,
  FailureOffset,
  RunCounterOffset,
  STAGE_OTHER,
  STAGE_STEADY,
} from '../../src/snapshot/layout.ts';

test('the counters of a second, of all fleets, actions and stages', () => {
  const call = (stage: number, fleet: number, name: keyof typeof CallCounterIndex) =>
    callCounterBase(stage, ActionIndexOf.MeterValues, fleet) + CallCounterIndex[name];
  const command = commandCounterBase(CommandIndexOf.GetConfiguration);
  const changes = [
    [call(STAGE_OTHER, 0, 'sent'), 1],
    [call(STAGE_STEADY, 0, 'sent'), 10],
    [call(STAGE_STEADY, 1, 'sent'), 100],
    [call(STAGE_STEADY, 1, 'answered'), 77],
    [command + CommandCounterIndex.answered, 1_000],
    [command + CommandCounterIndex.errored, 10_000],
    [command + CommandCounterIndex.received, 77],
    [RunCounterOffset.pingsReceived, 100_000],
    [RunCounterOffset.stalledWrites, 2],
    [RunCounterOffset.connectsAttempted, 3],
    [FailureOffset.noDescriptor, 4],
    [FailureOffset.noLocalPort, 5],
    [FailureOffset.refused, 77],
  ];
  const delta = {
    fleetCount: 2,
    counterPlaces: Uint32Array.from(changes, ([place]) => place),
    counterChanges: Float64Array.from(changes, ([, n]) => n),
    histograms: [],
  };
  expect(countedIn(delta, counterMap(2))).toEqual({
    ...{ sentSteady: 110, writes: 111_111, stalled: 2, connects: 3, noDescriptor: 4, noPort: 5 },
  });
});
