/**
 * Runs scenarios for the end-to-end tests: in this process through plan and fleet, or as the real
 * program. Every run must end by itself within its stages and grace period.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { expect } from 'vitest';
import { ExitCode } from '../../src/base/errors.ts';
import { tonly48A } from '../../src/chargers/tonly48a.ts';
import type { RunOptions } from '../../src/fleet/options.ts';
import type { RunResult } from '../../src/fleet/result.ts';
import { runPlan } from '../../src/fleet/run.ts';
import { compilePlan } from '../../src/plan/compile.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { headerText } from '../../src/report/header.ts';
import { PLAIN_LOOK } from '../../src/report/look.ts';
import { type Outcome, outcomeOf } from '../../src/report/outcome.ts';
import schema from '../../src/report/summary.schema.json' with { type: 'json' };
import { buildSummary, type Summary } from '../../src/report/summary.ts';
import { summaryText } from '../../src/report/text.ts';
import { ramp } from '../../src/scenario/connect.ts';
import { life } from '../../src/scenario/life.ts';
import type { Fleet, Scenario } from '../../src/scenario/types.ts';
import { validateScenario } from '../../src/scenario/validate.ts';
import { afterFile } from './cleanup.ts';

const ajv = new Ajv({ allErrors: true, strictTypes: false });
formats.default(ajv);
const validate = ajv.compile(schema);

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CLI = fileURLToPath(new URL('cli.ts', import.meta.url));

/** Beyond ramp, steady stage and grace: starting threads on a busy machine, ending them. */
const SLACK_MS = 8_000;
const CLI_LIMIT_MS = 40_000;

/** A small fleet that does a bit of everything; short enough to stop within a test. */
export function smallFleet(changes: Partial<Fleet> = {}): Fleet {
  return {
    name: 'small',
    chargers: 10,
    model: tonly48A(),
    connect: ramp({ over: '100ms' }),
    heartbeat: '200ms',
    meterInterval: '100ms',
    reconnect: { reconnect: 'fullJitter', base: '50ms', max: '200ms' },
    life: wholeLife(),
    ...changes,
  };
}

/** Boot, statuses, a session with its record, a fault now and then. */
export const wholeLife = () =>
  life()
    .boot()
    .forever((l) =>
      l
        .idle('50ms')
        .plugIn()
        .session({ duration: '250ms', power: '11kW' })
        .unplug()
        .churn({ faults: 0.3, duration: '50ms' }),
    );

export function smallScenario(changes: Partial<Scenario> = {}, fleet: Partial<Fleet> = {}) {
  return {
    target: 'embedded',
    duration: '1200ms',
    gracePeriod: '15s',
    seed: 1,
    fleets: [smallFleet(fleet)],
    ...changes,
  } satisfies Scenario;
}

export interface Run {
  readonly plan: Plan;
  readonly result: RunResult;
  readonly summary: Summary;
  readonly outcome: Outcome;
  /** What the command line would print, header and report. */
  readonly text: string;
}

type RunOption = 'workers' | 'stop' | 'onProgress' | 'machine';

export interface RunChanges extends Partial<Pick<RunOptions, RunOption>> {
  readonly seed?: number;
  /** Called right before the first connect, with the address of the target. */
  readonly onStart?: (targetUrl: string) => void;
}

/** Runs a scenario in this process and checks what must hold for every run. */
export async function runScenario(scenario: Scenario, changes: RunChanges = {}): Promise<Run> {
  const seed = changes.seed ?? scenario.seed ?? 1;
  const checked = validateScenario(scenario, 'test.ts');
  const plan = compilePlan(checked, { name: 'test.ts', file: null, seed });
  let header = '';
  const startedMs = performance.now();
  const result = await runPlan(plan, {
    workers: changes.workers ?? 1,
    stop: changes.stop ?? new AbortController().signal,
    kill: new AbortController().signal,
    ...(changes.machine && { machine: changes.machine }),
    onProgress: changes.onProgress ?? (() => {}),
    onEvent() {},
    onStart(info) {
      header = headerText(plan, info, PLAIN_LOOK);
      changes.onStart?.(info.targetUrl);
    },
  });
  expect(performance.now() - startedMs).toBeLessThan(longestMs(plan));
  const summary = buildSummary(result);
  const outcome = outcomeOf(result, summary);
  const text = header + summaryText(result, summary, outcome, { look: PLAIN_LOOK });
  expectSane(summary, text);
  return { plan, result, summary, outcome, text };
}

/** Every CALL that a charger sends of itself. */
export const OWN_CALLS = [
  'Authorize',
  'BootNotification',
  'DataTransfer',
  'Heartbeat',
  'MeterValues',
  'StartTransaction',
  'StatusNotification',
  'StopTransaction',
];

/**
 * Runs until `watch` has seen what it waits for, and stops then: for what takes its time on a busy
 * machine. Nothing else may have ended the run.
 */
export async function runUntil<T>(
  scenario: Scenario,
  watch: () => Promise<T>,
  changes: Pick<RunChanges, 'onProgress'> = {},
) {
  const end = new AbortController();
  const running = runScenario(scenario, { ...changes, stop: end.signal });
  const [run, seen] = await Promise.all([running, watch().finally(() => end.abort())]);
  expect(run.outcome.exitCode).toBe(ExitCode.interrupted);
  const others = run.outcome.causes.filter((cause) => !/^INVALID run/.test(cause));
  expect(others).toEqual([expect.stringMatching(/^cut short/)]);
  return { run, seen };
}

