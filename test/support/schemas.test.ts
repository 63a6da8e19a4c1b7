import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ACTIONS } from '../../src/ocpp/actions.ts';
import { parseLog } from './log.ts';
import { validateCall, validateResult } from './schemas.ts';

test('every action of a charge point has both schemas', () => {
  for (const action of ACTIONS) {
    expect(validateCall(action, null).join()).toContain('must be object');
    expect(validateResult(action, null).join()).toContain('must be object');
  }
  expect(validateCall('Nonsense', {})).toEqual(['Nonsense.req is not in OCPP 1.6']);
});

test('exactly 4 of the 19 CALLs of the log break them, as the reference says', () => {
  const file = new URL('../reference/tonly-charger.log', import.meta.url);
  const calls = parseLog(readFileSync(file, 'utf8')).filter((f) => f.direction === 'charger');
  const broken = calls.flatMap(({ json }) => {
    if (json?.[0] !== 2) return [];
    return validateCall(String(json[2]), json[3]).map((error) => `${json[2]}: ${error}`);
  });
  expect(broken).toEqual([
    'StartTransaction: /timestamp must match format "date-time"',
    'MeterValues: /meterValue/0/timestamp must match format "date-time"',
    'StopTransaction: /timestamp must match format "date-time"',
    'DataTransfer: /data must be string',
  ]);
});

test('results are checked, and tenths are tenths', () => {
  const boot = { currentTime: '2021-11-09T07:54:39.397Z', interval: 60, status: 'Accepted' };
  expect(validateResult('BootNotification', boot)).toEqual([]);
  expect(validateResult('BootNotification', { ...boot, status: 'Maybe' })).toHaveLength(1);
  const limit = (value: number) => ({
    connectorId: 1,
    csChargingProfiles: {
      chargingProfileId: 1,
      stackLevel: 0,
      chargingProfilePurpose: 'TxProfile',
      chargingProfileKind: 'Absolute',
      chargingSchedule: {
        chargingRateUnit: 'A',
        chargingSchedulePeriod: [{ startPeriod: 0, limit: value }],
      },
    },
  });
  expect(validateCall('SetChargingProfile', limit(32.1))).toEqual([]);
  expect(validateCall('SetChargingProfile', limit(32.15))).toHaveLength(1);
});
