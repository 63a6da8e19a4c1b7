import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { metricNamed } from '../../src/metrics/catalogue.ts';
import { type NumberMetric, partOf, readNumber } from '../../src/metrics/metric.ts';
import schema from '../../src/report/summary.schema.json' with { type: 'json' };
import { buildSummary } from '../../src/report/summary.ts';
import { STAGE_OTHER, STAGE_STEADY } from '../../src/snapshot/layout.ts';
import { filler, fixtureResult, interruptedResult, okResult, troubledResult } from './fixtures.ts';

const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false });
formats.default(ajv);
const validate = ajv.compile(schema);

describe('the schema', () => {
  test.each([
    ['an ok run', okResult()],
    ['a run with failures', troubledResult()],
    ['an interrupted run', interruptedResult()],
    ['a run that did nothing', fixtureResult([])],
  ])('describes the summary of %s', (_name, result) => {
    // Through JSON, as a reader of the file sees it.
    validate(JSON.parse(JSON.stringify(buildSummary(result))));
    expect(validate.errors).toBe(null);
  });

  test('refuses what it does not describe', () => {
    const summary = buildSummary(okResult());
    expect(validate({ ...summary, schema: 'ocpp-load/summary/2' })).toBe(false);
    expect(validate({ ...summary, extra: 1 })).toBe(false);
    expect(validate({ ...summary, calls: { ...summary.calls, sent: -1 } })).toBe(false);
    const { calls: _, ...withoutCalls } = summary;
    expect(validate(withoutCalls)).toBe(false);
  });

  test('says what every field is, with its unit', () => {
    const undescribed: string[] = [];
    const walk = (node: Record<string, unknown>, path: string) => {
      for (const [key, field] of Object.entries(node['properties'] ?? {})) {
        const at = `${path}.${key}`;
        if (!field.description && !field.$ref) undescribed.push(at);
        walk(field, at);
      }
    };
    walk(schema, '');
    for (const [name, definition] of Object.entries(schema.definitions)) walk(definition, name);
    expect(undescribed).toEqual([]);
  });
});

describe('buildSummary', () => {
  test('keeps the steady stage apart from the whole run', () => {
    const fill = filler();
    fill.calls('Heartbeat', STAGE_OTHER, { sent: 10, answered: 10 });
    fill.calls('Heartbeat', STAGE_STEADY, { sent: 30, answered: 29, timedOut: 1 });
    const { calls, actions, steady } = buildSummary(fixtureResult([fill]));
    expect(calls).toMatchObject({ sent: 40, answered: 39, timedOut: 1, unknown: 0 });
    expect(steady.calls).toMatchObject({ sent: 30, answered: 29, timedOut: 1 });
    expect(actions['Heartbeat'].serviceMs.count).toBe(39);
    expect(actions['Heartbeat'].responseMs.count).toBe(40);
    expect(steady.actions['Heartbeat'].serviceMs.count).toBe(29);
    expect(Object.keys(actions)).toEqual(['Heartbeat']);
  });

  test('shows an action of which everything was dropped', () => {
    const fill = filler();
    fill.calls('MeterValues', STAGE_STEADY, { dropped: 3 });
    expect(buildSummary(fixtureResult([fill])).actions).toHaveProperty('MeterValues.dropped', 3);
  });

  test('divides costs by calls and chargers, and by nothing when there are none', () => {
    const { generator, steady } = buildSummary(okResult());
    expect(generator.cpuUsPerCall).toBe(13.17);
    expect(generator.rssPerChargerBytes).toBe(6900);
    expect(steady.cpuUsPerCall).toBe(13.65);
    const idle = buildSummary(fixtureResult([], { peakConnected: 0 }));
    expect(idle.generator).toMatchObject({ cpuUsPerCall: 0, rssPerChargerBytes: 0 });
  });

  test('says which sum is broken', () => {
    const fill = filler();
    fill.calls('Heartbeat', STAGE_STEADY, { sent: 10, answered: 9 });
    const { sums, calls } = buildSummary(fixtureResult([fill]));
    expect(sums).toEqual({ agree: false, broken: ['1 CALLs without a fate'] });
    expect(calls.unknown).toBe(0);
  });

  test('a run that lost a worker still adds up', () => {
    const fill = filler();
    fill.calls('Heartbeat', STAGE_STEADY, { sent: 10, answered: 9, unknown: 1 });
    const result = fixtureResult([fill], { ending: 'shardError', error: new Error('gone') });
    const { sums, calls, error } = buildSummary(result);
    expect(sums.agree).toBe(true);
    expect(calls.unknown).toBe(1);
    expect(error).toBe('gone');
  });

  test('shows neither credentials nor control characters', () => {
    const text = JSON.stringify(buildSummary(troubledResult()));
    expect(text).not.toContain('secret');
    expect(text).not.toMatch(/\\u00[01]/);
  });

  test('has cars under the same names as the metrics', () => {
    const result = troubledResult();
    const { cars } = buildSummary(result);
    const part = partOf({}, 'whole', { fleets: [], chargers: 0 });
    const metric = (name: string) =>
      readNumber(metricNamed(name) as NumberMetric, result.snapshot, part);
    expect(cars).toEqual({ came: 2311, arrived: 2000, missed: 311 });
    expect([metric('ocpp_cars_arrived'), metric('ocpp_cars_missed')]).toEqual([
      cars.arrived,
      cars.missed,
    ]);
  });

  test('has the ledger, and what it cost to deliver', () => {
    const { ledger, transactions } = buildSummary(troubledResult());
    expect(ledger).toEqual({
      ...{ messages: 5003, acknowledged: 4940, firstAttempt: 4810, discarded: 30 },
      ...{ overflowed: 19, unknown: 0, pendingAtEnd: 14, attempts: 5210, amplification: 1.0414 },
    });
    expect(transactions).toEqual({
      ...{ begun: 1204, complete: 1180, incomplete: 21, refused: 3, openAtEnd: 0 },
      ...{ unknown: 0, started: 0, stopped: 0 },
    });
    expect(buildSummary(fixtureResult([])).ledger.amplification).toBe(0);
  });

  test('has the commands that came, and the effects that were seen', () => {
    const { commands, effects, uploads, restarts, dropped } = buildSummary(troubledResult());
    expect(commands).toMatchObject({ received: 6123, answered: 6114, errored: 4, refused: 21 });
    const names = ['GetConfiguration', 'RemoteStartTransaction', 'SetChargingProfile', 'other'];
    expect(Object.keys(commands.perCommand)).toEqual(names);
    expect(commands.perCommand['RemoteStartTransaction']).toEqual({
      ...{ received: 1210, answered: 1203, errored: 2, dropped: 4, unanswered: 1, refused: 9 },
      unknown: 0,
    });
    expect(Object.keys(effects)).toEqual(['RemoteStartTransaction', 'SetChargingProfile']);
    expect(effects['RemoteStartTransaction'].count).toBe(1100);
    expect(uploads).toEqual({ begun: 3, done: 2, failed: 1, unknown: 0, denied: 1 });
    expect(restarts).toBe(2);
    expect(dropped).toEqual({ offline: 4, backlog: 42, queue: 19, start: 30 });
  });
});
