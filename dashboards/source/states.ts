/** Words and colours for numbers that stand for a state, and the queries that make such numbers. */
import { MappingType, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { STAGES } from '../../src/prometheus/families.ts';
import { CALM, GREEN, ORANGE, RED } from './panels.ts';
import { total } from './promql.ts';

/** From 0, in this order. */
type State = readonly [word: string, colour: string];

const STAGE_COLOURS = {
  starting: CALM,
  ramp: 'blue',
  'warm-up': 'purple',
  steady: GREEN,
  drain: 'yellow',
  done: CALM,
} as const;

export const TRUST = mappingOf([
  ['VALID', GREEN],
  ['DEGRADED', ORANGE],
  ['INVALID', RED],
]);
/** Numbered behind those of TRUST: one panel shows both. */
const FIRST_STAGE = 3;
export const STAGE = mappingOf(
  STAGES.map((stage) => [stage, STAGE_COLOURS[stage]]),
  FIRST_STAGE,
);
export const PASSED = mappingOf(
  [
    ['not known yet', CALM],
    ['failed', RED],
    ['passed', GREEN],
  ],
  -1,
);
export const TROUBLE = mappingOf([
  ['fine', GREEN],
  ['trouble', RED],
]);

function mappingOf(states: readonly State[], first = 0): readonly ValueMapping[] {
  const options = states.map(([text, color], index) => [
    String(first + index),
    { text, color, index },
  ]);
  return [{ type: MappingType.ValueToText, options: Object.fromEntries(options) }];
}

/** 0 VALID, 1 DEGRADED, 2 INVALID. */
export const TRUST_NUMBER = [
  total('generator_verdict', { where: 'trust="DEGRADED"' }),
  `2 * ${total('generator_verdict', { where: 'trust="INVALID"' })}`,
].join(' + ');

/** 3 and more: the stages in their order. */
export const STAGE_NUMBER = STAGES.map((stage, i) => {
  const present = total('ocpp_load_stage', { where: `stage="${stage}"` });
  return `${FIRST_STAGE + i} * ${present}`;
}).join(' + ');
