import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { METRICS, metricNamed } from '../../src/metrics/catalogue.ts';
import { FLEETS, type Metric } from '../../src/metrics/metric.ts';
import { Flaw } from '../../src/thresholds/flaw.ts';
import {
  AGGREGATIONS,
  exampleOf,
  parseExpression,
  parseSelector,
} from '../../src/thresholds/parse.ts';

const FLEET_NAMES = ['car-park', 'depot'];

function metric(name: string): Metric {
  const found = metricNamed(name);
  if (found === undefined) throw new Error(name);
  return found;
}

/** `marked: says; fix`. */
function flawOf(text: string, parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof Flaw)) throw error;
    return `${text.slice(error.from, error.to)}: ${error.message}; ${error.fix}`;
  }
  throw new Error('no flaw');
}

const selectorFlaw = (text: string) => flawOf(text, () => parseSelector(text, FLEET_NAMES));
const expressionFlaw = (name: string, text: string) =>
  flawOf(text, () => parseExpression(text, metric(name)));

describe('a selector', () => {
  test.each<[string, string, object]>([
    ['ocpp_calls', 'ocpp_calls', {}],
    [' ocpp_calls ', 'ocpp_calls', {}],
    ['ocpp_calls{action:Heartbeat}', 'ocpp_calls', { action: 'Heartbeat' }],
    [
      'ocpp_call_fates { fleet: depot , fate : lost } ',
      'ocpp_call_fates',
      { fleet: 'depot', fate: 'lost' },
    ],
    ['ocpp_commands{command:other}', 'ocpp_commands', { command: 'other' }],
  ])('%s', (text, name, labels) => {
    expect(parseSelector(text, FLEET_NAMES)).toEqual({ metric: metric(name), labels });
  });

  test.each([
    ['ocpp_cal_duration', 'ocpp_cal_duration: has an unknown metric; did you mean'],
    ['ocpp_cal_duration', '`ocpp_call_duration`'],
    ['zzz{action:Heartbeat}', 'zzz: has an unknown metric; docs/metrics.md'],
    ['ocpp_calls{actoin:Heartbeat}', 'actoin: has an unknown label; did you mean `action`?'],
    ['ocpp_calls{phase:tls}', 'phase: has an unknown label; ocpp_calls has: action, fleet'],
    ['ocpp_connects{phase:tls}', 'phase: has a label, but its metric has none'],
    ['ocpp_calls{action:heartbaet}', 'heartbaet: has an unknown action; did you mean `Heartbeat`?'],
    ['ocpp_calls{fleet:depto}', 'did you mean `depot`?  one of: car-park, depot'],
    ['ocpp_calls{fleet:x}', 'x: has an unknown fleet; one of: car-park, depot'],
    ['ocpp_calls{action="Heartbeat"}', 'action="Heartbeat": has a label that is not written name:'],
    ['ocpp_calls{action:a:b}', 'action:a:b: has a label that is not written name:value'],
    ['ocpp_calls{}', ': has a label that is not written name:value'],
    ['ocpp_calls{action:Heartbeat,action:Authorize}', 'action:Authorize: has a label twice'],
    ['ocpp_calls{constructor:x}', 'constructor: has an unknown label'],
    ['ocpp_calls{action:Heartbeat', 'is no metric with labels; such as ocpp_call_duration{'],
    ['ocpp_calls}', 'is no metric with labels'],
    ['', 'has an unknown metric'],
  ])('%s is wrong', (text, words) => {
    expect(selectorFlaw(text)).toContain(words);
  });
});

