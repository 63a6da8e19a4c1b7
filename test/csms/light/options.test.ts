import { describe, expect, test } from 'vitest';
import { checkTogether, lightSettings } from '../../../src/csms/light/options.ts';
import type { CsmsOptions } from '../../../src/csms/options.ts';

const light = { light: true } as const;

test('has a default for everything', () => {
  const rest = { host: '127.0.0.1', port: 0, intervalS: 60 };
  expect(lightSettings(light)).toEqual({ ...rest, service: null });
  expect(lightSettings({ ...light, delay: '5ms', seed: 9 }).service).toEqual({
    ...{ ratePerS: Number.POSITIVE_INFINITY, time: 'constant', delayMs: 5, seed: 9 },
  });
  expect(lightSettings({ ...light, delay: '0s' }).service).toBeNull();
});

describe('what it cannot do is refused by its name', () => {
  test.each<[CsmsOptions, string]>([
    [{ ...light, silence: 0.1 }, '<silence> does not go with <light>'],
    [{ ...light, commands: [{ action: 'ClearCache' }] }, '<commands> does not go with <light>'],
    [{ ...light, deduplicate: true }, '<deduplicate> does not go with <light>'],
    [{ ...light, exportTransactions: 'x.csv' }, '<exportTransactions> does not go with <light>'],
    [{ ...light, outages: [{ afterMs: 1, forMs: 1 }] }, '<outages> does not go with <light>'],
    [{ ...light, faults: { reply: 'late' } }, '<faults> does not go with <light>'],
    [{ ...light, tls: { key: '', cert: '' } }, '<tls> does not go with <light>'],
    [{ ...light, knownIdentities: ['a'] }, '<knownIdentities> does not go with <light>'],
    [{ ...light, delay: { exponential: '5ms' } }, '<delay> is {"exponential":"5ms"}'],
    [{ ...light, serviceRatePerS: 0 }, '<serviceRatePerS> is 0'],
    [{ ...light, serviceTime: 'constant' }, '<serviceTime> needs <serviceRatePerS>'],
    [{ ...light, serviceRatePerS: 1, serviceTime: 'x' as never }, "<serviceTime> is 'x'"],
    [{ ...light, processes: 0 }, '<processes> is 0'],
    [{ ...light, separatePorts: true }, '<separatePorts> needs <processes>'],
    [{ ...light, processes: 1.5 }, '<processes> is 1.5'],
    [{ processes: 2 }, '<processes> needs <light>'],
    [{ serviceRatePerS: 2 }, '<serviceRatePerS> needs <light>'],
  ])('%j', (options, message) => {
    expect(() => checkTogether(options, (name) => `<${name}>`)).toThrow(
      expect.objectContaining({
        name: 'UserError',
        message: expect.stringContaining(message),
        hint: expect.stringMatching(/./),
      }),
    );
  });
});

test('a no is no wish', () => {
  const none = { errorRate: 0, silence: 0, commands: [], outages: [], deduplicate: false };
  expect(() => checkTogether({ ...light, ...none, tls: undefined })).not.toThrow();
});
