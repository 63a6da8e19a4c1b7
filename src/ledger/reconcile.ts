/**
 * Compares what chargers did with what a central system's database holds. A transaction of the
 * ledger and a row of the export belong together when charge point and transactionId are the same,
 * or else charge point, connector and start (to the second).
 */
import type { ExportRow } from './export.ts';
import type { LedgerRow } from './row.ts';

export interface Pair {
  readonly ledger: LedgerRow;
  readonly found: ExportRow;
}

/** The faults, in the order of what they cost. A transaction may have several. */
export interface Reconciliation {
  /** Transactions of the ledger, and rows of the export about its charge points. */
  readonly transactions: number;
  readonly rows: number;
  /** Rows about charge points that are not in the ledger: not looked at. */
  readonly otherRows: number;
  readonly matched: number;
  /** Not in the export and not expected there: no start of theirs was accepted. */
  readonly notExpected: number;
  /** Their start was acknowledged, and they are not in the export. */
  readonly lost: readonly LedgerRow[];
  /** The rows beyond the first of the same transaction. */
  readonly doubled: readonly Pair[];
  /** Stopped before they started, or started before one that came before them. */
  readonly reordered: readonly Pair[];
  readonly energyDiffers: readonly Pair[];
  /** Their stop was acknowledged, and the export does not have it. */
  readonly notStopped: readonly Pair[];
  /** Rows about charge points of the ledger that none of its transactions explains. */
  readonly unknown: readonly ExportRow[];
}

export const FAULTS = [
  'lost',
  'doubled',
  'energyDiffers',
  'notStopped',
  'reordered',
  'unknown',
] as const satisfies readonly (keyof Reconciliation)[];
export type Fault = (typeof FAULTS)[number];

export interface ReconcileOptions {
  readonly toleranceWh: number;
  /** What the export has columns for: what it cannot say is not held against it. */
  readonly has: { readonly stop: boolean; readonly energy: boolean };
}

export function reconcile(
  ledger: readonly LedgerRow[],
  exported: readonly ExportRow[],
  options: ReconcileOptions,
): Reconciliation {
  const chargePoints = new Set(ledger.map((row) => row.chargePointId));
  const rows = exported.filter((row) => chargePoints.has(row.chargePointId));
  const { pairs, left, missing } = match(ledger, rows);
  const { doubled, unknown } = explain(left, pairs);
  const isExpected = (row: LedgerRow) =>
    row.startState === 'acknowledged' && row.outcome !== 'refused';
  const lost = missing.filter(isExpected);
  return {
    transactions: ledger.length,
    rows: rows.length,
    otherRows: exported.length - rows.length,
    matched: pairs.length,
    notExpected: missing.length - lost.length,
    lost,
    doubled,
    reordered: reordered(pairs),
    energyDiffers: options.has.energy ? pairs.filter((pair) => differs(pair, options)) : [],
    notStopped: options.has.stop ? pairs.filter(isNotStopped) : [],
    unknown,
  };
}

export const agrees = (result: Reconciliation): boolean =>
  FAULTS.every((fault) => result[fault].length === 0);

/** What makes two rows the same transaction; null where a row does not say it. */
type Key<T> = (row: T) => string | null;

const second = (ms: number | null) => (ms === null ? null : Math.floor(ms / 1000));
const join = (...parts: (string | number | null)[]): string | null =>
  parts.includes(null) ? null : JSON.stringify(parts);

const startOf = (row: LedgerRow) => second(Date.parse(row.startTime));
const idOf = (row: LedgerRow) => (row.transactionId === null ? null : String(row.transactionId));

type KeyPair = readonly [ofLedger: Key<LedgerRow>, ofExport: Key<ExportRow>];

const BY_ID_AND_START: KeyPair = [
  (row) => join(row.chargePointId, idOf(row), startOf(row)),
  (row) => join(row.chargePointId, row.transactionId, second(row.startMs)),
];
const BY_ID: KeyPair = [
  (row) => join(row.chargePointId, idOf(row)),
  (row) => join(row.chargePointId, row.transactionId),
];
const BY_CONNECTOR_AND_START: KeyPair = [
  (row) => join(row.chargePointId, row.connectorId, startOf(row)),
  (row) => join(row.chargePointId, row.connectorId, second(row.startMs)),
];
const BY_START: KeyPair = [
  (row) => join(row.chargePointId, startOf(row)),
  (row) => join(row.chargePointId, second(row.startMs)),
];

