import { describe, expect, test } from 'vitest';
import { METRICS } from '../../src/metrics/catalogue.ts';
import { families } from '../../src/prometheus/families.ts';

const FAMILIES = families();
const named = (name: string) => FAMILIES.find((family) => family.name === name);

describe('families', () => {
  test('have a name each, as Prometheus wants it', () => {
    expect(new Set(FAMILIES.map(({ name }) => name)).size).toBe(FAMILIES.length);
    for (const { name, type, help, unit, labels } of FAMILIES) {
      expect(name).toMatch(/^(ocpp|generator)_[a-z]+(_[a-z]+)*$/);
      expect(name.endsWith('_total'), name).toBe(type === 'counter');
      if (type === 'histogram') expect({ name, unit }).toMatchObject({ unit: 'seconds' });
      expect(name.endsWith('_seconds') || type !== 'histogram', name).toBe(true);
      expect(help, name).toMatch(/^[A-Z].*\.$/);
      expect(Object.keys(labels)).toContain('run_id');
    }
  });

  test('have all of the catalogue but its rates', () => {
    for (const { name, type } of METRICS) {
      const suffix = { trend: '_seconds', counter: '_total', gauge: '', rate: '' }[type];
      expect(named(name + suffix) === undefined, name).toBe(type === 'rate');
    }
  });

  test('what can fall again is no counter', () => {
    expect(named('ocpp_call_fates_total')?.labels['fate']).toEqual([
      ...['answered', 'callError', 'timedOut', 'lost', 'unknown'],
    ]);
    expect(named('ocpp_command_fates_total')?.labels['fate']).toHaveLength(5);
  });
});
