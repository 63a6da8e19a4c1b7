/** Random charging profiles and moments, and a slow, plain reading of what they allow. */
import fc from 'fast-check';
import {
  type Electrics,
  type InstalledProfile,
  install,
  profileOf,
  type RunningTransaction,
} from '../../../../src/engine/charger/command/profiles.ts';

/** A Tuesday, 00:00 UTC. */
export const DAY_ZERO_MS = Date.UTC(2021, 10, 9);
export const HOUR_MS = 3_600_000;

export const THREE_PHASES: Electrics = { phases: 3, voltageSumV: 690, maxPowerW: 33_120 };
export const ONE_PHASE: Electrics = { phases: 1, voltageSumV: 230, maxPowerW: 7360 };

/** A `csChargingProfiles`, as it stands in a command. */
export interface ProfilePayload {
  readonly [name: string]: unknown;
  readonly chargingSchedule: Readonly<Record<string, unknown>>;
}

type Changes = Readonly<Record<string, unknown>>;

/** 16 A on three phases for whatever transaction runs, from its start on. */
export function payloadWith(changes: Changes = {}, schedule: Changes = {}): ProfilePayload {
  return {
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: 'TxProfile',
    chargingProfileKind: 'Relative',
    ...changes,
    chargingSchedule: {
      chargingRateUnit: 'A',
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }],
      ...schedule,
    },
  };
}

/** Of connector 1, in UTC. */
export function profileWith(changes: Changes = {}, schedule: Changes = {}): InstalledProfile {
  const connectorId = changes['chargingProfilePurpose'] === 'ChargePointMaxProfile' ? 0 : 1;
  return profileOf(connectorId, payloadWith(changes, schedule), 0)!;
}

/** From three days before to two weeks after `DAY_ZERO_MS`, often on an hour. */
export const moment = fc
  .tuple(
    fc.integer({ min: -72, max: 14 * 24 }),
    fc.oneof(fc.constant(0), fc.constantFrom(-1, 1, 0.25, 1000, 1500), fc.nat(HOUR_MS)),
  )
  .map(([hours, ms]) => DAY_ZERO_MS + hours * HOUR_MS + ms);

export const transaction: fc.Arbitrary<RunningTransaction | null> = fc.option(
  fc.record({ startMs: moment }),
);

const isoTime = moment.map((epochMs) => new Date(Math.floor(epochMs)).toISOString());
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const periods = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 4 }).chain((hours) => {
  const starts = [0, ...hours.sort((a, b) => a - b).map((hour) => hour * 1800)];
  return fc.tuple(
    ...starts.map((startPeriod) =>
      fc.record(
        {
          startPeriod: fc.constant(startPeriod),
          limit: fc.integer({ min: 0, max: 400 }).map((tenths) => tenths / 10),
          numberPhases: fc.constantFrom(1, 2, 3),
        },
        { requiredKeys: ['startPeriod', 'limit'] },
      ),
    ),
  );
});

const schedule = fc
  .record({
    chargingRateUnit: fc.constantFrom('A', 'A', 'W'),
    chargingSchedulePeriod: periods,
    duration: maybe(fc.constantFrom(0, 1, 1800, 36_000, 86_400, 200_000)),
    startSchedule: maybe(isoTime),
  })
  .map((given) =>
    given.chargingRateUnit === 'A'
      ? given
      : {
          ...given,
          chargingSchedulePeriod: given.chargingSchedulePeriod.map((period) => ({
            ...period,
            limit: period.limit * 500,
          })),
        },
  );

const payload = fc.record({
  chargingProfileId: fc.integer({ min: 1, max: 12 }),
  stackLevel: fc.nat(3),
  chargingProfilePurpose: fc.constantFrom('ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile'),
  chargingProfileKind: fc.constantFrom('Absolute', 'Recurring', 'Relative'),
  recurrencyKind: fc.constantFrom('Daily', 'Daily', 'Weekly', undefined),
  validFrom: maybe(isoTime),
  validTo: maybe(isoTime),
  chargingSchedule: schedule,
});

export const profile: fc.Arbitrary<InstalledProfile> = fc
  .tuple(payload, fc.nat(2), fc.option(moment))
  .map(([given, connector, installedMs]) => {
    const purpose = given.chargingProfilePurpose;
    const own = purpose === 'TxProfile' ? Math.max(1, connector) : connector;
    return profileOf(purpose === 'ChargePointMaxProfile' ? 0 : own, given, 0, installedMs)!;
  });

export const profiles = fc
  .array(profile, { maxLength: 7 })
  .map((all) => all.reduce<readonly InstalledProfile[]>((some, one) => install(some, one)!, []));

/** Watts of one profile at a moment, trying cycle after cycle; null: it is silent. */
function wattsOf(
  each: InstalledProfile,
  running: RunningTransaction | null,
  atMs: number,
  electrics: Electrics,
): number | null {
  if (atMs < each.validFromMs || atMs >= each.validToMs) return null;
  const relativeMs = running?.startMs;
  const absoluteMs = each.startMs ?? relativeMs ?? each.installedMs ?? undefined;
  const first = each.kind === 'Relative' ? relativeMs : absoluteMs;
  if (first === undefined || atMs < Math.floor(first)) return null;
  let elapsedMs = atMs - Math.floor(first);
  while (each.kind === 'Recurring' && elapsedMs >= each.recurrencyS * 1000) {
    elapsedMs -= each.recurrencyS * 1000;
  }
  if (elapsedMs >= each.durationS * 1000) return null;
  const { limit, phases } = each.periods.filter(({ startS }) => startS * 1000 <= elapsedMs).at(-1)!;
  const voltsOfPhase = electrics.voltageSumV / electrics.phases;
  return each.unit === 'W' ? limit : limit * voltsOfPhase * Math.min(phases, electrics.phases);
}

/** Watts of those that `belongs` selects: of the highest stack level that says anything. */
export function wattsOfHighest(
  all: readonly InstalledProfile[],
  belongs: (each: InstalledProfile) => boolean,
  running: RunningTransaction | null,
  atMs: number,
  electrics: Electrics,
): number | null {
  const saying = all
    .filter(belongs)
    .map((each) => ({ level: each.stackLevel, watts: wattsOf(each, running, atMs, electrics) }))
    .filter(({ watts }) => watts !== null);
  const top = Math.max(...saying.map(({ level }) => level));
  return saying.find(({ level }) => level === top)?.watts ?? null;
}

export function expectedW(
  all: readonly InstalledProfile[],
  connectorId: number,
  running: RunningTransaction | null,
  atMs: number,
  electrics: Electrics,
): number {
  const of = (purpose: string, connector: number) =>
    wattsOfHighest(
      all,
      (each) => each.purpose === purpose && each.connectorId === connector,
      running,
      atMs,
      electrics,
    );
  const ofTransaction = running === null ? null : of('TxProfile', connectorId);
  const own = ofTransaction ?? of('TxDefaultProfile', connectorId) ?? of('TxDefaultProfile', 0);
  const whole = of('ChargePointMaxProfile', 0);
  return Math.min(own ?? Infinity, whole ?? Infinity, electrics.maxPowerW);
}
