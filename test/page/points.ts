/** Points with what a test looks at. */
import type { Point } from '../../src/view/point.ts';

export const point = (toS: number, changes: Partial<Point> = {}): Point => ({
  ...{ fromS: toS - 1, toS, stage: 'steady', disconnects: 0, inFlight: 0, queued: 0 },
  chargers: { planned: 5, connecting: 0, connected: 5, offline: 0, booted: 5, charging: 0 },
  connects: { upgraded: 0, failed: 0 },
  calls: {
    ...{ offered: 0, sent: 0, answered: 0, callError: 0 },
    ...{ timedOut: 0, lost: 0, invalidReply: 0, refused: 0 },
  },
  ...{ actions: {}, service: null, response: null, heat: [] },
  generator: {
    ...{ lateness: null, loopDelay: null, utilisation: null, gcShare: null },
    ...{ cpus: null, stealShare: null, rssBytes: null },
  },
  ...changes,
});
