/** The sections of the summary about transactions, their messages, and commands. */
import type { LatencySummary } from '../snapshot/hdr.ts';
import type { CommandCounter } from '../snapshot/layout.ts';
import type { CommandCounts } from '../snapshot/snapshot.ts';
import { type Look, paint, table, wrap } from './look.ts';
import { formatCount } from './numbers.ts';
import type { Summary } from './summary.ts';
import { figures, join } from './tables.ts';

const HANG = ' '.repeat(14);

/** Every transaction and every message about one, with what became of it; none without any. */
export function ledgerSection({ ledger, transactions, sums }: Summary, look: Look): string[] {
  if (transactions.begun + ledger.messages === 0) return [];
  const ends = some([
    [transactions.complete, 'complete', true],
    [transactions.incomplete, 'incomplete', true],
    [transactions.refused, 'refused', true],
    [transactions.unknown, 'unknown', false],
    [transactions.openAtEnd, 'open at the end', false],
  ]);
  const [first, ...rest] = wrap(
    `transactions ${formatCount(transactions.begun)}: ${ends}`,
    look.width,
    '  LEDGER      ',
    HANG,
  );
  return [
    first.replace('LEDGER', paint(look, 'bold', 'LEDGER')),
    ...rest,
    ...wrap(messagesText(ledger, sums), look.width, HANG, `${HANG}  `),
  ];
}

function messagesText(ledger: Summary['ledger'], sums: Summary['sums']): string {
  const later = ledger.acknowledged - ledger.firstAttempt;
  const retried = later > 0 ? ` (${formatCount(later)} after retries)` : '';
  const ends = some([
    [ledger.acknowledged, `acknowledged${retried}`, true],
    [ledger.discarded, 'discarded', true],
    [ledger.overflowed, 'overflowed', false],
    [ledger.unknown, 'unknown', false],
    [ledger.pendingAtEnd, 'pending', true],
  ]);
  const agree = sums.agree ? ' = sums agree' : '';
  const sent = `sent x${ledger.amplification.toFixed(2)}`;
  return `messages ${formatCount(ledger.messages)}: ${ends}${agree}, ${sent}`;
}

/** `always` is told also when it is zero. */
function some(parts: readonly (readonly [n: number, name: string, always: boolean])[]): string {
  return parts
    .filter(([n, , always]) => always || n > 0)
    .map(([n, name]) => `${formatCount(n)} ${name}`)
    .join(', ');
}

const MAIN_COLUMNS: readonly [CommandCounter, string][] = [
  ['received', 'received'],
  ['answered', 'answered'],
  ['refused', 'refused'],
  ['errored', 'error'],
];
/** Shown where one of them is not zero. */
const EXTRA_COLUMNS: readonly [CommandCounter, string][] = [
  ['dropped', 'dropped'],
  ['unanswered', 'unanswered'],
  ['unknown', 'unknown'],
];
const EFFECT_FIGURES = ['p50', 'p95', 'p99', 'max'] as const;

/** What the central system asked for, and how long it took to have it. */
export function commandsSection({ commands, effects }: Summary, look: Look): string[] {
  const names = Object.keys(commands.perCommand);
  if (names.length === 0) return [];
  const columns = [...MAIN_COLUMNS, ...EXTRA_COLUMNS.filter(([name]) => commands[name] > 0)];
  const heads = columns.map(([, head]) => head);
  const row = (name: string, counts: CommandCounts) => [
    name,
    ...columns.map(([column]) => formatCount(counts[column])),
  ];
  const rows = names.map((name) => row(name, commands.perCommand[name]));
  if (rows.length > 1) rows.push(row('total', commands));
  const separate = join(table(['COMMANDS', ...heads], rows, look), look);
  if (Object.keys(effects).length === 0) return separate;
  const [first, ...others] = EFFECT_FIGURES;
  const beside = table(
    ['COMMANDS', ...heads, `effect ms: ${first}`, ...others],
    rows.map((cells) => [...cells, ...effectCells(effects[cells[0]])]),
    look,
  );
  if (beside.length === 1) return join(beside, look);
  const below = Object.entries(effects).map(([name, effect]) => [name, ...effectCells(effect)]);
  return [...separate, ...join(table(['EFFECTS ms', ...EFFECT_FIGURES], below, look), look)];
}

const effectCells = (effect: LatencySummary | undefined): string[] =>
  effect === undefined ? EFFECT_FIGURES.map(() => '-') : figures(effect, EFFECT_FIGURES);
