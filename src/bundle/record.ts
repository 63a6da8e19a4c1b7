/** Reads what a stranger may have written: every field is checked, and nothing else is kept. */
import { UserError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import { parseDurationNs } from '../base/units.ts';
import { DIALECTS } from '../chargers/model.ts';
import { isRecord } from '../scenario/checks.ts';
import { show } from '../scenario/show.ts';
import { type BundleMark, LOSS_POLICIES, PROTOCOL, type RunRecord } from '../share/records.ts';
import { NAME } from '../share/subjects.ts';
import { VARIABLE } from './environment.ts';
import { MOST_BUNDLE_BYTES, pieceCount } from './pieces.ts';

type Overrides = RunRecord['overrides'];

/** Whether a value is right, and what it is when it is. */
interface Rule<T> {
  readonly is: (value: unknown) => boolean;
  readonly says: string;
  /** Only for the type. */
  readonly of?: T;
}

const matching = <T extends string>(pattern: RegExp, says: string): Rule<T> => ({
  is: (value) => typeof value === 'string' && pattern.test(value),
  says,
});
const whole = (min: number, max: number): Rule<number> => ({
  is: (value) => Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max,
  says: `must be a whole number from ${min} to ${max}`,
});
const oneOf = <T extends string>(allowed: readonly T[]): Rule<T> => ({
  is: (value) => allowed.includes(value as T),
  says: `must be one of ${allowed.join(', ')}`,
});
const listOf = <T>(rule: Rule<T>, most: number): Rule<readonly T[]> => ({
  is: (value) => Array.isArray(value) && value.length <= most && value.every(rule.is),
  says: `must be a list of ${most} at most, of which each ${rule.says}`,
});
const YES_NO: Rule<boolean> = {
  is: (value) => typeof value === 'boolean',
  says: 'must be true or false',
};
const HASH = matching(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hexadecimal digits');
/** What a bus keeps in one message has a limit anyway. */
const TEXT = matching(/^\P{Cc}{1,100000}$/u, 'must be a text without control characters');
const DURATION: Rule<string> = {
  is: (value) => typeof value === 'string' && value.length < 100 && Boolean(parseDurationNs(value)),
  says: 'must be a duration above 0',
};
const FILE_NAME: Rule<string> = {
  is: (value) =>
    typeof value === 'string' && /^[^/\\\p{Cc}]{1,255}$/u.test(value) && !/^\.{1,2}$/.test(value),
  says: 'must be the name of a file, without a folder',
};
const DAY_MS = 24 * 3600 * 1000;
const MOST_CHARGERS = 1_000_000;
const SEED = whole(0, 4_294_967_295);

type Rules<T> = { readonly [K in keyof T]-?: Rule<NonNullable<T[K]>> };

const BUNDLE: Rules<BundleMark> = {
  sha256: HASH,
  bytes: whole(1, MOST_BUNDLE_BYTES),
  chunks: whole(1, pieceCount(MOST_BUNDLE_BYTES)),
  name: FILE_NAME,
};
const OVERRIDES: Rules<Overrides> = {
  target: TEXT,
  sourceAddresses: listOf(TEXT, 10_000),
  duration: DURATION,
  dialect: oneOf(DIALECTS),
  seed: SEED,
  chargers: whole(1, MOST_CHARGERS),
};
const RECORD: Rules<Omit<RunRecord, 'bundle' | 'overrides'>> = {
  protocol: whole(PROTOCOL, PROTOCOL),
  runId: matching(NAME, 'must be 1 to 64 letters, digits, dashes and underscores'),
  tool: matching(/^\d{1,9}\.\d{1,9}\.\d{1,9}([-+.\w]{0,100})$/, 'must be a version'),
  createdAt: {
    is: (value) =>
      typeof value === 'string' && value.length <= 40 && !Number.isNaN(Date.parse(value)),
    says: 'must be a moment, such as 2026-01-31T12:00:00.000Z',
  },
  seed: SEED,
  strict: YES_NO,
  planSha256: HASH,
  chargerCount: whole(1, MOST_CHARGERS),
  environment: listOf(matching(VARIABLE, 'must be the name of an environment variable'), 1000),
  shares: whole(1, 10_000),
  leaseMs: whole(1, DAY_MS),
  onAgentLoss: oneOf(LOSS_POLICIES),
  ledger: YES_NO,
};

/** @throws UserError that names the field. */
export function readRecord(text: string): RunRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed('it', 'is no JSON');
  }
  if (!isRecord(value)) throw malformed('it', 'must be an object');
  const bundle = readBundle(value.bundle);
  return { ...readFields(value, RECORD, ''), bundle, overrides: readOverrides(value.overrides) };
}

function readBundle(value: unknown): BundleMark {
  if (!isRecord(value)) throw malformed('bundle', 'must be an object');
  const mark = readFields(value, BUNDLE, 'bundle.');
  if (mark.chunks === pieceCount(mark.bytes)) return mark;
  throw malformed('bundle.chunks', `must be ${pieceCount(mark.bytes)} for ${mark.bytes} bytes`);
}

/** None is required; one that is not known would be left out of the plan, so it is refused. */
function readOverrides(value: unknown): Overrides {
  if (!isRecord(value)) throw malformed('overrides', 'must be an object');
  const given = Object.keys(value).map((key) => {
    if (!Object.hasOwn(OVERRIDES, key)) {
      const near = nearest(key, Object.keys(OVERRIDES));
      throw malformed(`overrides.${show(key)}`, `is not known${near ? `, ${near} is` : ''}`);
    }
    return [key, OVERRIDES[key as keyof Overrides]];
  });
  return readFields(value, Object.fromEntries(given) as Rules<Overrides>, 'overrides.');
}

function readFields<T>(value: Record<string, unknown>, rules: Rules<T>, path: string): T {
  const fields = Object.entries<Rule<unknown>>(rules).map(([key, { is, says }]) => {
    const field = Object.hasOwn(value, key) ? value[key] : undefined;
    if (!is(field)) throw malformed(`${path}${key}`, says);
    return [key, field];
  });
  return Object.fromEntries(fields);
}

const malformed = (field: string, says: string) =>
  new UserError(
    `the record of the run is malformed: ${field} ${says}`,
    'another version of ocpp-load wrote it, or somebody else did',
  );
