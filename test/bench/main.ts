/** `npm run bench -- [--quick] [--strict] [--json FILE] [NAME ...]`; see `benches.ts`. */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { BENCHES, FULL, QUICK } from './benches.ts';
import { chosen } from './names.ts';
import { ours } from './ours.ts';
import { formatTable, type Row } from './rows.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    strict: { type: 'boolean', default: false },
    json: { type: 'string', default: 'bench.json' },
  },
});

const rows: Row[] = [];
for (const [name, bench] of chosen(BENCHES, positionals)) {
  process.stderr.write(`bench: ${name}\n`);
  rows.push(...(await bench(values.quick ? QUICK : FULL, ours)));
}

const machine = { node: process.version, cpus: cpus().length, cpu: cpus()[0]?.model ?? '' };
process.stdout.write(`${formatTable(rows)}\n`);
process.stdout.write(`Node ${machine.node}, ${machine.cpus} x ${machine.cpu}\n`);
writeFileSync(values.json, `${JSON.stringify({ quick: values.quick, machine, rows }, null, 2)}\n`);
if (values.strict && rows.some((row) => row.verdict === 'over')) process.exitCode = 1;
