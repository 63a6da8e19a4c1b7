import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ExportRow } from '../../src/ledger/export.ts';
import { agrees, FAULTS, type Fault, reconcile } from '../../src/ledger/reconcile.ts';
import type { LedgerRow } from '../../src/ledger/row.ts';
import { exportOf, ledgerRow } from './rows.ts';

const TOLERANCE_WH = 10;
const HOUR_MS = 3_600_000;
const START_MS = Date.parse('2026-01-02T00:00:00Z');
const options = { toleranceWh: TOLERANCE_WH, has: { stop: true, energy: true } };
const iso = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');

/** Faults of a single transaction, and what hides from the ledger. */
const SPOILS = [
  ...['none', 'lost', 'twice', 'twiceOtherId', 'twiceOtherStart', 'energy', 'noEnergy'],
  ...['notStopped', 'backwards', 'refused', 'unanswered', 'unknown'],
] as const;
type Spoil = (typeof SPOILS)[number];

interface Spoilt {
  readonly spoil: Spoil;
  readonly noiseWh: number;
}
interface World {
  readonly ledger: LedgerRow[];
  readonly exported: ExportRow[];
  /** Lines of rows, or transactionIds of what was lost, by fault. */
  readonly expected: Record<Fault, number[]>;
}

/** A database with these faults, a transaction an hour at each charge point. */
function worldOf(chargers: readonly (readonly Spoilt[])[]): World {
  const expected = Object.fromEntries(FAULTS.map((fault) => [fault, []])) as never;
  const world: World = { ledger: [], exported: [], expected };
  for (const [c, transactions] of chargers.entries()) {
    for (const [t, { spoil, noiseWh }] of transactions.entries()) {
      const id = 1000 * (c + 1) + t;
      const startMs = START_MS + t * HOUR_MS;
      const row = ledgerRow({
        ...{ chargePointId: `c${c}`, transactionId: id, energyWh: id, meterStopWh: id },
        ...{ startTime: iso(startMs), stopTime: iso(startMs + HOUR_MS / 2) },
      });
      put(world, row, spoil, { ...exportOf(row, 10 * id), energyWh: id + noiseWh });
    }
  }
  return world;
}

function put(
  { ledger, exported, expected }: World,
  row: LedgerRow,
  spoil: Spoil,
  found: ExportRow,
) {
  const twin = { ...found, line: found.line + 1 };
  const id = row.transactionId!;
  const startMs = found.startMs!;
  const spoils: Record<Spoil, () => [LedgerRow | null, ...ExportRow[]]> = {
    none: () => [row, found],
    lost: () => {
      expected.lost.push(id);
      return [row];
    },
    twice: () => {
      expected.doubled.push(twin.line);
      return [row, found, twin];
    },
    twiceOtherId: () => {
      expected.doubled.push(twin.line);
      return [row, found, { ...twin, transactionId: `${id}00000` }];
    },
    twiceOtherStart: () => {
      expected.doubled.push(twin.line);
      return [row, found, { ...twin, startMs: startMs + 60_000 }];
    },
    energy: () => {
      expected.energyDiffers.push(found.line);
      return [row, { ...found, energyWh: row.energyWh! - TOLERANCE_WH - 1 }];
    },
    noEnergy: () => {
      expected.energyDiffers.push(found.line);
      return [row, { ...found, energyWh: null }];
    },
    notStopped: () => {
      expected.notStopped.push(found.line);
      return [row, { ...found, stopMs: null, meterStopWh: null, energyWh: null }];
    },
    backwards: () => {
      expected.reordered.push(found.line);
      return [row, { ...found, stopMs: startMs - 1000 }];
    },
    refused: () => [{ ...row, outcome: 'refused' }],
    unanswered: () => [
      { ...row, ...{ startState: 'discarded', transactionId: null, stopState: 'discarded' } },
      found,
    ],
    unknown: () => {
      expected.unknown.push(found.line);
      return [null, found];
    },
  };
  const [lived, ...rows] = spoils[spoil]();
  if (lived !== null) ledger.push(lived);
  exported.push(...rows);
}

const spoilt = fc.record({
  spoil: fc.constantFrom(...SPOILS),
  noiseWh: fc.integer({ min: -TOLERANCE_WH, max: TOLERANCE_WH }),
});
/** The first transaction of each is fine, or the ledger might not know the charge point. */
const fine: Spoilt = { spoil: 'none', noiseWh: 0 };
const chargers = fc.array(
  fc.array(spoilt, { maxLength: 12 }).map((each) => [fine, ...each]),
  { maxLength: 5 },
);

const found = (result: ReturnType<typeof reconcile>) =>
  Object.fromEntries(
    FAULTS.map((fault) => [
      fault,
      result[fault]
        .map((each) => {
          if ('found' in each) return each.found.line;
          return 'line' in each ? each.line : each.transactionId;
        })
        .sort(),
    ]),
  );

