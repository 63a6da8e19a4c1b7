import { describe, expect, test } from 'vitest';
import { type FixFacts, fixOf } from '../../src/health/fixes.ts';
import { HEALTH_CAUSES } from '../../src/health/verdict.ts';

const FACTS: FixFacts = {
  ...{ workers: 2, processors: 4, hasScripts: false, descriptorLimit: 5_060 },
  ...{ busiest: 0.98, sentPerS: 30_000 },
};

test.each(HEALTH_CAUSES)('%s can be changed', (cause) => {
  expect(fixOf(cause, FACTS)).toMatch(/^[a-zA-Z].{20,95}[^.]$/);
  expect(fixOf(cause, { ...FACTS, hasScripts: true })).not.toMatch(/NaN|undefined|Infinity/);
});

describe('workers that are too busy', () => {
  test('need another, or a rate at which they would be at ease', () => {
    expect(fixOf('utilisation', FACTS)).toBe(
      'add a worker (--workers 3) or a machine, or lower the rate to about 21 000 calls/s',
    );
  });

  test('of which there are as many as processors: another machine', () => {
    expect(fixOf('lateness', { ...FACTS, processors: 2 })).toMatch(/^add a machine, or lower/);
  });

  test('that sent nothing: no figure is made up', () => {
    for (const changes of [{ sentPerS: 0 }, { busiest: 0 }]) {
      expect(fixOf('gc', { ...FACTS, ...changes })).toMatch(/or lower the rate$/);
    }
  });

  test('by scripts: they are what to change', () => {
    expect(fixOf('loopDelay', { ...FACTS, hasScripts: true })).toMatch(
      /^scripts run in the worker/,
    );
  });
});

test('workers that are late without being busy: something else has the processor', () => {
  expect(fixOf('lateness', { ...FACTS, busiest: 0.2 })).toContain('end other programs');
});

test('one worker leaves the main thread no more room', () => {
  expect(fixOf('gaps', FACTS)).toContain('(--workers 1)');
  expect(fixOf('gaps', { ...FACTS, workers: 1 })).not.toContain('--workers');
});

test('descriptors: more than there are', () => {
  expect(fixOf('descriptors', FACTS)).toContain('ulimit -n 10120');
  expect(fixOf('descriptors', { ...FACTS, descriptorLimit: Infinity })).toContain('fs.file-max');
});