describe('an expression', () => {
  test.each<[string, string, object]>([
    [
      'ocpp_call_duration',
      'p(99)<500',
      { statistic: { kind: 'percentile', percentile: 99 }, comparison: '<', limit: 500 },
    ],
    [
      'ocpp_call_duration',
      ' p( 99.95 ) <= 1.5e3 ',
      { statistic: { kind: 'percentile', percentile: 99.95 }, comparison: '<=', limit: 1500 },
    ],
    [
      'ocpp_call_duration',
      'count > 100',
      { statistic: { kind: 'count' }, comparison: '>', limit: 100 },
    ],
    ['ocpp_calls', 'rate>=20', { statistic: { kind: 'rate' }, comparison: '>=', limit: 20 }],
    ['ocpp_call_failed', 'rate===0', { statistic: { kind: 'rate' }, comparison: '==', limit: 0 }],
    [
      'ocpp_chargers_connected',
      'value!=.5',
      { statistic: { kind: 'value' }, comparison: '!=', limit: 0.5 },
    ],
  ])('%s %s', (name, text, expected) => {
    expect(parseExpression(text, metric(name))).toEqual(expected);
  });

  test.each([
    ['ocpp_call_duration', 'p99<500', 'p99: asks for what ocpp_call_duration does not have'],
    ['ocpp_call_duration', 'p99<500', 'did you mean `p(99)`?'],
    ['ocpp_call_duration', 'mean<500', 'did you mean `avg`?'],
    ['ocpp_call_duration', 'mac<500', 'did you mean `max`?'],
    ['ocpp_call_duration', 'rate<500', 'a trend has: p(N), med, avg, min, max, count'],
    ['ocpp_call_duration', 'p(0)<500', 'p(0): has a wrong percentile; above 0 and at most 100'],
    ['ocpp_call_duration', 'p(100.1)<500', 'has a wrong percentile'],
    ['ocpp_call_duration', 'p(N)<500', 'has a wrong percentile'],
    ['ocpp_call_duration', 'p()<500', 'has a wrong percentile'],
    [
      'ocpp_call_duration',
      'p(99)<500ms',
      '500ms: has a wrong limit; write a bare number, in ms: 500',
    ],
    ['ocpp_call_duration', 'p(99)<', ': has a wrong limit; write a bare number, in ms'],
    ['ocpp_call_duration', 'p(99)<1e999', 'write a smaller number'],
    ['ocpp_call_duration', 'p(99)=<500', '=<: has an unknown comparison; one of: < <='],
    ['ocpp_call_duration', 'p(99)', 'is no threshold; an aggregation, a comparison and a number'],
    ['ocpp_calls', 'p(99)<500', 'p(99): asks for what ocpp_calls does not have; a counter has'],
    ['ocpp_calls', 'cuont>5', 'did you mean `count`?  a counter has: count, rate'],
    ['ocpp_calls', 'count>5/s', '5/s: has a wrong limit; write a bare number: 5'],
    ['ocpp_call_failed', 'rate<1%', '1%: has a wrong limit; write a share from 0 to 1'],
    ['ocpp_call_failed', 'rate<5', '5: has a wrong limit; a rate is a share from 0 to 1'],
    ['ocpp_chargers_connected', 'count>5', 'a gauge has: value'],
  ])('of %s: %s is wrong', (name, text, words) => {
    expect(expressionFlaw(name, text)).toContain(words);
  });

  test.each(METRICS.map((each) => [each.name, each] as const))('the example for %s', (_, each) => {
    expect(() => parseExpression(exampleOf(each), each)).not.toThrow();
  });
});

const space = fc.constantFrom('', ' ', '  ', '\t');
const anyMetric = fc.constantFrom(...METRICS);

/** Metric, labels and how they may be written. */
const selectors = anyMetric.chain((each) => {
  const labels = Object.entries(each.labels).map(([label, values]) =>
    fc.tuple(fc.constant(label), fc.constantFrom(...(values === FLEETS ? FLEET_NAMES : values))),
  );
  return fc.tuple(
    fc.constant(each),
    fc.tuple(...labels).chain((all) => fc.subarray(all)),
    space,
  );
});

const expressions = anyMetric.chain((each) =>
  fc.tuple(
    fc.constant(each),
    fc.constantFrom(...AGGREGATIONS[each.type]),
    fc.double({ min: 0, max: 100, minExcluded: true, noNaN: true }).filter((n) => n > 1e-6),
    fc.constantFrom('<', '<=', '>', '>=', '==', '!='),
    fc.double({ min: 0, max: each.type === 'rate' ? 1 : 1e9, noNaN: true }),
    space,
  ),
);

describe('whatever is written', () => {
  test('a selector that was put together comes apart again', () => {
    fc.assert(
      fc.property(selectors, ([each, labels, gap]) => {
        const pairs = labels.map(([label, value]) => `${gap}${label}${gap}:${gap}${value}`);
        const braces = pairs.length > 0 ? `${gap}{${pairs.join(`${gap},`)}}` : '';
        expect(parseSelector(`${gap}${each.name}${braces}${gap}`, FLEET_NAMES)).toEqual({
          metric: each,
          labels: Object.fromEntries(labels),
        });
      }),
    );
  });

  test('an expression that was put together comes apart again', () => {
    fc.assert(
      fc.property(expressions, ([each, aggregation, percentile, comparison, limit, gap]) => {
        const asked = aggregation === 'p(N)' ? `p(${percentile})` : aggregation;
        const statistic =
          aggregation === 'p(N)' ? { kind: 'percentile', percentile } : { kind: aggregation };
        const text = `${gap}${asked}${gap}${comparison}${gap}${limit}${gap}`;
        expect(parseExpression(text, each)).toEqual({ statistic, comparison, limit });
      }),
    );
  });

  test('nothing but a flaw is thrown, and it points into the text', () => {
    const texts = fc.oneof(
      fc.string(),
      fc
        .array(
          fc.constantFrom(
            'ocpp_calls',
            '{',
            '}',
            ':',
            ',',
            'action',
            'p(',
            ')',
            '<',
            '=',
            '9',
            ' ',
          ),
        )
        .map((parts) => parts.join('')),
    );
    const check = (text: string, parse: () => unknown) => {
      try {
        parse();
      } catch (error) {
        expect(error).toBeInstanceOf(Flaw);
        const { from, to, message, fix } = error as Flaw;
        expect(0 <= from && from <= to && to <= text.length).toBe(true);
        expect(message && fix).toBeTruthy();
      }
    };
    fc.assert(
      fc.property(texts, anyMetric, (text, each) => {
        check(text, () => parseSelector(text, FLEET_NAMES));
        check(text, () => parseExpression(text, each));
      }),
    );
  });
});
