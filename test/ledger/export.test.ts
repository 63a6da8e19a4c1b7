import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCsv } from '../../src/base/csv.ts';
import {
  EXPORT_FIELDS,
  type ExportColumns,
  parseTime,
  readExport,
} from '../../src/ledger/export.ts';

/** Reads a table whose columns have the usual names. */
function read(text: string, whPerUnit = 1, zone = 'Z') {
  const [header, ...rows] = readCsv(text, 'x.csv');
  const columns = Object.fromEntries(
    EXPORT_FIELDS.map((field) => [field, header.cells.indexOf(field)]),
  ) as ExportColumns;
  return readExport(rows, header.cells.length, { file: 'x.csv', columns, whPerUnit, zone });
}

const HEAD =
  'transactionId,chargePointId,connectorId,idTag,' +
  'startTime,meterStart,stopTime,meterStop,energyWh\n';

describe('readExport', () => {
  test('reads what a central system keeps', () => {
    expect(
      read(`${HEAD}701,c1,1,tag,2026-01-02T03:00:00Z,5,2026-01-02 04:00:00,7405,7400`),
    ).toEqual([
      {
        ...{ line: 2, transactionId: '701', chargePointId: 'c1', connectorId: 1 },
        ...{ startMs: Date.UTC(2026, 0, 2, 3), stopMs: Date.UTC(2026, 0, 2, 4) },
        ...{ meterStopWh: 7405, energyWh: 7400 },
      },
    ]);
  });

  test('an open transaction, in the ways that databases write nothing', () => {
    for (const nothing of ['', 'NULL', 'null', '\\N', '  ']) {
      const row = [...['', 'c1', '', '', ''], nothing, nothing, nothing, nothing].join();
      expect(read(HEAD + row)).toEqual([
        {
          ...{ line: 2, transactionId: null, chargePointId: 'c1', connectorId: null },
          ...{ startMs: null, stopMs: null, meterStopWh: null, energyWh: null },
        },
      ]);
    }
  });

  test('energy is what the registers say when it has no column or no value', () => {
    expect(read(`${HEAD}1,c1,1,,,100,,350,`)[0].energyWh).toBe(250);
    expect(read(`${HEAD}1,c1,1,,,100,,,`)[0].energyWh).toBe(null);
    expect(read('chargePointId,meterStart,meterStop\nc1,1.5,4', 1000)[0].energyWh).toBe(2500);
    expect(read('chargePointId;energyWh\nc1;7,4', 1000)[0].energyWh).toBe(7400);
  });

  test.each([
    [`${HEAD}1,c1,1\n`, 'x.csv:2: 3 cells, the first line names 9 columns'],
    [`${HEAD}\n1,,1,,,,,,`, 'x.csv:3: no charge point'],
    [`${HEAD}1,c1,one,,,,,,`, "x.csv:2: connectorId cannot be 'one'"],
    [`${HEAD}1,c1,1,,yesterday,,,,`, "x.csv:2: startTime cannot be 'yesterday'"],
    [`${HEAD}1,c1,1,,,,,,7.4kWh`, "x.csv:2: energyWh cannot be '7.4kWh'"],
    [`${HEAD}1,c1,1,,,,,,"1,000.5"`, "x.csv:2: energyWh cannot be '1,000.5'"],
  ])('%j is refused', (text, message) => expect(() => read(text)).toThrow(message));
});

describe('parseTime', () => {
  const ms = Date.UTC(2026, 0, 2, 3, 4, 5);
  test.each([
    ['2026-01-02T03:04:05Z', ms],
    ['2026-01-02t03:04:05z', ms],
    ['2026-01-02 03:04:05', ms],
    ['2026-01-02 03:04:05 UTC', ms],
    ['2026-01-02 11:04:05+08', ms],
    ['2026-01-02T11:04:05+0800', ms],
    ['2026-01-02T01:34:05-01:30', ms],
    ['2026-01-02 03:04:05.678901+00', ms + 678],
    ['2026-01-02T03:04:05,5Z', ms + 500],
  ])('%s', (text, expected) => expect(parseTime(text)).toBe(expected));

  test.each(['', '2026-01-02', '03:04:05', '2026-13-02T03:04:05Z', '1767322800', 'x'])(
    '%j is none',
    (text) => expect(parseTime(text)).toBeNaN(),
  );

  test('without a zone it is that of the table', () => {
    expect(parseTime('2026-01-02T11:04:05', '+08:00')).toBe(ms);
    expect(parseTime('2026-01-02T03:04:05Z', '+08:00')).toBe(ms);
    const [row] = read('chargePointId,startTime\nc1,2026-01-02T11:04:05', 1, '+08:00');
    expect(row.startMs).toBe(ms);
  });

  test('whatever Date prints', () => {
    const day = fc.date({ min: new Date(0), max: new Date('2999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(day, (date) => {
        expect(parseTime(date.toISOString())).toBe(date.getTime());
      }),
    );
  });
});
