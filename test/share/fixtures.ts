/** What an agent may say, whatever it is. */
import fc from 'fast-check';
import { HEALTH_CAUSES } from '../../src/health/verdict.ts';
import type { ShareEnd, Up, UpMark } from '../../src/share/up.ts';
import { anyIntervals, fixtureHeader } from '../result/fixtures.ts';

export const anyMark: fc.Arbitrary<UpMark> = fc.record({
  share: fc.nat(9999),
  epoch: fc.integer({ min: 1, max: 1e6 }),
  sequence: fc.nat(),
});

const words = fc.string({ unit: 'grapheme', maxLength: 40 });
const seconds = fc.integer({ min: 0, max: 1e9 }).map((ms) => ms / 1000);
const offset = fc.record({
  offsetMs: fc.integer().map((us) => us / 1000),
  roundTripMs: fc.nat().map((us) => us / 1000),
});

const anyEnd: fc.Arbitrary<ShareEnd> = fc.record({
  ...{ rampS: seconds, warmupS: seconds, steadyS: seconds, drainS: seconds },
  peakConnected: fc.nat(),
  ending: fc.constantFrom('completed', 'interrupted', 'gaveUp', 'scriptError', 'shardError'),
  error: fc.option(fc.record({ message: words, stack: words })),
  generator: fc.record({
    ...{ workers: fc.nat(64), processes: fc.nat(64), cpuUs: fc.nat(), steadyCpuUs: fc.nat() },
    ...{ rssBeforeBytes: fc.nat(), rssSteadyBytes: fc.nat() },
  }),
  verdict: fc.record({
    trust: fc.constantFrom('VALID', 'DEGRADED', 'INVALID'),
    findings: fc.array(
      fc.record({
        cause: fc.constantFrom(...HEALTH_CAUSES),
        level: fc.constantFrom('DEGRADED' as const, 'INVALID' as const),
        ...{ fromS: seconds, toS: seconds, text: words, fix: words },
      }),
      { maxLength: 3 },
    ),
  }),
  leaseLost: fc.boolean(),
  stopped: fc.boolean(),
});

export const anyUp = (fleetCount: number): fc.Arbitrary<Up> =>
  fc.oneof(
    fc.record({ type: fc.constant('ready'), header: fc.constant(fixtureHeader()), offset }),
    fc.record({ type: fc.constant('refused'), message: words, hint: words }),
    fc.record({ type: fc.constant('began'), atMs: fc.nat(), offset }),
    fc.record({ type: fc.constant('offset'), offset }),
    fc.record({ type: fc.constant('intervals'), intervals: anyIntervals(fleetCount) }),
    fc.record({ type: fc.constant('event'), event: fc.record({ atS: seconds, text: words }) }),
    fc.record({ type: fc.constant('ledger'), text: words }),
    fc.record({
      ...{ type: fc.constant('dropped'), draw: fc.nat(), dropped: fc.nat(), open: fc.nat() },
    }),
    fc.record({ type: fc.constant('ended'), end: anyEnd }),
  ) as fc.Arbitrary<Up>;