/** The strictest first. */
function keysFor(rows: readonly ExportRow[]): readonly KeyPair[] {
  const hasConnectors = rows.some((row) => row.connectorId !== null);
  return [BY_ID_AND_START, BY_ID, hasConnectors ? BY_CONNECTOR_AND_START : BY_START];
}

/** A central system that gives every transaction the same id: then the id tells nothing. */
function onlyUnique([ofLedger, ofExport]: KeyPair, ledger: readonly LedgerRow[]): KeyPair {
  const known = groups(ledger, ofLedger);
  const unique = (row: LedgerRow) => {
    const key = ofLedger(row);
    return key !== null && known.get(key)?.length === 1 ? key : null;
  };
  return [unique, ofExport];
}

interface Matching {
  readonly pairs: readonly Pair[];
  /** Rows of the export without a partner, and of the ledger. */
  readonly left: readonly ExportRow[];
  readonly missing: readonly LedgerRow[];
}

function match(ledger: readonly LedgerRow[], rows: readonly ExportRow[]): Matching {
  const partner = new Map<LedgerRow, ExportRow>();
  let left = rows;
  const hasStarts = rows.some((row) => row.startMs !== null);
  for (const each of keysFor(rows)) {
    const [ledgerKey, exportKey] = each === BY_ID && hasStarts ? onlyUnique(BY_ID, ledger) : each;
    const waiting = groups(
      ledger.filter((row) => !partner.has(row)),
      ledgerKey,
    );
    left = left.filter((row) => {
      const key = exportKey(row);
      const first = key === null ? undefined : waiting.get(key)?.shift();
      if (first !== undefined) partner.set(first, row);
      return first === undefined;
    });
  }
  const missing = ledger.filter((row) => !partner.has(row));
  const pairs = ledger.flatMap((row) => {
    const found = partner.get(row);
    return found === undefined ? [] : [{ ledger: row, found }];
  });
  return { pairs, left, missing };
}

function groups<T>(rows: readonly T[], key: Key<T>): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const row of rows) {
    const name = key(row);
    if (name === null) continue;
    const group = found.get(name);
    if (group === undefined) found.set(name, [row]);
    else group.push(row);
  }
  return found;
}

/** Rows without a partner: one more about a transaction that has its row, or about none. */
function explain(left: readonly ExportRow[], pairs: readonly Pair[]) {
  const rows = [...left, ...pairs.map(({ found }) => found)];
  const known = keysFor(rows).map(([ledgerKey, exportKey]) => ({
    exportKey,
    ofLedger: groups(pairs, ({ ledger }) => ledgerKey(ledger)),
    ofExport: groups(pairs, ({ found }) => exportKey(found)),
  }));
  const doubled: Pair[] = [];
  const unknown: ExportRow[] = [];
  for (const row of left) {
    const twin = known.flatMap(({ exportKey, ofLedger, ofExport }) => {
      const key = exportKey(row);
      return key === null ? [] : (ofLedger.get(key) ?? ofExport.get(key) ?? []);
    })[0];
    if (twin === undefined) unknown.push(row);
    else doubled.push({ ledger: twin.ledger, found: row });
  }
  return { doubled, unknown };
}

function reordered(pairs: readonly Pair[]): Pair[] {
  const backwards = new Set(
    pairs.filter(({ found: { startMs, stopMs } }) => {
      return startMs !== null && stopMs !== null && stopMs < startMs;
    }),
  );
  for (const group of groups(pairs, ({ ledger }) => ledger.chargePointId).values()) {
    const ordered = group.toSorted((a, b) => compareText(a.ledger.startTime, b.ledger.startTime));
    let latest = Number.NEGATIVE_INFINITY;
    for (const pair of ordered) {
      const startS = second(pair.found.startMs) ?? latest;
      if (startS < latest) backwards.add(pair);
      latest = Math.max(latest, startS);
    }
  }
  return pairs.filter((pair) => backwards.has(pair));
}

/** ISO texts in UTC sort as times do. */
const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** What a float makes of a decimal fraction of a kWh is no difference. */
const ROUNDING_WH = 1e-6;

function differs(pair: Pair, { toleranceWh, has }: ReconcileOptions): boolean {
  const { ledger, found } = pair;
  if (ledger.stopState !== 'acknowledged' || ledger.energyWh === null) return false;
  if (found.energyWh === null) return !(has.stop && isNotStopped(pair));
  return Math.abs(found.energyWh - ledger.energyWh) > toleranceWh + ROUNDING_WH;
}

function isNotStopped({ ledger, found }: Pair): boolean {
  return ledger.stopState === 'acknowledged' && found.stopMs === null && found.meterStopWh === null;
}
