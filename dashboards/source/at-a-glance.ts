/** Whether the run can be trusted, and whether it was good. */
import { ORANGE, RED, stat, steps, timeline } from './panels.ts';
import { CHOSEN, failed, perSecond, quantileSoFar, series, share, total } from './promql.ts';
import { PASSED, STAGE, STAGE_NUMBER, TRUST, TRUST_NUMBER } from './states.ts';

const CALLS = total('ocpp_calls_total', { where: CHOSEN });
/** Told once, at the very end: it stays. */
const PASSED_SO_FAR = `last_over_time(${series('ocpp_threshold_passed')}[$__range])`;
const OPEN = 'label_replace(vector(-1), "threshold", "thresholds", "", "")';
const PASSED_OR_OPEN = `${PASSED_SO_FAR} or on() ${OPEN}`;

export const AT_A_GLANCE = {
  title: 'Verdict and SLO at a glance',
  panels: [
    stat({
      title: 'Generator',
      about:
        'Whether the figures describe the target. DEGRADED: read them with care. INVALID: they ' +
        'describe ocpp-load or its machine; look at the row "Generator".',
      width: 3,
      unit: 'none',
      query: [TRUST_NUMBER, 'generator'],
      mappings: TRUST,
    }),
    stat({
      title: 'Stage',
      about: 'Where the run is. Thresholds and the report look at the steady stage.',
      width: 3,
      unit: 'none',
      query: [STAGE_NUMBER, 'stage'],
      mappings: STAGE,
    }),
    stat({
      title: 'Elapsed',
      about: 'Since the start of the run.',
      width: 3,
      unit: 's',
      query: [series('ocpp_load_elapsed_seconds'), 'elapsed'],
    }),
    stat({
      title: 'Booted',
      about:
        'Chargers whose BootNotification was accepted at least once, of those planned. Less than ' +
        'all after the ramp is bad: the load is not the one that was asked for.',
      width: 3,
      unit: 'percentunit',
      query: [
        `${total('ocpp_chargers', { where: 'state="booted"' })} / ` +
          total('ocpp_chargers', { where: 'state="planned"' }),
        'booted',
      ],
      limits: [
        { value: null, color: RED },
        { value: 0.9, color: ORANGE },
        { value: 1, color: 'green' },
      ],
    }),
    stat({
      title: 'CALLs/s',
      about: 'CALLs sent a second, of the chosen actions and fleets.',
      width: 3,
      unit: 'cps',
      query: [perSecond('ocpp_calls_total', { where: CHOSEN }), 'CALLs'],
    }),
    stat({
      title: 'Failed',
      about:
        'Of the CALLs sent since the start: answered with a CALLERROR or with what does not fit, ' +
        'timed out, or lost with their connection. Orange from 0.1 %, red from 1 %.',
      width: 3,
      unit: 'percentunit',
      decimals: 2,
      query: [share(failed(total), CALLS), 'failed'],
      limits: steps([0.001, ORANGE], [0.01, RED]),
    }),
    stat({
      title: 'Response ${quantile:text}',
      about:
        'Response time since the start of the run, at the chosen quantile: from the moment a ' +
        'CALL was due to its answer. Orange from 500 ms, red from 1 s: set your own limits.',
      width: 3,
      unit: 's',
      query: [
        quantileSoFar('$quantile', 'ocpp_call_duration_seconds', { where: CHOSEN }),
        'response',
      ],
      limits: steps([0.5, ORANGE], [1, RED]),
    }),
    stat({
      title: 'Thresholds',
      about:
        'Thresholds of the scenario that did not hold. They are known when the run is over, so ' +
        'only a run with --remote-write or --push-gateway can tell.',
      width: 3,
      unit: 'none',
      query: [`count(${PASSED_SO_FAR} == 0) or on() vector(0)`, 'failed'],
      limits: steps([1, RED]),
    }),
    timeline({
      title: 'Stage and verdict',
      about: 'When which stage was on, and how far the generator could be trusted.',
      width: 12,
      height: 6,
      queries: [
        [STAGE_NUMBER, 'stage'],
        [TRUST_NUMBER, 'generator'],
      ],
      mappings: [...STAGE, ...TRUST],
    }),
    timeline({
      title: 'Thresholds',
      about:
        'What the scenario asks for, and whether it held. It is known when the run is over, so ' +
        'only a run with --remote-write or --push-gateway can tell.',
      width: 12,
      height: 6,
      queries: [[PASSED_OR_OPEN, '{{threshold}}']],
      mappings: PASSED,
    }),
  ],
};
