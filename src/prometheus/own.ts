/** The families beyond the catalogue, read from the state of a run. */
import { HEALTH_CAUSES } from '../health/verdict.ts';
import { cleanText } from '../report/clean.ts';
import { allThresholds } from '../report/thresholds.ts';
import { callCounts } from '../snapshot/snapshot.ts';
import { conditionText } from '../thresholds/condition.ts';
import { inFlightOf } from '../view/in-flight.ts';
import { chargersOf } from '../view/point.ts';
import { CHARGER_STATES, OWN_FAMILIES, type OwnName, STAGES, TRUSTS } from './families.ts';
import type { NumberReading, Value } from './readings.ts';
import type { RunState } from './run-state.ts';

type Labelled = readonly [Readonly<Record<string, string>>, number];

/** Without values: what is not known, or not yet. */
const READ: Readonly<Record<OwnName, (state: RunState) => readonly Labelled[]>> = {
  ocpp_chargers({ total, facts }) {
    const chargers = chargersOf(total, facts.plan.chargerCount);
    return CHARGER_STATES.map((state) => [{ state }, chargers[state]]);
  },
  ocpp_calls_in_flight: ({ total }) => one(inFlightOf(callCounts(total, 'whole'))),
  generator_utilisation_ratio: ({ health }) => one(health && Math.max(0, ...health.utilisation)),
  generator_gc_ratio: ({ health, healthS }) =>
    one(health && Math.max(0, ...health.gcTotalMs) / 1000 / healthS),
  generator_cpu_seconds_total: ({ cpuS }) => one(cpuS),
  generator_resident_memory_bytes: ({ health }) => one(health?.rssBytes ?? null),
  generator_verdict: ({ trust }) => oneOf('trust', TRUSTS, trust),
  generator_trouble: ({ progress, result }) =>
    oneOf('cause', HEALTH_CAUSES, result === null ? (progress?.generator ?? null) : null),
  ocpp_load_run_info({ facts: { plan, header } }) {
    const labels = {
      scenario: cleanText(plan.name),
      seed: String(plan.seed),
      target: header.target.url,
      version: header.tool,
    };
    return [[labels, 1]];
  },
  ocpp_load_start_time_seconds: ({ startedAtMs }) =>
    one(startedAtMs === null ? null : startedAtMs / 1000),
  ocpp_load_stage: ({ progress, result }) =>
    oneOf('stage', STAGES, result === null ? (progress?.stage ?? 'starting') : 'done'),
  ocpp_load_elapsed_seconds: ({ progress, result }) =>
    one(
      result === null
        ? (progress?.elapsedS ?? 0)
        : result.rampS + result.warmupS + result.steadyS + result.drainS,
    ),
  ocpp_threshold_passed({ result }) {
    // The same threshold may be written twice; a series may not.
    const passed = new Map(
      (result === null ? [] : allThresholds(result)).map(({ threshold, passed }) => [
        cleanText(`${threshold.selector} ${conditionText(threshold)}`),
        passed ? 1 : 0,
      ]),
    );
    return [...passed].map(([threshold, value]) => [{ threshold }, value]);
  },
  ocpp_load_events_total: ({ eventCount }) => one(eventCount),
};

const one = (value: number | null): readonly Labelled[] => (value === null ? [] : [[{}, value]]);

const oneOf = (label: string, values: readonly string[], present: string | null) =>
  values.map((value): Labelled => [{ [label]: value }, value === present ? 1 : 0]);

export function readOwn(state: RunState): NumberReading[] {
  const { runId } = state.facts;
  return OWN_FAMILIES.map(({ name, type, help }) => ({
    ...{ name, type, help },
    values: READ[name](state).map(
      ([labels, value]): Value => ({ labels: { ...labels, run_id: runId }, value }),
    ),
  }));
}
