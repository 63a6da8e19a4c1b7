/** The families beyond the catalogue, read from the state of a run. */
import { HEALTH_CAUSES } from '../health/verdict.ts';
import { cleanText } from '../report/clean.ts';
import { allThresholds, plannedThresholds } from '../report/thresholds.ts';
import { callCounts } from '../snapshot/snapshot.ts';
import { conditionText } from '../thresholds/condition.ts';
import type { Threshold } from '../thresholds/types.ts';
import { inFlightOf } from '../view/in-flight.ts';
import { chargersOf } from '../view/point.ts';
import { agentNames, byAgent, isUp, missingSeconds, offsetS } from './agents.ts';
import { CHARGER_STATES, OWN_FAMILIES, type OwnName, STAGES, TRUSTS } from './families.ts';
import type { LiveNumbers, SeriesLabels } from './readings.ts';
import type { RunFacts, RunState } from './run-state.ts';

/** Series of a run, and what they are; null: what is not known, or not yet. */
interface Own {
  readonly labels: (facts: RunFacts) => readonly SeriesLabels[];
  readonly read: (state: RunState) => readonly (number | null)[];
}

const one = (read: (state: RunState) => number | null): Own => ({
  labels: () => [{}],
  read: (state) => [read(state)],
});

const labelled = (label: string, values: readonly string[], read: Own['read']): Own => ({
  labels: () => values.map((value) => ({ [label]: value })),
  read,
});

/** 1 for the present one, 0 for the others. */
const oneOf = (
  label: string,
  values: readonly string[],
  present: (state: RunState) => string | null,
): Own =>
  labelled(label, values, (state) => {
    const now = present(state);
    return values.map((value) => (value === now ? 1 : 0));
  });

const ofAgents = (read: Parameters<typeof byAgent>[2]): Own => ({
  labels: ({ agents }) => agentNames(agents).map((agent) => ({ agent })),
  read: ({ facts, progress, result }) =>
    byAgent(agentNames(facts.agents), result?.shares ?? progress?.shares, read),
});

const OWN: Readonly<Record<OwnName, Own>> = {
  ocpp_chargers: labelled('state', CHARGER_STATES, ({ total, facts }) => {
    const chargers = chargersOf(total, facts.header.chargerCount);
    return CHARGER_STATES.map((state) => chargers[state]);
  }),
  ocpp_calls_in_flight: one(({ total }) => inFlightOf(callCounts(total, 'whole'))),
  generator_utilisation_ratio: one(({ health }) => health && Math.max(0, ...health.utilisation)),
  generator_gc_ratio: one(
    ({ health, healthS }) => health && Math.max(0, ...health.gcTotalMs) / 1000 / healthS,
  ),
  generator_cpu_seconds_total: one(({ cpuS }) => cpuS),
  generator_resident_memory_bytes: one(({ health }) => health?.rssBytes ?? null),
  generator_verdict: oneOf('trust', TRUSTS, ({ trust }) => trust),
  generator_trouble: oneOf('cause', HEALTH_CAUSES, ({ progress, result }) =>
    result === null ? (progress?.generator ?? null) : null,
  ),
  ocpp_load_run_info: {
    labels: ({ plan, header }) => [
      {
        scenario: cleanText(plan.name),
        seed: String(plan.seed),
        target: header.target.url,
        version: header.tool,
      },
    ],
    read: () => [1],
  },
  ocpp_load_start_time_seconds: one(({ startedAtMs }) =>
    startedAtMs === null ? null : startedAtMs / 1000,
  ),
  ocpp_load_stage: oneOf('stage', STAGES, ({ progress, result }) =>
    result === null ? (progress?.stage ?? 'starting') : 'done',
  ),
  ocpp_load_elapsed_seconds: one(({ progress, result }) =>
    result === null
      ? (progress?.elapsedS ?? 0)
      : result.rampS + result.warmupS + result.steadyS + result.drainS,
  ),
  ocpp_threshold_passed: {
    labels: (facts) => thresholdTexts(facts).map((threshold) => ({ threshold })),
    read({ facts, result }) {
      const known = result === null ? [] : allThresholds(result);
      const passed = new Map(known.map((each) => [textOf(each.threshold), each.passed ? 1 : 0]));
      return thresholdTexts(facts).map((text) => passed.get(text) ?? null);
    },
  },
  ocpp_load_events_total: one(({ eventCount }) => eventCount),
  ocpp_load_agent_up: ofAgents(isUp),
  ocpp_load_agent_clock_offset_seconds: ofAgents(offsetS),
  ocpp_load_agent_missing_intervals_total: ofAgents(missingSeconds),
};

const textOf = (threshold: Threshold) =>
  cleanText(`${threshold.selector} ${conditionText(threshold)}`);

/** The same threshold may be written twice; a series may not. */
const thresholdTexts = ({ plan, header }: RunFacts) => [
  ...new Set(plannedThresholds(plan, header.share).map(textOf)),
];

export interface OwnFamilies {
  readonly families: readonly LiveNumbers[];
  /** Has them read the state as it is. */
  update(): void;
}

export function ownFamilies(state: RunState): OwnFamilies {
  const { runId } = state.facts;
  const families = OWN_FAMILIES.map(({ name, type, help }) => {
    const labels = OWN[name].labels(state.facts).map((each) => ({ ...each, run_id: runId }));
    return { name, type, help, labels, values: new Float64Array(labels.length) };
  });
  return {
    families,
    update() {
      for (const { name, values } of families) {
        const read = OWN[name].read(state);
        for (let i = 0; i < values.length; i++) values[i] = read[i] ?? Number.NaN;
      }
    },
  };
}
