/** Runs under way: what the view of one is drawn from. */
import type { Progress } from '../../../src/fleet/result.ts';
import { SOUND } from '../../../src/health/verdict.ts';
import { type Lately, type LatelyRow, NOTHING_LATELY } from '../../../src/view/lately.ts';
import type { Percentiles } from '../../../src/view/percentiles.ts';
import type { Point } from '../../../src/view/point.ts';

export const progress = (changes: Partial<Progress> = {}): Progress => ({
  stage: 'steady',
  elapsedS: 30,
  plannedS: 140,
  planned: 5000,
  connected: 5000,
  booted: 5000,
  charging: 311,
  connectsUpgraded: 5000,
  connectsFailed: 0,
  callsSent: 20_000,
  callsAnswered: 19_990,
  callsFailed: 2,
  serviceP99Ms: 4.1,
  generator: null,
  verdict: SOUND,
  loopLagMs: 0,
  ...changes,
});

const latency = (p50: number, p99: number): Percentiles => ({
  ...{ count: 100, p50, p95: p99, p99, p999: p99, max: p99 },
});

/** A second in which the p99 of the service time was `p99`. */
export const point = (toS: number, p99: number | null, changes: Partial<Point> = {}): Point => ({
  ...{ fromS: toS - 1, toS, stage: 'steady', disconnects: 0, inFlight: 3, queued: 0, heat: [] },
  chargers: {
    planned: 5000,
    connecting: 0,
    connected: 5000,
    offline: 0,
    booted: 5000,
    charging: 0,
  },
  connects: { upgraded: 0, failed: 0 },
  calls: {
    ...{ offered: 0, sent: 0, answered: 0, callError: 0, timedOut: 0, lost: 0, invalidReply: 0 },
    refused: 0,
  },
  actions: {},
  service: p99 === null ? null : latency(p99 / 2, p99),
  response: null,
  generator: {
    ...{ lateness: latency(0.1, 0.4), loopDelay: null, utilisation: 0.34, gcShare: 0, cpus: 0.7 },
    ...{ stealShare: null, rssBytes: 92e6 },
  },
  ...changes,
});

const row = (action: string, sent: number, p99: number, failed = 0): LatelyRow => ({
  ...{ action, sent, failed },
  service: p99 > 0 ? latency(p99 / 4, p99) : null,
  response: p99 > 0 ? latency(p99 / 3, p99 * 1.1) : null,
});

export const lately = (changes: Partial<Lately> = {}): Lately => ({
  ...NOTHING_LATELY,
  points: Array.from({ length: 75 }, (_, i) => point(i + 1, 4 + Math.sin(i / 4))),
  overS: 10,
  rows: [
    row('all', 1942, 4.1, 2),
    row('BootNotification', 0, 0),
    row('StatusNotification', 611.3, 3.9),
    row('Heartbeat', 16.7, 2.2),
    row('Authorize', 301.4, 4.2, 2),
    row('MeterValues', 1012.6, 4.3),
    row('DiagnosticsStatusNotification', 0.35, 1.2),
  ],
  ...changes,
});

export const RAMP = {
  now: progress({
    ...{ stage: 'ramp', elapsedS: 10, connected: 3600, booted: 3412, charging: 0 },
    ...{ connectsUpgraded: 3600, callsFailed: 0 },
  }),
  lately: lately({
    points: [1, 2, 3, 4].map((s) =>
      point(s, s === 1 ? null : 2 * s, { connects: { upgraded: 170, failed: 0 } }),
    ),
    overS: 4,
    rows: [row('all', 853, 11.2), row('BootNotification', 853, 11.2)],
  }),
};

export const TROUBLE = {
  now: progress({
    ...{ elapsedS: 63, connected: 4812, callsFailed: 1204, connectsFailed: 31 },
    generator: 'lateness',
    verdict: {
      trust: 'DEGRADED',
      findings: [
        {
          ...{ cause: 'lateness', level: 'DEGRADED', fromS: 41, toS: 63, fix: 'add a worker' },
          text: 'sends were late: p99 18 ms behind schedule (limit 5 ms)',
        },
      ],
    },
  }),
  lately: lately({
    points: Array.from({ length: 60 }, (_, i) => point(i + 3, i < 45 ? 4 + (i % 3) : i * i)),
    rows: [row('all', 12_345, 3481, 1204), row('Authorize', 12_345, 3481, 1204)],
    fates: { ...NOTHING_LATELY.fates, timedOut: 1100, lost: 104, dropped: 12 },
    disconnects: 219,
  }),
};

export const DRAIN = {
  now: progress({ stage: 'drain', elapsedS: 141.5, connected: 212, charging: 12 }),
  lately: lately(),
};
