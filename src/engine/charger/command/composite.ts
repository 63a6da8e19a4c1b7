/** GetCompositeSchedule: what the profiles together allow, as one schedule (OCPP 1.6, 5.7). */
import {
  type Electrics,
  type InstalledProfile,
  type Limit,
  layersOf,
  limitOf,
  type RunningTransaction,
} from './profiles.ts';

interface CompositePeriod {
  readonly startPeriod: number;
  /** With one decimal; of amperes, on each of the phases. */
  readonly limit: number;
  readonly numberPhases: number;
}

export interface CompositeSchedule {
  readonly duration: number;
  readonly chargingRateUnit: 'A' | 'W';
  readonly chargingSchedulePeriod: readonly CompositePeriod[];
}

/** Nobody waits for more: a central system may ask for a million years. */
const MAX_STEPS = 1000;

/**
 * From `fromMs` on, for `durationS`; equal neighbours joined. What changes within a second counts
 * from the next whole one. `duration` is shorter than asked for when there are too many changes.
 */
export function compositeSchedule(
  profiles: readonly InstalledProfile[],
  connectorId: number,
  transaction: RunningTransaction | null,
  span: { readonly fromMs: number; readonly durationS: number; readonly unit: 'A' | 'W' },
  electrics: Electrics,
): CompositeSchedule {
  const { fromMs, durationS, unit } = span;
  const layers = layersOf(profiles, connectorId, transaction);
  const endMs = fromMs + durationS * 1000;
  const periods: CompositePeriod[] = [];
  let atMs = fromMs;
  let steps = 0;
  do {
    const limit = limitOf(layers, transaction, atMs, electrics);
    add(periods, periodOf(limit, Math.ceil((atMs - fromMs) / 1000), unit, electrics));
    atMs = limit.untilMs;
  } while (atMs < endMs && ++steps < MAX_STEPS);
  const duration = Math.min(durationS, Math.floor((atMs - fromMs) / 1000));
  const within = periods.filter(({ startPeriod }) => startPeriod === 0 || startPeriod < duration);
  return { duration, chargingRateUnit: unit, chargingSchedulePeriod: within };
}

function add(periods: CompositePeriod[], period: CompositePeriod): void {
  if (periods.at(-1)?.startPeriod === period.startPeriod) periods.pop();
  const last = periods.at(-1);
  const isSame = last?.limit === period.limit && last.numberPhases === period.numberPhases;
  if (!isSame) periods.push(period);
}

function periodOf(
  { powerW, phases }: Limit,
  startPeriod: number,
  unit: 'A' | 'W',
  electrics: Electrics,
): CompositePeriod {
  const voltsUsed = electrics.voltageSumV * (phases / electrics.phases);
  const value = unit === 'W' ? powerW : powerW / voltsUsed;
  return { startPeriod, limit: Math.round(value * 10) / 10, numberPhases: phases };
}
