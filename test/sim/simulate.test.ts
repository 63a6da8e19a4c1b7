import { describe, expect, test } from 'vitest';
import { ramp, rate } from '../../src/scenario/connect.ts';
import { life } from '../../src/scenario/life.ts';
import type { Behaviour } from './central.ts';
import { simFleet, simScenario } from './scenario.ts';
import { simulate } from './simulate.ts';
import { difference } from './verify.ts';

const FAULTS: Partial<Behaviour> = {
  thinkMs: [0, 40],
  transitMs: [0, 10],
  slow: 0.05,
  slowMs: 3500,
  callErrors: 0.05,
  silence: 0.03,
  drops: 0.02,
  refusedTags: 0.1,
  refusedStarts: 0.1,
  duplicates: 0.1,
  garbage: 0.05,
  wrongPayloads: 0.05,
  cutAfterS: 20,
  refusedConnects: 0.2,
  silentConnects: 0.1,
  pendingBoots: 0.2,
  rejectedBoots: 0.1,
  bootIntervalS: 3,
  commandEveryS: 5,
  stalls: 0.1,
};

const session = { duration: { exponential: '10s' }, power: '7kW' } as const;
const CLOSED = simFleet({
  name: 'closed',
  chargers: 23,
  connect: ramp({ over: '5s', jitter: '1s' }),
  heartbeat: 'boot',
  meterInterval: '2s',
  life: life()
    .boot()
    .forever((l) =>
      l.idle({ exponential: '3s' }).plugIn().session(session).unplug().churn({ faults: 0.2 }),
    ),
});
/** More than one cell of 256, so that the cars are divided over the shards. */
const OPEN = simFleet({
  name: 'open',
  chargers: 300,
  connect: ramp({ over: '2s' }),
  meterInterval: '5s',
  life: life()
    .boot()
    .forever((l) => l.awaitArrival().plugIn().session(session).unplug()),
  arrivals: rate('20/s'),
});
const IDS = { open: { identity: 'open{n:4}' }, closed: { identity: 'closed{n:4}' } };

const scenarios = {
  'closed load': simScenario({ duration: '30s', slack: '1ms', callTimeout: '3s' }, CLOSED),
  'open load': simScenario({ duration: '10s', slack: '1ms', callTimeout: '3s' }, OPEN),
  'both, coarse': simScenario({
    duration: '10s',
    slack: '20ms',
    callTimeout: '3s',
    fleets: [
      { ...CLOSED, identities: IDS.closed },
      { ...OPEN, identities: IDS.open },
    ],
  }),
};

describe.each(Object.entries(scenarios))('%s', (_, scenario) => {
  test.each([
    ['without faults', {}],
    ['with faults', FAULTS],
  ])('%s: the log is the same with 1, 3, 4 and 7 shards, and again', async (_, behaviour) => {
    const one = await simulate({ scenario, seed: 7, behaviour });
    expect(one.entries.length).toBeGreaterThan(1000);
    for (const shards of [1, 3, 4, 7]) {
      const other = await simulate({ scenario, seed: 7, behaviour, shards });
      expect(other.log === one.log ? '' : `${shards} shards: ${difference(one, other)}`).toBe('');
      expect(other.snapshot.counters).toEqual(one.snapshot.counters);
    }
  });

  test('another seed is another run', async () => {
    const one = await simulate({ scenario, seed: 7 });
    const other = await simulate({ scenario, seed: 8 });
    expect(other.log === one.log).toBe(false);
  });
});

test.each([
  ['without faults', {}],
  ['with faults', FAULTS],
])(
  '%s: the log of 3 shares is that of the whole run, however many workers',
  async (_, behaviour) => {
    // Slots are divided: of the few that are usual 12 shards run out now and then.
    const scenario = { ...scenarios['both, coarse'], maxHandshakes: 10_000 };
    const same = { scenario, seed: 7, behaviour };
    const one = await simulate(same);
    for (const spread of [
      { shares: [1, 1, 1] },
      { shares: [4, 1, 2] },
      { shares: [3, 2, 1], processes: 2 },
    ]) {
      const other = await simulate({ ...same, ...spread });
      expect(other.log === one.log ? '' : difference(one, other)).toBe('');
      expect(other.snapshot.counters).toEqual(one.snapshot.counters);
    }
  },
);

test('a fleet with fewer chargers than shards runs, too', async () => {
  const scenario = simScenario({ duration: '5s' }, { chargers: 2 });
  const one = await simulate({ scenario });
  expect((await simulate({ scenario, shards: 4 })).log).toBe(one.log);
});

test.each([
  ['without faults', {}],
  ['with faults', FAULTS],
])('%s: 1 process with 4 threads offers what 4 with 1 do, to the bit', async (_, behaviour) => {
  const scenario = simScenario({ duration: '10s', slack: '1ms', callTimeout: '3s' }, CLOSED);
  const threads = await simulate({ scenario, seed: 7, behaviour, shards: 4 });
  for (const processes of [1, 3, 4]) {
    const other = await simulate({ scenario, seed: 7, behaviour, shards: 4, processes });
    expect(other.log === threads.log ? '' : difference(threads, other)).toBe('');
    expect(other.snapshot.counters).toEqual(threads.snapshot.counters);
    const [ours, theirs] = [other, threads].map(({ snapshot }) => snapshot.histograms);
    for (const [h, slots] of theirs.entries()) {
      expect(slots?.every((n, i) => n === ours[h]?.[i]) ?? ours[h]).toBe(
        slots === null ? null : true,
      );
    }
  }
});
