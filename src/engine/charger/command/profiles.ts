/**
 * Charging profiles (OCPP 1.6, 3.13) as plain data: which are installed, and what they allow at a
 * moment. Times are ms since 1970 UTC, passed in.
 */
import { type Moment, readMoment } from '../../frame/moment.ts';

export type Purpose = 'ChargePointMaxProfile' | 'TxDefaultProfile' | 'TxProfile';

export interface Period {
  /** After the start of the schedule. */
  readonly startS: number;
  /** In the profile's unit; of amperes, on each phase. */
  readonly limit: number;
  readonly phases: number;
}

export interface InstalledProfile {
  /** 0: the charge point as a whole. */
  readonly connectorId: number;
  readonly chargingProfileId: number;
  readonly stackLevel: number;
  readonly purpose: Purpose;
  /** null: of whatever transaction runs. */
  readonly transactionId: number | null;
  readonly kind: 'Absolute' | 'Recurring' | 'Relative';
  /** Of a Recurring one: a day or a week. */
  readonly recurrencyS: number;
  readonly validFromMs: number;
  readonly validToMs: number;
  /** null: the start of the transaction; of no transaction, the installation. */
  readonly startMs: number | null;
  /** null: not known. */
  readonly installedMs: number | null;
  /** Infinity: no end. */
  readonly durationS: number;
  readonly unit: 'A' | 'W';
  /** In ascending order, the first at 0. */
  readonly periods: readonly Period[];
}

export interface Electrics {
  readonly phases: number;
  /** Over all phases. */
  readonly voltageSumV: number;
  readonly maxPowerW: number;
}

/** What a limit counts from. */
export interface RunningTransaction {
  readonly startMs: number;
}

interface PowerLimit {
  /** Over all phases used. */
  readonly powerW: number;
  readonly phases: number;
}

export interface Limit extends PowerLimit {
  /** After the moment asked for: when the limit may change next. Infinity: never. */
  readonly untilMs: number;
}

const DAY_S = 86_400;
const MAX_PROFILES = 100;
const MAX_PERIODS = 100;

// biome-ignore lint/suspicious/noExplicitAny: a payload that was checked before.
type Payload = any;

/**
 * A checked `csChargingProfiles` as data; null when its periods do not ascend from the start, or
 * one of its times is none. The log's own profile counts (exchange 7): duration 0 is no end, a
 * first period at 1 begins at 0, Recurring without a recurrency is daily. `utcOffsetMin` is the
 * charger's zone, `installedMs` the moment of the command.
 */
export function profileOf(
  connectorId: number,
  payload: Payload,
  utcOffsetMin: number,
  installedMs: number | null = null,
): InstalledProfile | null {
  const schedule = payload.chargingSchedule;
  const { duration = 0, startSchedule } = schedule;
  const periods = periodsOf(schedule.chargingSchedulePeriod);
  const [validFromMs, validToMs, startMs] = [payload.validFrom, payload.validTo, startSchedule].map(
    (text) => (text === undefined ? undefined : momentMs(text, utcOffsetMin)),
  );
  const isReadable = validFromMs !== null && validToMs !== null && startMs !== null;
  if (periods === null || !isReadable || duration < 0) return null;
  return {
    connectorId,
    chargingProfileId: payload.chargingProfileId,
    stackLevel: payload.stackLevel,
    purpose: payload.chargingProfilePurpose,
    transactionId: payload.transactionId ?? null,
    kind: payload.chargingProfileKind,
    recurrencyS: payload.recurrencyKind === 'Weekly' ? 7 * DAY_S : DAY_S,
    validFromMs: validFromMs ?? Number.NEGATIVE_INFINITY,
    validToMs: validToMs ?? Number.POSITIVE_INFINITY,
    startMs: startMs ?? null,
    installedMs,
    durationS: duration > 0 ? duration : Number.POSITIVE_INFINITY,
    unit: schedule.chargingRateUnit,
    periods,
  };
}

/** null: they do not begin at 0 (or the log's 1), do not ascend, or are too many. */
function periodsOf(given: readonly Payload[]): readonly Period[] | null {
  const ascends = given.every(
    ({ startPeriod }, i) => i === 0 || startPeriod > given[i - 1].startPeriod,
  );
  if (given.length === 0 || given.length > MAX_PERIODS || !ascends) return null;
  if (given[0].startPeriod !== 0 && given[0].startPeriod !== 1) return null;
  return given.map(({ startPeriod, limit, numberPhases = 3 }, i) => ({
    startS: i === 0 ? 0 : startPeriod,
    limit,
    phases: numberPhases,
  }));
}

