import { describe, expect, test } from 'vitest';
import { type CsmsOptions, csmsOptionsOf, csmsSettings } from '../../src/csms/options.ts';

describe('csmsSettings', () => {
  test('has a default for everything', () => {
    expect(csmsSettings({})).toMatchObject({
      host: '127.0.0.1',
      port: 0,
      intervalS: 60,
      delayMs: null,
      ...{ errorRate: 0, silence: 0, drop: 0, seed: 0, requireBoot: false },
    });
  });

  test.each<[CsmsOptions, string]>([
    [{ errorRate: 1.1 }, 'errorRate is 1.1'],
    [{ silence: -0.1 }, 'silence is -0.1'],
    [{ drop: Number.NaN }, 'drop is NaN'],
    [{ errorRate: 0.5, silence: 0.3, drop: 0.4 }, 'errorRate + silence + drop is 1.2'],
    [{ port: 65_536 }, 'port is 65536'],
    [{ seed: 0.5 }, 'seed is 0.5'],
    [{ intervalS: -1 }, 'intervalS is -1'],
    [{ host: '' }, 'host is empty'],
    [{ delay: { uniform: ['2ms', '1ms'] } }, 'delay is {"uniform":["2ms","1ms"]}'],
    [{ delay: { mixture: [[0.5, '2ms']] } }, 'delay is {"mixture":[[0.5,"2ms"]]}'],
    [{ stall: { everyMs: 0.5, forMs: 0 } }, 'stall.everyMs is 0.5'],
    [{ stall: { everyMs: 100, forMs: 100 } }, 'stall.forMs is 100'],
    [{ faults: { reply: 'nonsense' as never } }, "faults.reply is 'nonsense'"],
  ])('%j', (options, message) => {
    const wrong = { name: 'UserError', message, hint: expect.stringMatching(/./) };
    expect(() => csmsSettings(options)).toThrow(expect.objectContaining(wrong));
  });

  test('shares that fill 1 exactly pass', () => {
    expect(csmsSettings({ errorRate: 0.7, silence: 0.2, drop: 0.1 }).drop).toBe(0.1);
  });
});

describe('csmsOptionsOf', () => {
  test('takes over what a scenario says', () => {
    const embedded = { interval: '5m', delay: '3ms', errorRate: 0.1 } as const;
    expect(csmsOptionsOf(embedded, 7)).toEqual({
      ...{ intervalS: 300, delay: '3ms', errorRate: 0.1, seed: 7 },
    });
    expect(csmsOptionsOf({ stall: { every: '10s', for: '1s' } }, 7)).toMatchObject({
      stall: { everyMs: 10_000, forMs: 1_000 },
    });
    expect(csmsOptionsOf({}, 7)).toEqual({ intervalS: 60, seed: 7 });
  });

  test('an interval is in whole seconds', () => {
    expect(() => csmsOptionsOf({ interval: '1500ms' }, 0)).toThrow("embedded.interval is '1500ms'");
  });
});
