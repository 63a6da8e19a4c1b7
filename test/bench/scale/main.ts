/**
 * `npm run bench:scale -- [NAME ...]`: what one machine carries, with the program as its users
 * have it. Each takes minutes and the whole machine; loopback must be 127.0.0.0/8, as on Linux.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chosen } from '../names.ts';
import { formatTable, makeRow, type Row, type RowSpec } from '../rows.ts';
import { runAgents } from './agents.ts';
import { runScale, type ScaleRun } from './run.ts';

const scenario = (name: string) =>
  fileURLToPath(new URL(`../../../scenarios/${name}`, import.meta.url));
const heartbeats = fileURLToPath(new URL('./heartbeats.ts', import.meta.url));

const PAIRS = 3;
const PROCESSES = 6;

const row = (name: string, unit: string, limit: number, ours: number): Row =>
  makeRow({ name, unit, limit, comparison: 'absolute', baselineName: '' }, [ours]);

function rowsOf(name: string, run: ScaleRun, limits: { bootedS: number; bytes: number }): Row[] {
  const { summary, looks, report } = run;
  process.stdout.write(report);
  const { planned, peakConnected } = summary.chargers;
  const steadyFromS = looks.length > 0 ? looks[looks.length - 1].atS - summary.run.drainS - 60 : 0;
  const steady = looks.filter(({ atS, pssBytes }) => atS > steadyFromS && pssBytes > 0);
  const pssBytes = Math.max(0, ...steady.map((look) => look.pssBytes));
  const fates = summary.sums.agree ? 0 : 1;
  return [
    row(`${name}: all booted, s`, 's', limits.bootedS, summary.ramp.booted.p100S ?? Infinity),
    row(`${name}: not booted`, 'chargers', 0, planned - summary.chargers.booted),
    row(`${name}: sums that disagree`, '', 0, fates),
    row(`${name}: PSS a charger`, 'bytes', limits.bytes, pssBytes / peakConnected),
    row(`${name}: CPU a CALL`, 'us', Infinity, summary.generator.cpuUsPerCall ?? Number.NaN),
    row(`${name}: not VALID`, '', 0, summary.verdict.trust === 'VALID' ? 0 : 1),
  ];
}

async function perCall(): Promise<Row[]> {
  const cpuUs = async (chargers: number) => {
    const env = { HEARTBEAT_CHARGERS: String(chargers) };
    const { summary } = await runScale([heartbeats, '--processes', String(PROCESSES)], env);
    return summary.generator.cpuUsPerCall ?? Number.NaN;
  };
  const many: number[] = [];
  const few: number[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    many.push(await cpuUs(100_000));
    few.push(await cpuUs(1_000));
  }
  const spec: RowSpec = {
    name: 'CPU a CALL at 20 000 CALLs/s: 100 000 chargers against 1 000',
    unit: 'us',
    comparison: 'ratio',
    limit: 1.5,
    baselineName: '1 000 chargers',
  };
  return [makeRow(spec, many, few)];
}

async function idle(): Promise<Row[]> {
  const env = { HEARTBEAT_CHARGERS: String(PROCESSES), HEARTBEATS_PER_S: '0' };
  const { looks } = await runScale([heartbeats, '--processes', String(PROCESSES)], env);
  const [from, to] = [looks[Math.floor(looks.length / 2)], looks[looks.length - 2]];
  const share = (to.cpuS - from.cpuS) / (to.atS - from.atS) / (to.processes - 1);
  return [
    row('idle process of a run, share of a core', '%', Infinity, 100 * share),
    row('the same, PSS', 'MB', Infinity, to.pssBytes / to.processes / 1e6),
  ];
}

async function agents(): Promise<Row[]> {
  const { summary, looks, report } = await runAgents(scenario('100000-chargers.ts'));
  process.stdout.write(report);
  // Without the loading of the program.
  const [from, to] = [looks[2], looks[looks.length - 1]];
  const all = summary.agents ?? [];
  const starts = all.map(({ startSkewMs }) => startSkewMs ?? Number.NaN);
  const missing = all.reduce((sum, { missingS, lateS }) => sum + missingS + lateS, 0);
  const fates = summary.sums.agree ? 0 : 1;
  return [
    row(
      'six agents: CPU of the coordinator',
      '%',
      5,
      (100 * (to.cpuS - from.cpuS)) / (to.atS - from.atS),
    ),
    row('six agents: start skew', 'ms', 50, Math.max(...starts) - Math.min(...starts)),
    row('six agents: seconds missing or late', 's', 0, missing),
    row('six agents: sums that disagree', '', 0, fates),
    row('six agents: not booted', 'chargers', 0, 100_000 - summary.chargers.booted),
  ];
}

const BENCHES: Readonly<Record<string, () => Promise<Row[]>>> = {
  idle,
  'per-call': perCall,
  agents,
  '100000': async () =>
    rowsOf('100 000', await runScale([scenario('100000-chargers.ts')]), {
      bootedS: 20,
      bytes: 9_000,
    }),
  '1000000': async () =>
    rowsOf('1 000 000', await runScale([scenario('1000000-chargers.ts')]), {
      bootedS: 240,
      bytes: 9_000,
    }),
};

const rows: Row[] = [];
for (const [name, bench] of chosen(BENCHES, process.argv.slice(2))) {
  process.stderr.write(`bench:scale: ${name}\n`);
  rows.push(...(await bench()));
  writeFileSync('bench-scale.json', `${JSON.stringify(rows, null, 2)}\n`);
}
process.stdout.write(`${formatTable(rows)}\n`);