/** null when there is none. Without a zone a time is the charger's own. */
export function momentMs(text: string | undefined, utcOffsetMin: number): number | null {
  if (text === undefined) return null;
  const bytes = Buffer.from(text, 'utf8');
  const moment: Moment = { epochMs: Number.NaN, hasZone: false };
  readMoment(bytes, 0, bytes.length, moment);
  if (Number.isNaN(moment.epochMs)) return null;
  return moment.hasZone ? moment.epochMs : moment.epochMs - utcOffsetMin * 60_000;
}

/** What a charger must be like to take a profile. */
export interface Place {
  readonly connectors: number;
  /** Of the connector; null: no transaction. Its id is NaN while it is unknown. */
  readonly transaction: { readonly id: number } | null;
}

/** Whether a profile may be installed (OCPP 1.6, 3.13.1 and 5.16). */
export function isAcceptable(profile: InstalledProfile, { connectors, transaction }: Place) {
  const { connectorId, purpose, transactionId } = profile;
  if (connectorId > connectors) return false;
  if (purpose === 'ChargePointMaxProfile') return connectorId === 0;
  if (purpose === 'TxDefaultProfile') return true;
  if (connectorId === 0 || transaction === null) return false;
  return transactionId === null || transactionId === transaction.id;
}

/** With the profile in it, in place of one that it replaces; null when there is no room. */
export function install(
  profiles: readonly InstalledProfile[],
  profile: InstalledProfile,
): readonly InstalledProfile[] | null {
  const others = profiles.filter((each) => !isReplaced(each, profile));
  return others.length >= MAX_PROFILES ? null : [...others, profile];
}

function isReplaced(old: InstalledProfile, by: InstalledProfile): boolean {
  if (old.chargingProfileId === by.chargingProfileId) return true;
  const samePlace = old.connectorId === by.connectorId && old.purpose === by.purpose;
  return samePlace && old.stackLevel === by.stackLevel;
}

export interface ClearCriteria {
  readonly id?: number;
  readonly connectorId?: number;
  readonly chargingProfilePurpose?: Purpose;
  readonly stackLevel?: number;
}

/** Without those that meet all criteria given; an id alone decides. */
export function clear(
  profiles: readonly InstalledProfile[],
  { id, connectorId, chargingProfilePurpose, stackLevel }: ClearCriteria,
): readonly InstalledProfile[] {
  if (id !== undefined) return profiles.filter((each) => each.chargingProfileId !== id);
  return profiles.filter(
    (each) =>
      (connectorId !== undefined && each.connectorId !== connectorId) ||
      (chargingProfilePurpose !== undefined && each.purpose !== chargingProfilePurpose) ||
      (stackLevel !== undefined && each.stackLevel !== stackLevel),
  );
}

/** A TxProfile ends with its transaction. */
export function withoutTxProfiles(profiles: readonly InstalledProfile[], connectorId: number) {
  return profiles.filter(
    (each) => each.purpose !== 'TxProfile' || each.connectorId !== connectorId,
  );
}

/** The profiles that count for a connector, by purpose, each with its highest stack level first. */
export interface Layers {
  /** The first of them that says anything holds. */
  readonly own: readonly (readonly InstalledProfile[])[];
  /** Of the charge point as a whole: never exceeded. */
  readonly whole: readonly InstalledProfile[];
}

/** A TxProfile before a TxDefaultProfile, the connector's own default before connector 0's. */
export function layersOf(
  profiles: readonly InstalledProfile[],
  connectorId: number,
  transaction: RunningTransaction | null,
): Layers {
  const of = (purpose: Purpose, connector: number) =>
    profiles
      .filter((each) => each.purpose === purpose && each.connectorId === connector)
      .sort((a, b) => b.stackLevel - a.stackLevel);
  const own = [of('TxDefaultProfile', connectorId), of('TxDefaultProfile', 0)];
  if (transaction !== null) own.unshift(of('TxProfile', connectorId));
  return { own, whole: of('ChargePointMaxProfile', 0) };
}

