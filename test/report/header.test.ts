import { describe, expect, test } from 'vitest';
import { headerText, sourceFacts, targetText } from '../../src/report/header.ts';
import { PLAIN_LOOK } from '../../src/report/look.ts';
import { externalTarget, fixturePlan } from './fixtures.ts';
import { expectGolden } from './golden.ts';

const info = {
  startedAt: new Date(0),
  targetUrl: 'ws://127.0.0.1:41873/{id}',
  workers: 2,
  processes: 1,
  descriptorsNeeded: 10_061,
  descriptorLimit: 20_000,
  memoryEstimateBytes: 52e6,
};

describe('headerText', () => {
  test('golden', () => expectGolden('header.txt', headerText(fixturePlan(), info, PLAIN_LOOK)));

  test.each([100, 80, 60, 40])('fits %d columns', (width) => {
    const text = headerText(fixturePlan(), info, { width, color: false });
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
  });

  test('says which share of the run it is about', () => {
    const fleet = { name: 'a', firstCharger: 0, chargerCount: 5000, arrivals: null };
    const plan = fixturePlan({ fleets: [fleet] as never });
    const text = headerText(plan, { ...info, share: { index: 0, of: 3 } }, PLAIN_LOOK);
    expect(text).toContain('\n  share     1 of 3: 1 667 of 5 000 chargers\n');
    const only = headerText(plan, { ...info, share: { index: 0, of: 1 } }, PLAIN_LOOK);
    expect(only).not.toContain('share');
  });

  test('names warm-up, and no ramp where there is none', () => {
    const stages = { rampNs: 0, warmupNs: 5e9, steadyNs: 60e9, graceNs: 0 };
    const text = headerText(fixturePlan({ stages }), info, PLAIN_LOOK);
    expect(text).toContain('warm-up 5s, run 1m,');
    expect(text).not.toContain('ramp');
  });
});

describe('targetText', () => {
  test('calls the embedded target a test double', () => {
    expect(targetText(fixturePlan(), 'ws://127.0.0.1:1/{id}')).toBe(
      'embedded central system (ws://127.0.0.1:1/{id}): ' +
        "figures describe ocpp-load's own test double",
    );
  });
  test('shows a real one without its credentials', () => {
    const plan = fixturePlan({ target: externalTarget('') });
    expect(targetText(plan, 'wss://u:p@csms.example/{id}')).toBe('wss://csms.example/{id}');
  });
});

describe('source addresses', () => {
  const facts = (...sourceAddresses: string[]) => sourceFacts(fixturePlan({ sourceAddresses }));
  test('none is no line, a few are listed, many are a range', () => {
    expect(facts()).toEqual([]);
    expect(facts('10.0.0.5')).toEqual([['from', '1 address: 10.0.0.5']]);
    expect(facts('10.0.0.5', '10.0.0.6', '10.0.0.7', '10.0.0.9')).toEqual([
      ['from', '4 addresses: 10.0.0.5 ... 10.0.0.9'],
    ]);
  });
});
