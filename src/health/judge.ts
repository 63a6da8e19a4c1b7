/** Watches the generator second by second; says at the end whether its figures can be trusted. */
import { runHistogram, STAGE_OTHER, STAGE_STEADY, stageHistogram } from '../snapshot/layout.ts';
import { type EndFacts, findingsOf } from './findings.ts';
import { countAbove, FEWEST_ABOVE, SHARE_ABOVE } from './gauges.ts';
import type { HealthLimits } from './limits.ts';
import {
  addSecond,
  type Counted,
  countedIn,
  counterMap,
  delaysOf,
  emptyTally,
  type Second,
} from './tally.ts';
import type { HealthCause, Trust, Verdict } from './verdict.ts';

export interface Judge {
  /**
   * Each interval of the run, in their order. `drains`: the drain had begun when it was read; the
   * burst that begins it is no trouble to tell of.
   */
  add(second: Second, drains?: boolean): void;
  /** What is wrong now, over the last few seconds; null: nothing. */
  current(): HealthCause | null;
  end(facts: EndFacts): Verdict;
}

export interface JudgeOptions {
  readonly limits: HealthLimits;
  readonly fleetCount: number;
}

/** For so long a live view goes on to tell of a bad second: a flash of it is easily missed. */
const REMEMBERED_S = 3;

export function createJudge({ limits, fleetCount }: JudgeOptions): Judge {
  const tally = emptyTally();
  const map = counterMap(fleetCount);
  let wrong: HealthCause | null = null;
  let wrongAtS = Number.NEGATIVE_INFINITY;
  return {
    add(second, drains = second.stage === 'drain') {
      const counted = countedIn(second.delta, map);
      addSecond(tally, limits, second, counted, second.stage === 'steady');
      const now = drains ? null : wrongIn(second, counted, limits);
      if (now !== null) {
        wrong = now;
        wrongAtS = second.toS;
      }
    },
    current: () => (tally.lastS - wrongAtS < REMEMBERED_S ? wrong : null),
    end(facts) {
      const findings = findingsOf(tally, limits, facts);
      const trusts: readonly Trust[] = ['INVALID', 'DEGRADED', 'VALID'];
      const levels = new Set<Trust>([...findings.map(({ level }) => level), 'VALID']);
      return { trust: trusts.find((trust) => levels.has(trust)) as Trust, findings };
    },
  };
}

const LATENESS = [STAGE_STEADY, STAGE_OTHER].map((stage) => stageHistogram(stage, 'lateness'));
const LOOP_DELAY = [runHistogram('loopDelay')];

/** The first thing that is wrong with one second, whatever its stage. */
function wrongIn(
  { fromS, toS, delta, health }: Second,
  counted: Counted,
  { causes }: HealthLimits,
): HealthCause | null {
  const late = (histograms: readonly number[], limitMs: number) => {
    const all = histograms.flatMap((number) => delaysOf(delta, number) ?? []);
    const above = all.reduce((sum, delays) => sum + countAbove(delays, limitMs), 0);
    const count = all.reduce((sum, { counts }) => sum + counts.reduce((a, b) => a + b, 0), 0);
    return above > Math.max(count * SHARE_ABOVE, FEWEST_ABOVE);
  };
  if (late(LATENESS, causes.lateness.degraded)) return 'lateness';
  if (counted.noDescriptor > 0) return 'descriptors';
  if (counted.noPort > 0) return 'ports';
  if (health === null) return null;
  const lengthMs = Math.max(1, (toS - fromS) * 1000);
  const above: readonly (readonly [HealthCause, boolean])[] = [
    ['throttled', (health.throttledMs ?? 0) / lengthMs > causes.throttled.degraded],
    ['steal', (health.stealShare ?? 0) > causes.steal.degraded],
    ['gc', Math.max(0, ...health.gcTotalMs) / lengthMs > causes.gc.degraded],
    ['utilisation', Math.max(0, ...health.utilisation) > causes.utilisation.degraded],
    ['loopDelay', late(LOOP_DELAY, causes.loopDelay.degraded)],
    ['memory', (health.availableMemoryBytes ?? Infinity) < causes.memory.degraded],
    ['clockStep', Math.abs(health.clockStepMs) > causes.clockStep.degraded],
  ];
  return above.find(([, is]) => is)?.[0] ?? null;
}
