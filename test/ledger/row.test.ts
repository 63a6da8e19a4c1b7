import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import {
  LEDGER_HEADER,
  type LedgerRow,
  MESSAGE_STATES,
  parseLedger,
  printLedgerRow,
  TRANSACTION_OUTCOMES,
} from '../../src/ledger/row.ts';
import { ledgerRow } from './rows.ts';

const wh = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
);
const count = fc.nat(1e6);
const state = fc.constantFrom(...MESSAGE_STATES);
const anyRow: fc.Arbitrary<LedgerRow> = fc.record({
  chargePointId: fc.string(),
  connectorId: count,
  idTag: fc.string({ unit: 'binary' }),
  transactionId: fc.option(fc.integer()),
  outcome: fc.constantFrom(...TRANSACTION_OUTCOMES),
  startTime: fc.constantFrom('', '2026-01-02T03:04:05Z'),
  stopTime: fc.constantFrom('', '2026-01-02T03:04:05Z'),
  meterStartWh: wh,
  meterStopWh: fc.option(wh),
  energyWh: fc.option(wh),
  stopReason: fc.string(),
  startState: state,
  stopState: state,
  startAttempts: count,
  stopAttempts: count,
  meterValues: count,
  meterValuesAcknowledged: count,
  meterValuesDiscarded: count,
  meterValuesOverflowed: count,
  meterValuesPending: count,
  offline: fc.boolean(),
});

test('rows are read back as they were written', () => {
  fc.assert(
    fc.property(fc.array(anyRow), (rows) => {
      const text = LEDGER_HEADER + rows.map(printLedgerRow).join('');
      expect(parseLedger(text, 'ledger.csv')).toEqual(rows);
    }),
  );
});

test('a row in the file', () => {
  const row = ledgerRow({ transactionId: null, idTag: 'a,"b"', offline: true });
  expect(LEDGER_HEADER).toMatch(
    /^chargePointId,connectorId,idTag,transactionId,outcome,startTime,/,
  );
  expect(printLedgerRow(row)).toBe(
    '2103252121090001,1,"a,""b""",,complete,2026-01-02T03:00:00Z,2026-01-02T04:00:00Z,' +
      '0,7400,7400,Local,acknowledged,acknowledged,1,1,61,61,0,0,0,true\n',
  );
});

const line = printLedgerRow(ledgerRow());
test.each([
  ['', /ledger\.csv is no ledger of ocpp-load/],
  ['identity,password\n1,2\n', /ledger\.csv is no ledger of ocpp-load/],
  [`${LEDGER_HEADER}${line}1,2,3\n`, /ledger\.csv:3: 3 cells, a row of a ledger has 21/],
  [LEDGER_HEADER + line.replace('complete', 'done'), /:2: outcome cannot be 'done'/],
  [LEDGER_HEADER + line.replace('7400', '7,4'), /:2: 22 cells/],
  [LEDGER_HEADER + line.replace('7400', '7.4.0'), /:2: meterStopWh cannot be '7\.4\.0'/],
  [LEDGER_HEADER + line.replace('false', 'no'), /:2: offline cannot be 'no'/],
])('%j is refused', (text, message) => {
  expect(() => parseLedger(text, 'ledger.csv')).toThrow(UserError);
  expect(() => parseLedger(text, 'ledger.csv')).toThrow(message);
});
