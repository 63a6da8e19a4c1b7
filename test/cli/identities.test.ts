import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvLines, identityRows, jsonLines } from '../../src/cli/identities.ts';
import type { FleetPlan, Plan, TextColumn } from '../../src/plan/plan.ts';

const list = (...texts: string[]): TextColumn => ({ kind: 'list', texts });
const counter: TextColumn = { kind: 'counter', prefix: 'CP', width: 3, suffix: '', first: 1 };

function planWith(...fleets: Partial<FleetPlan>[]): Plan {
  return { fleets } as unknown as Plan;
}

const plan = planWith(
  {
    ...{ name: 'a', firstCharger: 0, chargerCount: 2, identity: counter },
    ...{ password: { kind: 'constant', text: 'p,w"' }, idTag: list('T1', 'T2') },
  },
  {
    ...{ name: 'b', firstCharger: 2, chargerCount: 1, identity: list('X') },
    ...{ password: list(' lead'), idTag: list('T3') },
  },
);

const rows = [
  { index: 0, fleet: 'a', identity: 'CP001', password: 'p,w"', idTag: 'T1' },
  { index: 1, fleet: 'a', identity: 'CP002', password: 'p,w"', idTag: 'T2' },
  { index: 2, fleet: 'b', identity: 'X', password: ' lead', idTag: 'T3' },
];

test('rows count over all fleets', () => expect([...identityRows(plan)]).toEqual(rows));

describe('csv', () => {
  test('quotes what needs it', () => {
    expect([...csvLines(plan)]).toEqual([
      'index,fleet,identity,password,idTag\n',
      '0,a,CP001,"p,w""",T1\n',
      '1,a,CP002,"p,w""",T2\n',
      '2,b,X," lead",T3\n',
    ]);
  });
  test('is read back by an independent reader, whatever the texts', () => {
    const text = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(text, text, text, (identity, password, idTag) => {
        const one = planWith({
          ...{ name: 'f', firstCharger: 0, chargerCount: 1 },
          ...{ identity: list(identity), password: list(password), idTag: list(idTag) },
        });
        const [row] = parse([...csvLines(one)].join(''), { columns: true }) as object[];
        expect(row).toEqual({ index: '0', fleet: 'f', identity, password, idTag });
      }),
    );
  });
});

test('json is one array, a charger a line', () => {
  const text = [...jsonLines(plan)].join('');
  expect(JSON.parse(text)).toEqual(rows);
  expect(text.trim().split('\n')).toHaveLength(5);
});
