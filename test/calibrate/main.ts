/**
 * `npm run calibrate -- [--quick] [--strict] [--write] [--json FILE] [--capacity N] [CASE ...]`:
 * measures the instrument; see docs/calibration.md, whose tables `--write` replaces.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findCapacity, measureProbe, type Probe } from './capacity.ts';
import { captureProblem } from './capture.ts';
import { type Case, casesWith, FULL, LOADS, QUICK, type Size, steadyS } from './cases.ts';
import { replaceTables } from './document.ts';
import { type Findings, findingsOf, type Setting } from './findings.ts';
import { count, findingsText, generatorText, isOver } from './table.ts';
import { runTrial } from './trial.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    strict: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    json: { type: 'string', default: 'calibrate.json' },
    capacity: { type: 'string' },
  },
});

const say = (text: string) => process.stderr.write(`${text}\n`);
const given = values.capacity === undefined ? {} : { capacity: Number(values.capacity) };
const size: Size = { ...(values.quick ? QUICK : FULL), ...given };
const cases = casesWith(size.stall);
const names = positionals.length > 0 ? positionals : Object.keys(cases);
const unknown = names.filter((name) => !(name in cases));
if (unknown.length > 0) {
  say(`no case ${unknown.join(', ')}; there is ${Object.keys(cases).join(', ')}`);
  process.exit(1);
}

if (size.capacity !== null && !(size.capacity >= 100)) {
  say(`--capacity is '${values.capacity}': it is CALLs/s, 100 at least`);
  process.exit(1);
}

const problem = await captureProblem();
if (problem !== null) {
  say(`no packet capture, so nothing is compared with the wire: ${problem}`);
  if (process.env.CI === 'true') process.exit(1);
}
const hasCapture = problem === null;
const { callsPerS: capacity, probes } = await capacityOf(size);
say(`capacity of the generator: ${capacity} CALLs/s`);

const findings: Findings[] = [];
for (const name of names) {
  for (const load of LOADS) {
    const setting = { case: cases[name], load, callsPerS: Math.round(capacity * load.share) };
    say(`${name}, ${load.name} of the capacity: ${setting.callsPerS} CALLs/s`);
    const found = await measure(setting);
    say(`  ${generatorText(found.generator)}`);
    for (const each of found.problems) say(`  does not add up: ${each}`);
    findings.push(found);
  }
}

const machine = {
  ...{ node: process.version, linux: release().split('-')[0] },
  ...{ cpus: cpus().length, cpu: cpus()[0]?.model.trim() ?? '' },
};
const date = new Date().toISOString().slice(0, 10);
const text = [
  findingsText(findings),
  '',
  ...findings.flatMap(({ rows: [{ case: name, load }], problems }) =>
    problems.map((each) => `${name}, ${load}: ${each}`),
  ),
  `Milliseconds. Capacity of the generator: ${count(capacity)} CALLs/s.`,
  ...LOADS.map(({ name, share, target }) => {
    const rate = `${count(capacity * share)} CALLs/s`;
    return `${name} of it: ${rate}, against the ${target} central system.`;
  }),
  `Node ${machine.node}, Linux ${machine.linux}, ${machine.cpus} x ${machine.cpu}, ${date}.`,
].join('\n');
process.stdout.write(`${text}\n`);
const report = { quick: values.quick, date, machine, capacity, probes, findings };
writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
if (values.write) {
  const file = fileURLToPath(new URL('../../docs/calibration.md', import.meta.url));
  writeFileSync(file, replaceTables(readFileSync(file, 'utf8'), text));
}
const isBad = findings.some(isOver);
if (isBad) say('not everything is within its limit');
// Worker threads of the last run may still be on their way out.
process.exit(values.strict && isBad ? 1 : 0);

async function capacityOf(size: Size): Promise<{ callsPerS: number; probes: readonly Probe[] }> {
  if (size.capacity !== null) return { callsPerS: size.capacity, probes: [] };
  const found = await findCapacity(async (callsPerS) => {
    const probe = await measureProbe(callsPerS, hasCapture);
    const late = `late sends p99 ${probe.lateP99Ms.toFixed(1)} ms`;
    say(`${callsPerS} CALLs/s: ${Math.round(probe.sentPerS)} sent, ${late}`);
    return probe;
  });
  if (found !== null) return found;
  say('not even 100 CALLs/s are sent on time: is the machine busy? --capacity N goes on without');
  process.exit(1);
}

async function measure(setting: Setting): Promise<Findings> {
  const { case: one, load, callsPerS } = setting;
  const { embedded, intervalMs }: Case = one;
  const { rampS, warmupS } = size;
  const length = { rampS, warmupS, steadyS: steadyS(one, size, callsPerS) };
  const spec = { target: load.target, embedded, callsPerS, intervalMs, ...length, hasCapture };
  return findingsOf(setting, await runTrial(spec));
}
