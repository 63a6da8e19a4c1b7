import { expect, test } from 'vitest';
import type { CapacityResult, ProbeResult } from '../../src/capacity/result.ts';
import { shortHoldNote, toldOfLongRun } from '../../src/cli/capacity-long-run.ts';
import { compilePlan } from '../../src/plan/compile.ts';
import { life } from '../../src/scenario/life.ts';
import type { Fleet } from '../../src/scenario/types.ts';
import { smallScenario } from '../e2e/support.ts';

const planAt = (fleet: Partial<Fleet>) => (load: number, holdS: number) =>
  compilePlan(smallScenario({ duration: `${holdS}s` }, { ...fleet, chargers: load }), {
    ...{ name: 'long.ts', file: null, seed: 1 },
  });

/** 100 chargers, a Heartbeat a second each. */
const beating: Partial<Fleet> = { heartbeat: '1s', life: life().boot() };
const notesOf = (callsPerS: number | null, fleet = beating) => {
  const held = callsPerS === null ? null : ({ load: 100, callsPerS } as ProbeResult);
  return toldOfLongRun(
    { held, probes: [], notes: ['before'] } as unknown as CapacityResult,
    planAt(fleet),
  ).notes;
};

test('a hold that saw less than the load is told', () => {
  expect(notesOf(72)).toEqual([
    'before',
    expect.stringMatching(
      /^in its hold the load sent 72\.0 CALLs\/s, in an hour it sends (99|100)/,
    ),
  ]);
});

test('a target that is saturated is told from waves: more chargers sent no more', () => {
  const probe = (load: number, callsPerS: number, heldS = 10) =>
    ({ load, callsPerS, heldS, answer: 'held' }) as ProbeResult;
  const noteOf = (held: ProbeResult, lighter: ProbeResult[]) => {
    const found = { held, probes: [...lighter, held], notes: [], vary: 'chargers' };
    return toldOfLongRun(found as unknown as CapacityResult, planAt(beating)).notes[0];
  };
  expect(noteOf(probe(100, 50), [probe(25, 25), probe(50, 48)])).toMatch(
    /^the target is saturated: 100 chargers sent 50\.0 CALLs\/s, hardly more than 50 chargers, /,
  );
  expect(noteOf(probe(100, 70), [probe(50, 48)])).toMatch('in its hold the load sent 70.0');
  expect(noteOf(probe(100, 50), [probe(90, 48)])).toMatch('in its hold the load sent');
  // Too short for a whole wave.
  expect(noteOf(probe(100, 50, 0.4), [probe(50, 48)])).toMatch('in its hold the load sent');
});

test('nothing is said of one that saw it, of none, and of what nobody knows', () => {
  expect(notesOf(95)).toEqual(['before']);
  expect(notesOf(null)).toEqual(['before']);
  expect(notesOf(1, { life: life().boot().closedLoop('Heartbeat') })).toEqual(['before']);
});

test('a hold that is shorter than a wave of Heartbeats is told before', () => {
  const noteOf = (holdS: number, fleet: Partial<Fleet>, embedded = {}) =>
    shortHoldNote(
      compilePlan(smallScenario({ embedded }, { life: life().boot(), ...fleet }), {
        ...{ name: 'waves.ts', file: null, seed: 1 },
      }),
      holdS,
    );
  expect(noteOf(20, { heartbeat: '60s' })).toMatch(/^Heartbeats come every 1m, .* --hold 1m sees/);
  expect(noteOf(60, { heartbeat: '60s' })).toBeNull();
  expect(noteOf(2, { heartbeat: '1s' })).toBeNull();
  expect(noteOf(20, { heartbeat: undefined }, { interval: '30s' })).toMatch('every 30s,');
  expect(noteOf(20, { heartbeat: undefined }, { interval: '10s' })).toBeNull();
  expect(noteOf(20, { heartbeat: 'off' })).toBeNull();
});
