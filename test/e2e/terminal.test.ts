/** The view of a run on a pseudo terminal of the system, played on an emulated one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { describeWith } from '../support/programs.ts';
import { terminal } from '../support/terminal.ts';
import { scenarioFile, until } from './support.ts';

const CLI = fileURLToPath(new URL('cli.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LIMIT_MS = 60_000;

const SCENARIO = (duration: string) => `
import { allAtOnce, defineScenario, life, tonly48A } from 'ocpp-load';
export default defineScenario({
  target: 'embedded', duration: '${duration}',
  fleets: [{
    name: 'a', chargers: 3, model: tonly48A(), connect: allAtOnce(), meterInterval: '200ms',
    life: life().boot().forever((l) =>
      l.idle('50ms').plugIn().session({ duration: '30s', power: '7kW' }).unplug()),
  }],
});
`;

interface Watched {
  readonly child: ChildProcess;
  /** What the terminal had shown after each thing that was read. */
  readonly frames: string[];
  readonly shown: () => string;
  readonly emulated: ReturnType<typeof terminal>;
  readonly code: Promise<number | null>;
}

/** `script` gives the program a terminal and passes on what it writes there. */
function watch(columns: number, rows: number, duration: string): Watched {
  const run = `${process.execPath} ${CLI} run ${scenarioFile(SCENARIO(duration))}`;
  const command = `stty cols ${columns} rows ${rows}; exec ${run}`;
  const env = { ...process.env, TERM: 'xterm', NO_COLOR: '' };
  const child = spawn('script', ['-qefc', command, '/dev/null'], { cwd: ROOT, env });
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  const emulated = terminal(columns, rows);
  const frames: string[] = [];
  const shown = () => emulated.everything().join('\n');
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    emulated.write(text);
    frames.push(shown());
  });
  const code = new Promise<number | null>((resolve) => {
    child.once('close', (exitCode) => {
      clearTimeout(limit);
      resolve(exitCode);
    });
  });
  return { child, frames, shown, emulated, code };
}

function expectGone({ shown, emulated }: Watched) {
  expect(shown()).not.toContain('service p99');
  expect(shown()).not.toContain('so far');
  expect(emulated.cursor()).toMatchObject({ column: 0, visible: true });
}

describeWith(['script', 'stty'], 'on a terminal', () => {
  test.each([80, 120])('of %i columns: the view, then only the report', async (columns) => {
    const watched = watch(columns, 100, '2200ms');
    expect([0, 120]).toContain(await watched.code);
    const views = watched.frames.filter((frame) => frame.includes('service p99'));
    expect(views.length).toBeGreaterThan(4);
    for (const view of views) expect(view.split('service p99')).toHaveLength(2);
    // In the drain they leave, and the last view may be of that.
    const steady = views.findLast((view) => /^ {2}steady/m.test(view));
    expect(steady).toMatch(/connected +█+ +3 \/ 3/);
    expect(views.at(-1)).toMatch(/ {4}BootNotification +[\d.]+ +[\d.]+/);
    expectGone(watched);
    expect(watched.shown()).toMatch(/(VALID|DEGRADED) run/);
  });

  test('Ctrl-C twice: what it answered is left, and nothing else', async () => {
    const watched = watch(80, 40, '60s');
    const { child, shown } = watched;
    await until(() => shown().includes('MeterValues'), 'the view with a table');
    child.stdin?.write('\u0003');
    await until(() => shown().includes('stopping:'), 'the answer to Ctrl-C');
    child.stdin?.write('\u0003');
    expect([105, 130]).toContain(await watched.code);
    expectGone(watched);
    expect(shown()).toContain('  stopping: chargers finish what they do');
  });
});
