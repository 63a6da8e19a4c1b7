import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EndFacts } from '../../src/health/findings.ts';
import { createJudge, type Judge } from '../../src/health/judge.ts';
import { DEFAULT_LIMITS } from '../../src/health/limits.ts';
import type { Second } from '../../src/health/tally.ts';
import type { Verdict } from '../../src/health/verdict.ts';
import { second, secondsOf, split, type Told } from './seconds.ts';

const FACTS: EndFacts = {
  ...{ workers: 2, processors: 4, hasScripts: false, descriptorLimit: 5_060, steadyS: 60 },
  lostWorker: null,
};

const newJudge = (): Judge => createJudge({ limits: DEFAULT_LIMITS, fleetCount: 1 });

function verdictOn(seconds: readonly Second[], changes: Partial<EndFacts> = {}): Verdict {
  const judge = newJudge();
  for (const each of seconds) judge.add(each);
  return judge.end({ ...FACTS, ...changes });
}

/** A minute in which the seconds up to `count` were bad. */
const bad = (count: number, told: Told, changes?: Partial<EndFacts>) =>
  verdictOn(
    secondsOf(60, (index) => (index < count ? told : {})),
    changes,
  );

const causes = ({ findings }: Verdict) => findings.map(({ cause, level }) => `${cause} ${level}`);

test('a sound minute is VALID', () => {
  expect(verdictOn(secondsOf(60))).toEqual({ trust: 'VALID', findings: [] });
});

test('so is a machine that says nothing, and a run without a second', () => {
  expect(verdictOn(secondsOf(60, () => ({ health: null }))).trust).toBe('VALID');
  expect(verdictOn([]).trust).toBe('VALID');
});

describe('a bad second here and there is tolerated', () => {
  test.each<[string, Told]>([
    ['utilisation', { health: { utilisation: [1, 1] } }],
    ['gc', { health: { gcTotalMs: [900, 0] } }],
    ['steal', { health: { stealShare: 0.9 } }],
    ['throttled', { health: { throttledMs: 900 } }],
  ])('%s: 3 s of a minute are, 4 s are not', (cause, told) => {
    expect(bad(3, told).trust).toBe('VALID');
    expect(causes(bad(4, told))).toEqual([`${cause} INVALID`]);
  });

  test('late sends: a hundredth of the run', () => {
    const late: Told = { lateness: [[40, 1_000]] };
    expect(
      verdictOn(
        secondsOf(60, () => ({
          lateness: [
            [0.5, 991],
            [40, 9],
          ],
        })),
      ).trust,
    ).toBe('VALID');
    expect(bad(1, late).findings).toEqual([
      {
        ...{ cause: 'lateness', level: 'INVALID', fromS: 0, toS: 1 },
        text: 'sends were late: p99 40 ms behind schedule (limit 25 ms)',
        fix: 'end other programs on this machine, or use one with more or faster processors',
      },
    ]);
  });

  test('ten late sends of a small run are one hiccup, eleven are not', () => {
    const late = (n: number) =>
      verdictOn(secondsOf(6, (i) => (i === 2 ? { lateness: [[300, n]] } : { lateness: [[1, 5]] })));
    expect(late(10).trust).toBe('VALID');
    expect(late(11).findings).toMatchObject([
      { cause: 'lateness', fromS: 2, toS: 3, text: expect.stringContaining('p72 300 ms') },
    ]);
  });
});

describe('the limits', () => {
  test.each<[string, Told]>([
    ['loopDelay DEGRADED', { loopDelay: [[20, 500]] }],
    ['loopDelay INVALID', { loopDelay: [[60, 500]] }],
    ['lateness DEGRADED', { lateness: [[10, 1_000]] }],
    ['utilisation DEGRADED', { health: { utilisation: [0.1, 0.9] } }],
    ['utilisation INVALID', { health: { utilisation: [0.97, 0.1] } }],
    ['gc DEGRADED', { health: { gcTotalMs: [0, 150] } }],
    ['steal DEGRADED', { health: { stealShare: 0.2 } }],
    ['throttled DEGRADED', { health: { throttledMs: 100 } }],
    ['backPressure DEGRADED', { stalled: 20 }],
    ['backPressure INVALID', { stalled: 200 }],
    ['retransmits DEGRADED', { health: { retransmits: 30 } }],
    ['listenDrops INVALID', { health: { listenDrops: 1 } }],
    ['descriptors INVALID', { noDescriptor: 1 }],
    ['ports INVALID', { noPort: 1 }],
    ['memory DEGRADED', { health: { availableMemoryBytes: 200e6 } }],
    ['memory INVALID', { health: { availableMemoryBytes: 20e6 } }],
    ['clockStep DEGRADED', { health: { clockStepMs: -2_000 } }],
    ['clockStep INVALID', { health: { clockStepMs: 3_600_000 } }],
  ])('%s', (expected, told) => expect(causes(bad(60, told))).toEqual([expected]));

  test('one connect without a descriptor is told', () => {
    const one = bad(1, { noDescriptor: 1 });
    expect(one).toMatchObject({ trust: 'DEGRADED', findings: [{ cause: 'descriptors', toS: 1 }] });
  });

  test('a few dropped connections and segments are chance', () => {
    expect(bad(9, { health: { listenDrops: 1, retransmits: 1, segmentsSent: 1 } }).trust).toBe(
      'VALID',
    );
  });

  test('a lost worker makes every run INVALID', () => {
    const { trust, findings } = verdictOn(secondsOf(3), { lostWorker: 'boom', steadyS: 2 });
    expect(trust).toBe('INVALID');
    expect(findings).toMatchObject([{ cause: 'lostWorker', text: 'a worker was lost: boom' }]);
  });

  test('seconds that nobody looked at', () => {
    const seen = secondsOf(60).filter(({ index }) => index < 20 || index > 25);
    expect(verdictOn(seen).findings).toMatchObject([
      { cause: 'gaps', level: 'DEGRADED', text: expect.stringContaining('6 of 60 s (limit 5 %)') },
    ]);
    expect(verdictOn(secondsOf(20).filter(({ index }) => index !== 7)).trust).toBe('VALID');
  });
});

