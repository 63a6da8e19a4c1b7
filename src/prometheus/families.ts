/** Every family of metrics that Prometheus gets: those of the catalogue, and some of their own. */
import { HEALTH_CAUSES } from '../health/verdict.ts';
import { METRICS } from '../metrics/catalogue.ts';
import type { LabelValues, Metric } from '../metrics/metric.ts';

export type FamilyType = 'counter' | 'gauge' | 'histogram';

/** The values of a label that are known when a run starts, and are as many as it has of them. */
export const OF_RUN = 'run';
export type FamilyLabels = Readonly<Record<string, LabelValues | typeof OF_RUN>>;

export interface Family {
  readonly name: string;
  readonly type: FamilyType;
  /** In words; histograms are in seconds. */
  readonly unit: string;
  /** The closed set of values of each label. Every series has every label of its family. */
  readonly labels: FamilyLabels;
  readonly help: string;
}

/** States of chargers; those of `connecting`, `connected` and `offline` sum up to `planned`. */
export const CHARGER_STATES = [
  'planned',
  'connecting',
  'connected',
  'booted',
  'charging',
  'offline',
] as const;
export const STAGES = ['starting', 'ramp', 'warm-up', 'steady', 'drain', 'done'] as const;
export const TRUSTS = ['VALID', 'DEGRADED', 'INVALID'] as const;

export const OWN_FAMILIES = [
  {
    name: 'ocpp_chargers',
    type: 'gauge',
    unit: 'chargers',
    labels: { state: CHARGER_STATES },
    help:
      'Chargers by state: planned are all; each is connecting, connected or offline; booted are ' +
      'those that were accepted at least once; charging counts connectors.',
  },
  {
    name: 'ocpp_calls_in_flight',
    type: 'gauge',
    unit: 'CALLs',
    labels: {},
    help: 'CALLs sent that have no answer yet.',
  },
  {
    name: 'generator_utilisation_ratio',
    type: 'gauge',
    unit: '0 to 1',
    labels: {},
    help: 'Share of the last second in which the busiest worker was busy.',
  },
  {
    name: 'generator_gc_ratio',
    type: 'gauge',
    unit: '0 to 1',
    labels: {},
    help: 'Share of the last second in which a worker, the worst, paused to collect garbage.',
  },
  {
    name: 'generator_cpu_seconds_total',
    type: 'counter',
    unit: 'seconds',
    labels: {},
    help: 'CPU time of ocpp-load since the start of the run.',
  },
  {
    name: 'generator_resident_memory_bytes',
    type: 'gauge',
    unit: 'bytes',
    labels: {},
    help: 'Resident memory of ocpp-load.',
  },
  {
    name: 'generator_verdict',
    type: 'gauge',
    unit: '0 or 1',
    labels: { trust: TRUSTS },
    help: 'Whether the figures can be trusted by what was seen so far: 1 for what holds now.',
  },
  {
    name: 'generator_trouble',
    type: 'gauge',
    unit: '0 or 1',
    labels: { cause: HEALTH_CAUSES },
    help: 'What is wrong with the generator right now: 1 while it lasts.',
  },
  {
    name: 'ocpp_load_run_info',
    type: 'gauge',
    unit: '1',
    labels: { scenario: OF_RUN, seed: OF_RUN, target: OF_RUN, version: OF_RUN },
    help: 'What runs: always 1. version is that of ocpp-load.',
  },
  {
    name: 'ocpp_load_start_time_seconds',
    type: 'gauge',
    unit: 'seconds',
    labels: {},
    help: 'When the run started, since 1970: to lay two runs over each other.',
  },
  {
    name: 'ocpp_load_stage',
    type: 'gauge',
    unit: '0 or 1',
    labels: { stage: STAGES },
    help: 'The stage of the run: 1 for the present one.',
  },
  {
    name: 'ocpp_load_elapsed_seconds',
    type: 'gauge',
    unit: 'seconds',
    labels: {},
    help: 'Time since the start of the run.',
  },
  {
    name: 'ocpp_threshold_passed',
    type: 'gauge',
    unit: '0 or 1',
    labels: { threshold: OF_RUN },
    help: 'Whether a threshold held, that of the boots too: there once the run is over.',
  },
  {
    name: 'ocpp_load_events_total',
    type: 'counter',
    unit: 'events',
    labels: {},
    help: 'Events of the run: the lines with a time that ocpp-load prints.',
  },
  {
    name: 'ocpp_load_agent_up',
    type: 'gauge',
    unit: '0 or 1',
    labels: { agent: OF_RUN },
    help: 'Of a run over several machines: 1 while an agent is heard, 0 when it is silent or lost.',
  },
  {
    name: 'ocpp_load_agent_clock_offset_seconds',
    type: 'gauge',
    unit: 'seconds',
    labels: { agent: OF_RUN },
    help: "How far the coordinator's clock is ahead of an agent's.",
  },
  {
    name: 'ocpp_load_agent_missing_intervals_total',
    type: 'counter',
    unit: 'intervals',
    labels: { agent: OF_RUN },
    help: 'Seconds of the run that closed before an agent had delivered them.',
  },
] as const satisfies readonly Family[];
export type OwnName = (typeof OWN_FAMILIES)[number]['name'];

/** Every family in the order of the exposition. Each has the label `run_id` as well. */
export function families(): Family[] {
  const catalogue = METRICS.flatMap((metric) => familyOf(metric) ?? []);
  return [...catalogue, ...OWN_FAMILIES].map((family) => ({
    ...family,
    labels: { ...family.labels, run_id: OF_RUN },
  }));
}

/** null: a rate, which PromQL divides itself. */
export function familyOf(metric: Metric): Family | null {
  const { name, unit, meaning: help } = metric;
  const labels = labelsOf(metric);
  switch (metric.type) {
    case 'rate':
      return null;
    case 'trend':
      return { name: `${name}_seconds`, type: 'histogram', unit: 'seconds', labels, help };
    case 'counter':
      return { name: `${name}_total`, type: 'counter', unit, labels, help };
    case 'gauge':
      return { name, type: 'gauge', unit, labels, help };
  }
}

/** A counter never falls, so what is in flight is a gauge of its own: `ocpp_calls_in_flight`. */
function labelsOf({ type, labels }: Metric): FamilyLabels {
  const { fate } = labels;
  if (type !== 'counter' || fate === undefined || typeof fate === 'string') return labels;
  return { ...labels, fate: fate.filter((value) => value !== 'inFlight') };
}
