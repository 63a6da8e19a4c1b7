/** The dashboard that is committed: what its source makes, and what can be looked up of it. */
import { describe, expect, test } from 'vitest';
import { dashboardText, ROWS } from '../../dashboards/source/dashboard.ts';
import { type Family, families } from '../../src/prometheus/families.ts';
import { groupsIn, matchersIn, metricsIn } from './promql.ts';
import { everyQuery, fileText, readDashboard, readRules } from './reading.ts';

const { panels, templating, annotations } = readDashboard();
const shown = panels.filter(({ type }) => type !== 'row');

const FAMILIES = new Map(families().map((family) => [family.name, family]));
const RECORDED = new Set(readRules('recording').map(({ record }) => record));

/** Of the name of a series; those of recording rules have the labels that they group by. */
function familyOfSeries(metric: string): Pick<Family, 'name' | 'labels'> | undefined {
  if (RECORDED.has(metric)) {
    const levels = metric.startsWith('run_action:') ? ['run_id', 'action'] : ['run_id'];
    return { name: metric, labels: Object.fromEntries(levels.map((label) => [label, 'run'])) };
  }
  const histogram = FAMILIES.get(metric.replace(/_(bucket|count|sum)$/, ''));
  if (histogram?.type === 'histogram') {
    const isBucket = metric.endsWith('_bucket');
    return isBucket ? { ...histogram, labels: { ...histogram.labels, le: 'run' } } : histogram;
  }
  return FAMILIES.get(metric);
}

test('is what the source makes: npm run dashboards', () => {
  expect(fileText('ocpp-load.json') === dashboardText()).toBe(true);
});

describe('the panels', () => {
  test('have rows, ids and queries of their own', () => {
    expect(panels.length - shown.length).toBe(ROWS.length);
    expect(shown.length).toBeGreaterThan(40);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { title, targets = [] } of shown) {
      expect(new Set(targets.map(({ refId }) => refId)).size, title).toBe(targets.length);
      expect(targets.length, title).toBeGreaterThan(0);
    }
  });

  test.each(shown.map((panel) => [panel.title, panel] as const))(
    '%s says what it is',
    (_, panel) => {
      expect(panel.description?.length).toBeGreaterThan(20);
      expect(panel.fieldConfig?.defaults.unit).toBeTypeOf('string');
      for (const { legendFormat } of panel.targets ?? []) expect(legendFormat).not.toBe('');
    },
  );

  test('fill their rows and do not lie on each other', () => {
    const taken = new Set<string>();
    for (const { title, gridPos } of panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.has(`${x} ${y}`), title).toBe(false);
          taken.add(`${x} ${y}`);
        }
      }
    }
    const bottom = Math.max(...panels.map(({ gridPos }) => gridPos.y + gridPos.h));
    expect(taken.size).toBe(24 * bottom);
  });

  test('titles are not given twice in a row of panels', () => {
    for (const { title, panels: ofRow } of ROWS) {
      const titles = ofRow.map((panel) => `${panel.title} ${panel.type}`);
      expect(new Set(titles).size, title).toBe(titles.length);
    }
  });

  test('variables and annotations are those of the issue', () => {
    expect(templating.list.map(({ name }) => name)).toEqual([
      ...['datasource', 'run', 'compare', 'action', 'fleet', 'quantile', 'shift'],
    ]);
    expect(annotations.list.map(({ name }) => name)).toEqual(['Stages', 'Events']);
  });
});

describe('what is asked exists', () => {
  test.each(everyQuery().map(({ where, promql }) => [where, promql]))('%s', (_, promql) => {
    const names = metricsIn(promql);
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(familyOfSeries(name)?.name, name).toBeDefined();
    for (const { metric, label, values } of matchersIn(promql)) {
      const closed = familyOfSeries(metric)?.labels[label];
      expect(closed, `${metric}{${label}}`).toBeDefined();
      if (values === null || typeof closed === 'string') continue;
      for (const value of values) expect(closed).toContain(value);
    }
    for (const { metric, labels } of groupsIn(promql)) {
      const known = Object.keys(familyOfSeries(metric)?.labels ?? {});
      for (const label of labels) expect(known, `${metric} by ${label}`).toContain(label);
    }
  });

  test('every query looks at one run, or groups by it', () => {
    for (const { where, promql } of everyQuery()) expect(promql, where).toMatch(/run_id|run\w*:/);
  });
});