/** What a connector may draw at `atMs`, by the profiles and its own electrics. */
export function limitAt(
  profiles: readonly InstalledProfile[],
  connectorId: number,
  transaction: RunningTransaction | null,
  atMs: number,
  electrics: Electrics,
): Limit {
  return limitOf(layersOf(profiles, connectorId, transaction), transaction, atMs, electrics);
}

/** `limitAt` for who asks about many moments. */
export function limitOf(
  { own, whole }: Layers,
  transaction: RunningTransaction | null,
  atMs: number,
  electrics: Electrics,
): Limit {
  let lowest: PowerLimit = { powerW: electrics.maxPowerW, phases: electrics.phases };
  let untilMs = Number.POSITIVE_INFINITY;
  const apply = (layer: readonly InstalledProfile[]): boolean => {
    const found = highestAt(layer, transaction, atMs);
    untilMs = Math.min(untilMs, found.untilMs);
    if (found.period === null) return false;
    const limit = powerOf(found.unit, found.period, electrics);
    // Of equal ones the first: the connector's own phases.
    if (limit.powerW < lowest.powerW) lowest = limit;
    return true;
  };
  own.some(apply);
  apply(whole);
  return { ...lowest, untilMs };
}

/** What one profile, or one layer of them, says at a moment. */
interface Saying {
  readonly unit: 'A' | 'W';
  /** null: nothing. */
  readonly period: Period | null;
  readonly untilMs: number;
}

const silentUntil = (untilMs: number): Saying => ({ unit: 'W', period: null, untilMs });
const SILENT = silentUntil(Number.POSITIVE_INFINITY);

/** The first that has a period at `atMs`; the ones above it may begin before it changes. */
function highestAt(
  layer: readonly InstalledProfile[],
  transaction: RunningTransaction | null,
  atMs: number,
): Saying {
  let untilMs = Number.POSITIVE_INFINITY;
  for (const profile of layer) {
    const saying = sayingAt(profile, transaction, atMs);
    untilMs = Math.min(untilMs, saying.untilMs);
    if (saying.period !== null) return { ...saying, untilMs };
  }
  return silentUntil(untilMs);
}

function sayingAt(
  profile: InstalledProfile,
  transaction: RunningTransaction | null,
  atMs: number,
): Saying {
  const { validFromMs, validToMs, durationS, unit, periods } = profile;
  const originMs = originAt(profile, transaction, atMs);
  if (originMs === null || atMs >= validToMs) return SILENT;
  const beginMs = Math.max(originMs, validFromMs);
  if (atMs < beginMs) return beginMs < validToMs ? silentUntil(beginMs) : SILENT;
  const nextMs =
    profile.kind === 'Recurring' ? originMs + profile.recurrencyS * 1000 : Number.POSITIVE_INFINITY;
  const endMs = Math.min(validToMs, nextMs, originMs + durationS * 1000);
  if (atMs >= endMs) return nextMs < validToMs ? silentUntil(nextMs) : SILENT;
  const after = periods.findIndex(({ startS }) => originMs + startS * 1000 > atMs);
  if (after < 0) return { unit, period: periods[periods.length - 1], untilMs: endMs };
  const changeMs = originMs + periods[after].startS * 1000;
  return { unit, period: periods[after - 1], untilMs: Math.min(endMs, changeMs) };
}

/** What the periods count from at `atMs`; null: nothing yet. */
function originAt(
  { kind, startMs, installedMs, recurrencyS }: InstalledProfile,
  transaction: RunningTransaction | null,
  atMs: number,
): number | null {
  const startedMs = transaction?.startMs ?? null;
  const firstMs = kind === 'Relative' ? startedMs : (startMs ?? startedMs ?? installedMs);
  if (firstMs === null) return null;
  // In whole ms sums are exact: what changes at a moment has changed when that moment is asked for.
  const originMs = Math.floor(firstMs);
  if (kind !== 'Recurring' || atMs < originMs) return originMs;
  const everyMs = recurrencyS * 1000;
  return originMs + Math.floor((atMs - originMs) / everyMs) * everyMs;
}

function powerOf(unit: 'A' | 'W', { limit, phases }: Period, electrics: Electrics): PowerLimit {
  const used = Math.min(electrics.phases, phases);
  if (unit === 'W') return { powerW: limit, phases: used };
  return { powerW: limit * electrics.voltageSumV * (used / electrics.phases), phases: used };
}
