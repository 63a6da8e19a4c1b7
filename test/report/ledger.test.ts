import { describe, expect, test } from 'vitest';
import { CommandIndexOf, OTHER_COMMAND } from '../../src/ocpp/commands.ts';
import { commandsSection, ledgerSection } from '../../src/report/ledger.ts';
import { PLAIN_LOOK } from '../../src/report/look.ts';
import { buildSummary } from '../../src/report/summary.ts';
import { effectHistogram, type RunCounter } from '../../src/snapshot/layout.ts';
import { type Filler, filler, fixtureResult, okResult, troubledResult } from './fixtures.ts';

const ledgerOf = (counts: Partial<Record<RunCounter, number>>) => {
  const fill = filler();
  for (const [name, n] of Object.entries(counts)) fill.count(name as RunCounter, n);
  return ledgerSection(buildSummary(fixtureResult([fill])), PLAIN_LOOK);
};
const commandsOf = (fill: Filler) =>
  commandsSection(buildSummary(fixtureResult([fill])), PLAIN_LOOK);

describe('ledgerSection', () => {
  test('is not there without transactions', () => expect(ledgerOf({})).toEqual([]));

  test('is two lines when all went well', () => {
    const hang = ' '.repeat(14);
    expect(ledgerSection(buildSummary(okResult()), PLAIN_LOOK)).toEqual([
      '  LEDGER      transactions 1 482: 1 482 complete, 0 incomplete, 0 refused',
      `${hang}messages 5 928: 5 928 acknowledged, 0 discarded, 0 pending = sums agree, sent x1.00`,
    ]);
  });

  test('tells retries, what was lost, and what it cost', () => {
    const text = ledgerSection(buildSummary(troubledResult()), PLAIN_LOOK).join(' ');
    expect(text.replace(/\s+/g, ' ')).toBe(
      ' LEDGER transactions 1 204: 1 180 complete, 21 incomplete, 3 refused messages 5 003: ' +
        '4 940 acknowledged (130 after retries), 30 discarded, 19 overflowed, ' +
        '14 pending = sums agree, sent x1.04',
    );
  });

  test('does not say that sums agree when they do not', () => {
    const text = ledgerOf({ ledgerMessages: 5, ledgerAcknowledged: 4, transactionsBegun: 1 });
    expect(text.join()).not.toContain('agree');
  });
});

describe('commandsSection', () => {
  test('is not there without commands', () => expect(commandsOf(filler())).toEqual([]));

  test('has no column and no total that says nothing', () => {
    const fill = filler();
    fill.commands(CommandIndexOf.GetConfiguration, { received: 4, answered: 4 });
    expect(commandsOf(fill)).toEqual([
      '  COMMANDS            received  answered  refused  error',
      '    GetConfiguration         4         4        0      0',
    ]);
  });

  test('has effects beside the commands that have one', () => {
    const fill = filler();
    fill.commands(CommandIndexOf.Reset, { received: 4, answered: 3, dropped: 1 });
    fill.commands(OTHER_COMMAND, { received: 2, errored: 2 });
    fill.record(effectHistogram('Reset'), 3, 5000);
    const [head, ...rows] = commandsOf(fill);
    expect(head).toMatch(/^ {2}COMMANDS .* dropped {2}effect ms: p50 +p95 +p99 +max$/);
    expect(rows[0]).toMatch(/^ {4}Reset +4 +3 +0 +0 +1( +\d+\.\d){4}$/);
    expect(rows[1]).toMatch(/^ {4}other +2 +0 +0 +2 +0( +-){4}$/);
    expect(rows[2]).toMatch(/^ {4}total +6 +3 +0 +2 +1( +-){4}$/);
  });

  test('has effects below where they do not fit beside', () => {
    const lines = commandsSection(buildSummary(troubledResult()), { width: 80, color: false });
    const start = lines.findIndex((line) => line.startsWith('  EFFECTS ms'));
    const names = lines.slice(start + 1).map((line) => line.trim().split(/ +/)[0]);
    expect(names).toEqual(['RemoteStartTransaction', 'SetChargingProfile']);
  });
});
