import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { misspeltVariables, readOverrides } from '../../src/cli/overrides.ts';

function mistake(flags: Parameters<typeof readOverrides>[0], env = {}): string {
  try {
    readOverrides(flags, env);
  } catch (error) {
    if (error instanceof UserError) return `${error.message}\n${error.hint}`;
    throw error;
  }
  return 'no error';
}

describe('readOverrides', () => {
  test('nothing given changes nothing', () => {
    expect(readOverrides({ color: true }, {})).toEqual({});
  });

  test('reads every flag', () => {
    const flags = {
      ...{ target: 'embedded', chargers: '5_000', duration: '1h30m', workers: 'auto', seed: '0' },
      ...{ dialect: 'standard', summaryExport: 'a.json', quiet: true, color: false },
      ...{ ledger: 'a.csv', junit: 'a.xml', markdown: 'a.md' },
    };
    expect(readOverrides(flags, {})).toEqual({
      ...flags,
      chargers: 5000,
      seed: 0,
    });
  });

  test('reads every environment twin', () => {
    const env = {
      OCPP_LOAD_TARGET: 'wss://h/{id}',
      OCPP_LOAD_CHARGERS: '7',
      OCPP_LOAD_DURATION: '90s',
      OCPP_LOAD_WORKERS: '2',
      OCPP_LOAD_SEED: '4294967295',
      OCPP_LOAD_DIALECT: 'as-logged',
      OCPP_LOAD_SUMMARY_EXPORT: 'b.json',
      OCPP_LOAD_JUNIT: 'b.xml',
      OCPP_LOAD_MARKDOWN: 'b.md',
      OCPP_LOAD_QUIET: 'yes',
      OCPP_LOAD_NO_COLOR: '1',
    };
    expect(readOverrides({ color: true }, env)).toEqual({
      ...{ target: 'wss://h/{id}', chargers: 7, duration: '90s', workers: 2, seed: 4294967295 },
      ...{ dialect: 'as-logged', summaryExport: 'b.json', quiet: true, color: false },
      ...{ junit: 'b.xml', markdown: 'b.md' },
    });
  });

  test('reads what goes to Prometheus', () => {
    const flags = {
      ...{ metrics: '[::1]:80', metricsBuckets: '5ms, 10ms,1m30s', runId: 'night-1' },
      ...{ pushGateway: 'http://u:p@h:9091/x', remoteWrite: 'https://h/api/v1/write' },
    };
    expect(readOverrides(flags, {})).toEqual({
      ...{ ...flags, metrics: { host: '::1', port: 80 }, metricsBuckets: [0.005, 0.01, 90] },
    });
    const at = (metrics: string) => readOverrides({}, { OCPP_LOAD_METRICS: metrics }).metrics;
    expect(readOverrides({ metrics: true }, { OCPP_LOAD_METRICS: ':80' }).metrics).toBe(true);
    expect([at('true'), at('no')]).toEqual([true, false]);
    expect(at('0')).toEqual({ host: '127.0.0.1', port: 0 });
    expect(at('load.example')).toEqual({ host: 'load.example', port: 9464 });
  });

  test.each([
    [{ metrics: '1.2.3' }, 'host:port'],
    [{ metrics: 'h:99999' }, 'host:port'],
    [{ metricsBuckets: '10ms,5ms' }, 'rising durations'],
    [{ metricsBuckets: '5' }, 'rising durations'],
    [{ metricsBuckets: '5ms,,6ms' }, 'rising durations'],
    [{ pushGateway: 'h:9091' }, 'http:// or https://'],
    [{ remoteWrite: 'ftp://h' }, 'http:// or https://'],
    [{ runId: 'a b' }, 'letters, digits'],
  ])('%j is a mistake', (flags, allowed) => {
    const [flag] = Object.keys(flags);
    const text = mistake(flags);
    expect(text).toMatch(`--${flag.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)} cannot be '`);
    expect(text).toContain(allowed);
  });

  test('a flag goes over its twin, even over a wrong one', () => {
    const env = { OCPP_LOAD_CHARGERS: 'many', OCPP_LOAD_QUIET: '0' };
    expect(readOverrides({ chargers: '3', quiet: true }, env)).toEqual({
      chargers: 3,
      quiet: true,
    });
  });

  test('a switch in the environment can say no', () => {
    const env = { OCPP_LOAD_QUIET: 'false', OCPP_LOAD_NO_COLOR: 'off' };
    expect(readOverrides({}, env)).toEqual({ quiet: false, color: true });
  });

  test.each([
    [{ chargers: '0' }, {}, "--chargers cannot be '0'", 'from 1 to 1000000'],
    [{ chargers: '1e3' }, {}, "--chargers cannot be '1e3'", 'whole number'],
    [{ seed: '4294967296' }, {}, '--seed', '4294967295'],
    [{ seed: '-1' }, {}, '--seed', 'from 0'],
    [{ duration: '90' }, {}, "--duration cannot be '90'", 'with its unit'],
    [{ duration: '0s' }, {}, '--duration', 'above 0'],
    [{ workers: 'two' }, {}, '--workers', 'or auto'],
    [{ processes: '0' }, {}, '--processes', 'from 1 to 256, or auto'],
    [{ processes: '257' }, {}, '--processes', 'from 1 to 256, or auto'],
    [{}, { OCPP_LOAD_PROCESSES: '2.5' }, 'OCPP_LOAD_PROCESSES', 'or auto'],
    [{ target: '' }, {}, '--target is empty', "'embedded'"],
    [{ sourceAddresses: '10.0.0.5,x' }, {}, "--source-addresses cannot be '10.0.0.5,x'", '-20'],
    [{ sourceAddresses: '::1,10.0.0.9-1' }, {}, '--source-addresses', 'write it 10.0.0.1-9'],
    [{ sourceAddresses: '0.0.0.0' }, {}, '--source-addresses', 'stands for any address'],
    [{}, { OCPP_LOAD_SOURCE_ADDRESSES: '' }, 'OCPP_LOAD_SOURCE_ADDRESSES is empty', 'addresses'],
    [{ dialect: 'standart' }, {}, '--dialect', 'did you mean `standard`?'],
    [{}, { OCPP_LOAD_CHARGERS: 'x' }, "OCPP_LOAD_CHARGERS cannot be 'x'", 'whole number'],
    [{}, { OCPP_LOAD_TARGET: '' }, 'OCPP_LOAD_TARGET is empty', 'ws://'],
    [{}, { OCPP_LOAD_QUIET: 'maybe' }, 'OCPP_LOAD_QUIET', 'true or false'],
  ])('%j with %j is refused', (flags, env, message, hint) => {
    expect(mistake(flags, env)).toContain(message);
    expect(mistake(flags, env)).toContain(hint);
  });

  test('any text gives a number in range or a mistake of the user', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double().map(String)), (chargers) => {
        if (mistake({ chargers }) !== 'no error') return;
        const value = readOverrides({ chargers }, {}).chargers;
        expect(value).toSatisfy((n: number) => Number.isInteger(n) && n >= 1 && n <= 1e6);
      }),
    );
  });
});

test('misspeltVariables tells near misses, and leaves other names alone', () => {
  const env = {
    OCPP_LOAD_CHARGER: '5',
    OCPP_LOAD_TEAM_BUDGET: '1',
    OCPP_LOAD_SEED: '1',
    HOME: '/',
  };
  expect(misspeltVariables(env)).toEqual([
    'OCPP_LOAD_CHARGER is no variable of ocpp-load: did you mean OCPP_LOAD_CHARGERS?',
  ]);
});
