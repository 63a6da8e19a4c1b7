/** Whether ocpp-load itself kept up: its figures are no better than this. */
import { LINES_HEIGHT, lines, ORANGE, RED, steps, timeline } from './panels.ts';
import { orNone, perSecond, quantile, series } from './promql.ts';
import { TROUBLE } from './states.ts';

/** Of the causes only those that were met; a line of its own while nothing is wrong. */
const TROUBLES = orNone(`max by (cause) (${series('generator_trouble')}) == 1`, 'cause');

export const GENERATOR = {
  title: 'Generator',
  panels: [
    lines({
      title: 'Busiest worker, garbage collection',
      about:
        'Share of a second. Above 85 % busy or 10 % of garbage collection a run is DEGRADED: add ' +
        'a worker or a machine.',
      width: 8,
      unit: 'percentunit',
      queries: [
        [series('generator_utilisation_ratio'), 'busy'],
        [series('generator_gc_ratio'), 'garbage collection'],
      ],
      limits: steps([0.85, ORANGE], [0.95, RED]),
      max: 1,
    }),
    lines({
      title: 'Late sends and late wake-ups',
      about:
        'How long after it was due and allowed a CALL left (DEGRADED from a p99 of 5 ms, INVALID ' +
        'from 25 ms), and how much later than asked for a worker woke up (10, 50 ms).',
      width: 8,
      unit: 's',
      queries: [
        [quantile('0.5', 'generator_lateness_seconds'), 'late sends p50'],
        [quantile('0.99', 'generator_lateness_seconds'), 'late sends p99'],
        [quantile('0.99', 'generator_loop_delay_seconds'), 'late wake-ups p99'],
      ],
      limits: steps([0.005, ORANGE], [0.025, RED]),
    }),
    timeline({
      title: 'Trouble',
      about: 'What was wrong with the generator or its machine, and when: docs/verdict.md.',
      width: 8,
      height: LINES_HEIGHT,
      queries: [[TROUBLES, '{{cause}}']],
      mappings: TROUBLE,
    }),
    lines({
      title: 'Processor',
      about: 'Processors in use by ocpp-load. Near those of the machine it is the bottleneck.',
      width: 8,
      unit: 'none',
      queries: [[perSecond('generator_cpu_seconds_total'), 'processors']],
    }),
    lines({
      title: 'Memory',
      about: 'Resident memory of ocpp-load. It grows with the chargers, and must not with time.',
      width: 8,
      unit: 'bytes',
      queries: [[series('generator_resident_memory_bytes'), 'resident']],
    }),
    lines({
      title: 'Writes that stalled',
      about:
        'Writes that the kernel did not take at once, a second: the target, or the network, is ' +
        'too slow.',
      width: 8,
      unit: 'cps',
      queries: [[perSecond('generator_stalled_writes_total'), 'stalled']],
    }),
  ],
};