test('random databases: each fault is found, and no other', () => {
  fc.assert(
    fc.property(chargers, fc.infiniteStream(fc.nat()), fc.boolean(), (spoils, order, strangers) => {
      const { ledger, exported, expected } = worldOf(spoils);
      const others = strangers ? exported.map((row) => ({ ...row, chargePointId: 'other' })) : [];
      // A twin comes after its original, or it would be the original; the rest in any order.
      const blocks = blocksOf([...exported, ...others]);
      const keyed = blocks.map((block) => ({ block, key: order.next().value as number }));
      const shuffled = keyed.sort((a, b) => a.key - b.key).flatMap(({ block }) => block);
      const result = reconcile(ledger, shuffled, options);
      const sorted = Object.fromEntries(FAULTS.map((fault) => [fault, expected[fault].sort()]));
      expect(found(result)).toEqual(sorted);
      expect(result.otherRows).toBe(others.length);
      expect(agrees(result)).toBe(Object.values(expected).every((lines) => lines.length === 0));
      expect(result.matched + result.lost.length + result.notExpected).toBe(ledger.length);
      const explained = result.matched + result.doubled.length + result.unknown.length;
      expect(explained).toBe(result.rows);
    }),
    { numRuns: 300 },
  );
});

/** The rows of a transaction and its twins, transaction by transaction. */
function blocksOf(rows: readonly ExportRow[]): ExportRow[][] {
  const nameOf = (row: ExportRow) => `${row.chargePointId} ${Math.floor(row.line / 10)}`;
  const names = [...new Set(rows.map(nameOf))];
  return names.map((name) => rows.filter((row) => nameOf(row) === name));
}

test('any two tables at all: every row is in one class', () => {
  const id = fc.option(fc.nat(3));
  const time = fc.integer({ min: 0, max: 3 }).map((n) => START_MS + n * HOUR_MS);
  const lived = fc
    .record({ chargePointId: fc.constantFrom('a', 'b'), transactionId: id, startMs: time })
    .map(({ startMs, ...row }) => ledgerRow({ ...row, startTime: iso(startMs) }));
  const row = fc
    .record({ cp: fc.constantFrom('a', 'b', 'c'), id, startMs: fc.option(time) })
    .map(({ cp, id, startMs }) => {
      const transactionId = id === null ? null : String(id);
      return { ...exportOf(ledgerRow(), 1), chargePointId: cp, transactionId, startMs };
    });
  fc.assert(
    fc.property(fc.array(lived), fc.array(row), (ledger, exported) => {
      const result = reconcile(ledger, exported, options);
      const { matched, lost, notExpected, doubled, unknown, otherRows } = result;
      expect(matched + lost.length + notExpected).toBe(ledger.length);
      expect(matched + doubled.length + unknown.length + otherRows).toBe(exported.length);
    }),
  );
});

describe('reconcile', () => {
  const first = ledgerRow();
  const second = ledgerRow({
    ...{ transactionId: 702, startTime: '2026-01-02T05:00:00Z', stopTime: '2026-01-02T06:00:00Z' },
  });
  const both = [first, second];

  test('knows a transaction by its start when the export has no ids, or others', () => {
    for (const transactionId of [null, 'b9f2']) {
      const rows = both.map((row, i) => ({ ...exportOf(row, i), transactionId }));
      const result = reconcile(both, transactionId === null ? rows : [rows[0]], options);
      expect(result.lost).toEqual(transactionId === null ? [] : [second]);
      expect(result.unknown).toEqual([]);
    }
  });

  test('knows it by its id when the export has no starts, or the time it came', () => {
    for (const late of [null, 5000]) {
      const rows = both.map((row, i) => {
        const { startMs, ...rest } = exportOf(row, i);
        return { ...rest, startMs: late === null ? null : startMs! + late };
      });
      expect(agrees(reconcile(both, rows, options))).toBe(true);
    }
  });

  test('transactions of two connectors may start in the same second', () => {
    const other = ledgerRow({ transactionId: 702, connectorId: 2 });
    const rows = [first, other].map((row, i) => ({ ...exportOf(row, i), transactionId: null }));
    expect(agrees(reconcile([first, other], rows, options))).toBe(true);
    const { lost, doubled } = reconcile([first, other], [rows[0], rows[0]], options);
    expect([lost, doubled.length]).toEqual([[other], 1]);
  });

  test('a central system that gives all the same id: starts tell them apart', () => {
    const ledger = both.map((row) => ({ ...row, transactionId: 0 }));
    const rows = ledger.map(exportOf);
    expect(agrees(reconcile(ledger, rows, options))).toBe(true);
    const result = reconcile(ledger, [rows[0], { ...rows[0], line: 9 }], options);
    expect(result.lost).toEqual([ledger[1]]);
    expect(result.doubled.map(({ found }) => found.line)).toEqual([9]);
  });

  test('starts in another order than the charger lived them', () => {
    const [a, b] = both.map(exportOf);
    const swapped = [
      { ...a, startMs: b.startMs, stopMs: null },
      { ...b, startMs: a.startMs },
    ];
    const { reordered } = reconcile(both, swapped, options);
    expect(reordered).toEqual([{ ledger: second, found: swapped[1] }]);
  });

  test('what the export has no column for is not held against it', () => {
    const bare = { ...exportOf(first, 1), stopMs: null, meterStopWh: null, energyWh: null };
    const has = { stop: false, energy: false };
    expect(agrees(reconcile([first], [bare], { toleranceWh: 0, has }))).toBe(true);
    expect(agrees(reconcile([first], [bare], options))).toBe(false);
  });

  test('what the charger could not deliver is not expected', () => {
    const unstopped = ledgerRow({ stopState: 'pending', outcome: 'incomplete' });
    const open = { ...exportOf(first, 1), stopMs: null, meterStopWh: null, energyWh: null };
    expect(agrees(reconcile([unstopped], [open], options))).toBe(true);
    const unstarted = ledgerRow({ startState: 'overflowed', transactionId: null });
    expect(reconcile([unstarted], [], options)).toMatchObject({ lost: [], notExpected: 1 });
  });
});
