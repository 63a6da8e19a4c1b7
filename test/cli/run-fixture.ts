import type { Progress } from '../../src/fleet/result.ts';
import { SOUND } from '../../src/health/verdict.ts';

/** A small scenario, and what a run of it says when it starts. */
export const SCENARIO = `
import { defineScenario, life, tonly48A } from 'ocpp-load';
const fleet = (name: string, chargers: number) => ({
  name, chargers, model: tonly48A(), life: life().boot(),
});
export default defineScenario({
  target: process.env.CSMS_URL ?? 'embedded', duration: '1m', seed: 1,
  fleets: [fleet('a', 90), fleet('b', 10)],
});
`;
export const START = {
  startedAt: new Date('2026-11-01T02:00:00Z'),
  ...{ targetUrl: 'ws://127.0.0.1:4000/{id}', workers: 1, processes: 1, descriptorsNeeded: 30 },
  ...{ descriptorLimit: 1000, memoryEstimateBytes: 1e6 },
};

export const PROGRESS: Progress = {
  ...{ stage: 'steady', elapsedS: 12, plannedS: 60, planned: 100, connected: 100, booted: 100 },
  ...{ charging: 0, connectsUpgraded: 100, connectsFailed: 0, callsSent: 0, callsAnswered: 0 },
  ...{ callsFailed: 0, serviceP99Ms: 0 },
  generator: null,
  verdict: SOUND,
  loopLagMs: 0,
};
