import { describe, expect, test } from 'vitest';
import type { Reading } from '../../src/prometheus/readings.ts';
import { expositionText, OPEN_METRICS_TYPE } from '../../src/prometheus/text.ts';
import { exporterOf, fullSnapshot, intervalOf, planOf } from './readings.ts';

const HOSTILE = 'a"} 1\nocpp_fake 7\n# \\ {x="y"}\u2028<script>';

function parsed(text: string): { name: string; labels: Record<string, string>; value: string }[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name, inner, value] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/s.exec(line) ?? [line];
      const pairs = [...(inner ?? '').matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"(?:,|$)/gs)];
      expect(pairs.map(([all]) => all).join('')).toBe(inner ?? '');
      const unescaped = (text: string) =>
        text.replace(/\\(.)/gs, (_, c: string) => (c === 'n' ? '\n' : c));
      const labels = Object.fromEntries(pairs.map(([, key, text]) => [key, unescaped(text)]));
      return { name, labels, value };
    });
}

describe('hostile names', () => {
  test('stay within their label', async () => {
    const plan = { ...planOf(), name: HOSTILE };
    const fleets = plan.fleets.map((fleet, i) => ({ ...fleet, name: `${HOSTILE}${i}` }));
    const exporter = exporterOf({ ...plan, fleets }, `ws://h/${HOSTILE}`);
    exporter.interval(intervalOf(fullSnapshot(2)));
    const lines = parsed(await expositionText(exporter.readings()));
    expect(lines.map(({ name }) => name)).not.toContain('ocpp_fake');
    const named = new Set(lines.flatMap(({ labels }) => labels['fleet'] ?? []));
    expect([...named]).toEqual([`${HOSTILE}0`, `${HOSTILE}1`]);
    // What people see elsewhere is one line.
    const info = lines.find(({ name }) => name === 'ocpp_load_run_info');
    expect(info?.labels['scenario']).toBe('a"} 1 ocpp_fake 7 # \\ {x="y"}<script>');
  });
});

describe('a histogram', () => {
  test('is cumulative and ends with all', async () => {
    const exporter = exporterOf(planOf());
    exporter.interval(intervalOf(fullSnapshot(2)));
    const lines = parsed(await expositionText(exporter.readings()));
    const of = lines.filter(
      ({ name, labels }) =>
        name.startsWith('ocpp_connect_duration_seconds') && labels['phase'] === 'tls',
    );
    const counts = of.filter(({ name }) => name.endsWith('_bucket'));
    expect(counts).toHaveLength(16);
    expect(counts.map(({ labels }) => labels['le']).slice(0, 3)).toEqual([
      ...['0.001', '0.0025', '0.005'],
    ]);
    expect(counts.at(-1)?.labels['le']).toBe('+Inf');
    const values = counts.map(({ value }) => Number(value));
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    expect(of.find(({ name }) => name.endsWith('_count'))?.value).toBe(String(values.at(-1)));
  });
});

describe('OpenMetrics', () => {
  const counter: Reading = {
    ...{ name: 'a_total', help: 'A.', type: 'counter', values: [{ labels: { x: 'y' }, value: 1 }] },
  };
  test('names a counter without its suffix and has an end', async () => {
    expect(await expositionText([counter], OPEN_METRICS_TYPE)).toBe(
      '# HELP a A.\n# TYPE a counter\na_total{x="y"} 1\n# EOF\n',
    );
    expect(await expositionText([counter])).toBe(
      '# HELP a_total A.\n# TYPE a_total counter\na_total{x="y"} 1\n',
    );
  });
});

test('a family without values is left out', async () => {
  const empty: Reading = { name: 'a', help: 'A.', type: 'gauge', values: [] };
  expect((await expositionText([empty])).trim()).toBe('');
});