function longestMs({ stages }: Plan): number {
  const { rampNs, warmupNs, steadyNs, graceNs } = stages;
  return (rampNs + warmupNs + steadyNs + graceNs) / 1e6 + SLACK_MS;
}

/** What holds for every run that was not cut short, whatever its target did. */
export function expectSane(summary: Summary, text: string): void {
  validate(JSON.parse(JSON.stringify(summary)));
  expect(validate.errors).toBe(null);
  expect(summary.sums).toEqual({ agree: true, broken: [] });
  const { sent, answered, callError, timedOut, lost, inFlight, unknown } = summary.calls;
  expect(answered + callError + timedOut + lost + inFlight + unknown).toBe(sent);
  expectClean(text);
  for (const event of summary.events) expectClean(event.text);
  if (summary.ending === 'completed') expect(text).not.toMatch(STACK_LINE);
}

const STACK_LINE = /^\s+at .*:\d+:\d+/m;

/** Neither control characters nor passwords: `secret` is part of every password of these tests. */
export function expectClean(text: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  expect(text).not.toContain('secret');
}

/** The target counted exactly what the chargers did: no fault, so no excuse. */
export function expectEqualCounters(summary: Summary): void {
  const { embedded, actions } = summary;
  const sent = Object.entries(actions).map(([name, counts]) => [name, counts.sent]);
  const received = Object.entries(embedded?.received ?? {}).filter(([, n]) => n > 0);
  expect(Object.fromEntries(received)).toEqual(Object.fromEntries(sent));
  expect(embedded).toMatchObject({ answered: summary.calls.answered, errored: 0, invalid: 0 });
  expect(embedded?.connectionsAccepted).toBe(summary.connects.upgraded);
  expect(summary.calls).toMatchObject({ callError: 0, timedOut: 0, lost: 0, inFlight: 0 });
}

/** A folder that is gone after the file's tests. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ocpp-load-e2e-'));
  afterFile(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a scenario file into a folder of its own and gives its path. */
export function scenarioFile(source: string, name = 'test.ts'): string {
  const file = join(scratch(), name);
  writeFileSync(file, source);
  return file;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Soft and hard limit of open files. */
  readonly descriptors?: number;
  /** Killed after so long. */
  readonly limitMs?: number;
  /** Put before the command: where or how it is to run. It must give way to it. */
  readonly prefix?: readonly string[];
  /** In a process group of its own, as a shell starts it. */
  readonly detached?: boolean;
}

export interface CliRun {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Of `--summary-export`; null when none was written. */
  readonly summary: Summary | null;
}

export interface RunningCli {
  readonly child: ChildProcess;
  readonly finished: Promise<CliRun>;
  /** Resolves when stdout and stderr together match. */
  shown(pattern: RegExp): Promise<void>;
}

/** The real program, with `--summary-export` for `run`; killed when it takes far too long. */
export function startCli(args: readonly string[], options: CliOptions = {}): RunningCli {
  const file = join(scratch(), 'summary.json');
  const exported = args[0] === 'run' ? ['--summary-export', file] : [];
  const child = spawnNode([CLI, ...args, ...exported], options);
  const limit = setTimeout(() => child.kill('SIGKILL'), options.limitMs ?? CLI_LIMIT_MS);
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      written[name] += text;
    });
  }
  const finished = new Promise<CliRun>((resolve) => {
    child.once('close', (code, signal) => {
      clearTimeout(limit);
      const summary = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
      resolve({ code, signal, ...written, summary });
    });
  });
  const shown = async (pattern: RegExp) => {
    const seen = () => pattern.test(written.stdout + written.stderr);
    await until(() => seen() || child.exitCode !== null, `the program to show ${pattern}`);
    expect(written.stdout + written.stderr).toMatch(pattern);
  };
  return { child, finished, shown };
}

export const runCli = (args: readonly string[], options?: CliOptions): Promise<CliRun> =>
  startCli(args, options).finished;

function spawnNode(args: readonly string[], options: CliOptions): ChildProcess {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(OCPP_LOAD_|GITHUB_|CSMS_URL$|VITEST|NODE_OPTIONS$|NODE_ENV$)/.test(name),
  );
  const env = { ...Object.fromEntries(inherited), ...options.env };
  const { cwd = ROOT, detached = false } = options;
  const common = { cwd, env, detached };
  const { execPath } = process;
  if (options.descriptors === undefined) {
    const [program, ...rest] = [...(options.prefix ?? []), execPath, ...args];
    return spawn(program, rest, { ...common, stdio: 'pipe' });
  }
  // The shell gives way to node, so that the child's process id is node's.
  const limited = `ulimit -n ${options.descriptors} && exec "$0" "$@"`;
  return spawn('sh', ['-c', limited, execPath, ...args], { ...common, stdio: 'pipe' });
}

const UNTIL_MS = 20_000;

/** Waits until `done` says so; fails after a long while. */
export async function until(done: () => boolean, what: string): Promise<void> {
  const endMs = performance.now() + UNTIL_MS;
  while (!done()) {
    if (performance.now() > endMs) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