describe('the steady stage', () => {
  const busy: Told = { health: { utilisation: [1] }, loopDelay: [[900, 500]], stalled: 900 };

  test('what comes before and after it counts for nothing but the machine', () => {
    const judge = newJudge();
    const stageOf = (index: number) => (index < 20 ? 'ramp' : index < 40 ? 'steady' : 'drain');
    for (const each of secondsOf(60, (index) => (index < 20 || index >= 40 ? busy : {}))) {
      judge.add({ ...each, stage: stageOf(each.index) });
    }
    expect(judge.end({ ...FACTS, steadyS: 20 })).toEqual({ trust: 'VALID', findings: [] });
  });

  test('that is cut short ends with the drain', () => {
    const judge = newJudge();
    for (const each of secondsOf(60, (index) => (index > 30 ? busy : {}))) {
      judge.add({ ...each, stage: each.index <= 30 ? 'steady' : 'drain' });
    }
    expect(judge.end({ ...FACTS, steadyS: 30 }).trust).toBe('VALID');
  });

  test('that is too short is judged by what does not depend on timing', () => {
    const told = { ...busy, noPort: 1 };
    expect(causes(bad(60, told, { steadyS: 4.9 }))).toEqual(['ports INVALID']);
  });
});

describe('the worst comes first', () => {
  test('whatever the order of the causes', () => {
    const told: Told = { noPort: 1, health: { stealShare: 0.2 }, loopDelay: [[20, 500]] };
    const { trust, findings } = bad(60, told);
    expect(trust).toBe('INVALID');
    expect(findings.map(({ cause }) => cause)).toEqual(['ports', 'loopDelay', 'steal']);
  });
});

describe('while it runs', () => {
  const late = second(1, { lateness: [[40, 1_000]] });

  test('tells what is wrong, and for a few seconds more', () => {
    const judge = newJudge();
    expect(judge.current()).toBe(null);
    judge.add(second(0));
    expect(judge.current()).toBe(null);
    judge.add(late);
    for (const index of [2, 3]) {
      expect(judge.current()).toBe('lateness');
      judge.add(second(index));
    }
    expect(judge.current()).toBe('lateness');
    judge.add(second(4));
    expect(judge.current()).toBe(null);
  });

  test.each<[string, Told]>([
    ['utilisation', { health: { utilisation: [0.2, 0.9] } }],
    ['steal', { health: { stealShare: 0.5, utilisation: [0.99] } }],
    ['memory', { health: { availableMemoryBytes: 1e6 } }],
    ['ports', { noPort: 1 }],
    ['descriptors', { noDescriptor: 1 }],
    ['loopDelay', { loopDelay: [[60, 100]] }],
    ['clockStep', { health: { clockStepMs: 900 } }],
  ])('%s', (cause, told) => {
    const judge = newJudge();
    judge.add(second(0, told));
    expect(judge.current()).toBe(cause);
  });

  test('is silent about the burst that begins a drain', () => {
    const judge = newJudge();
    judge.add({ ...late, stage: 'drain' });
    judge.add(second(2, { lateness: [[40, 1_000]] }), true);
    expect(judge.current()).toBe(null);
  });
});

describe('how the run is cut into intervals', () => {
  const value = (max: number) => fc.double({ min: 0, max, noNaN: true });
  const told: fc.Arbitrary<Told> = fc.record({
    sent: fc.nat(5_000),
    lateness: fc.array(fc.tuple(value(100), fc.integer({ min: 1, max: 900 })), { maxLength: 3 }),
    loopDelay: fc.array(fc.tuple(value(100), fc.integer({ min: 1, max: 90 })), { maxLength: 3 }),
    stalled: fc.nat(100),
    noPort: fc.nat(1),
    health: fc.record({
      ...{ utilisation: fc.tuple(value(1), value(1)), stealShare: value(0.6) },
      ...{ gcTotalMs: fc.tuple(value(600)), throttledMs: value(500), clockStepMs: value(300) },
      ...{ retransmits: fc.nat(90), listenDrops: fc.nat(2), availableMemoryBytes: value(1e9) },
    }),
  });
  /** What a verdict says, without when within a second it was, and without rounded figures. */
  const gist = ({ trust, findings }: Verdict) => ({
    trust,
    findings: findings.map(({ cause, level, text, fix }) => ({
      ...{ cause, level, fix: fix.replace(/[\d ]+calls/, 'calls') },
      text: text.replace(/[\d.]+(?= %)/g, '#'),
    })),
  });

  test('does not change the verdict', () => {
    fc.assert(
      fc.property(
        fc.array(told, { minLength: 5, maxLength: 30 }),
        // Exact in binary, so that a value on a limit stays there.
        fc.constantFrom(0.25, 0.5, 0.75),
        (seconds, share) => {
          const whole = seconds.map((each, index) => second(index, sorted(each)));
          const parts = whole.flatMap((each) => split(each, share));
          expect(gist(verdictOn(parts))).toEqual(gist(verdictOn(whole)));
        },
      ),
    );
  });
});

/** The slots of a histogram rise. */
const sorted = (told: Told): Told => {
  const rising = (values: Told['lateness'] = []) =>
    [...new Map(values.map(([ms, n]) => [Math.round(ms), n]))].sort(([a], [b]) => a - b);
  return { ...told, lateness: rising(told.lateness), loopDelay: rising(told.loopDelay) };
};
