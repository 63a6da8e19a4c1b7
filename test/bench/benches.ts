/** The benches: what is alternated with what, and the limits that the project has set itself. */
import { nsPerFrame, stringifyMeterFrame } from './meter-frame.ts';
import type { Ours } from './ours.ts';
import { runClient, withLightTarget } from './processes.ts';
import { makeRow, type Row } from './rows.ts';
import type { Measured, Workload, WorkloadKind } from './workload.ts';

/** How much of each is done. */
export interface Size {
  readonly pairs: number;
  readonly closedChargers: number;
  readonly pacedChargers: number;
  readonly idleChargers: number;
  readonly stormChargers: number;
  readonly warmupS: number;
  readonly windowS: number;
  readonly garbageCalls: number;
  readonly frames: number;
  readonly recordPairs: number;
  /** Onlookers run once a second: it takes a while until their code is compiled. */
  readonly recordWarmupS: number;
  readonly recordWindowS: number;
}

export const FULL: Size = {
  pairs: 5,
  closedChargers: 1_000,
  pacedChargers: 5_000,
  idleChargers: 14_000,
  stormChargers: 5_000,
  warmupS: 2,
  windowS: 5,
  garbageCalls: 1_000_000,
  frames: 200_000,
  recordPairs: 15,
  recordWarmupS: 15,
  recordWindowS: 15,
};

export const QUICK: Size = {
  pairs: 1,
  closedChargers: 20,
  pacedChargers: 50,
  idleChargers: 50,
  stormChargers: 50,
  warmupS: 0.1,
  windowS: 0.2,
  garbageCalls: 1_000,
  frames: 2_000,
  recordPairs: 1,
  recordWarmupS: 0.1,
  recordWindowS: 0.2,
};

export type Bench = (size: Size, ours: Ours | null) => Promise<Row[]>;

/** A program under measurement, against a fresh target; null when it does not exist yet. */
type Run = ((workload: Workload) => Promise<Measured>) | null;
const bare: Run = (workload) => runClient('./bare-loop.ts', workload);
const ws: Run = (workload) => runClient('./ws-client.ts', workload);
const run = (ours: Ours | null): Run => ours && ((workload) => ours.run(workload));

/** Plays the workload with each program in turn, `size.pairs` times over: A B A B. */
async function alternate(
  size: Size,
  workload: Pick<Workload, 'kind' | 'chargers'> & Partial<Workload>,
  programs: readonly Run[],
): Promise<Measured[][]> {
  const { warmupS, windowS } = size;
  // A window without a call has no cost a call.
  const windowCalls = ['closed', 'paced', 'watched', 'commands'].includes(workload.kind) ? 1 : 0;
  const all = {
    target: 'light',
    inThread: false,
    warmupS,
    windowS,
    windowCalls,
    ...workload,
  } as const;
  const results: Measured[][] = programs.map(() => []);
  for (let pair = 0; pair < size.pairs; pair++) {
    for (const [i, program] of programs.entries()) {
      if (!program) continue;
      const mode = workload.kind === 'commands' ? 'commands' : '';
      results[i].push(await withLightTarget(({ port }) => program({ ...all, port }), mode));
    }
  }
  return results;
}

const cpuUsPerCall = (measured: Measured) => measured.cpuUs / measured.calls;

async function closed(size: Size, ours: Ours | null): Promise<Row[]> {
  const workload = { kind: 'closed' as WorkloadKind, chargers: size.closedChargers };
  const results = await alternate(size, workload, [bare, run(ours), ws]);
  const [bareUs, oursUs, wsUs] = results.map((r) => r.map(cpuUsPerCall));
  const name = 'closed-loop Heartbeat';
  const spec = { name, unit: 'us CPU/call', comparison: 'ratio' } as const;
  return [
    makeRow({ ...spec, baselineName: 'bare loop', limit: 1.2 }, oursUs, bareUs),
    makeRow({ ...spec, baselineName: 'ws + JSON', limit: 0.5 }, oursUs, wsUs),
  ];
}

async function paced(size: Size, ours: Ours | null): Promise<Row[]> {
  const workload = { kind: 'paced' as WorkloadKind, chargers: size.pacedChargers };
  const [bareRuns, oursRuns] = await alternate(size, workload, [bare, run(ours)]);
  const name = 'paced Heartbeat, 1/s';
  const lateness = oursRuns.map((r) => r.latenessP99Ms ?? Number.POSITIVE_INFINITY);
  return [
    makeRow(
      { name, unit: 'us CPU/call', comparison: 'ratio', baselineName: 'bare loop', limit: 1.25 },
      oursRuns.map(cpuUsPerCall),
      bareRuns.map(cpuUsPerCall),
    ),
    makeRow(
      { name, unit: 'ms lateness p99', comparison: 'absolute', baselineName: '', limit: 2 },
      lateness,
    ),
  ];
}

async function commands(size: Size, ours: Ours | null): Promise<Row[]> {
  const workload = { kind: 'commands' as WorkloadKind, chargers: size.closedChargers };
  const [runs] = await alternate(size, workload, [run(ours)]);
  const spec = { name: 'command answered', unit: 'us CPU/command' } as const;
  const row = makeRow(
    { ...spec, comparison: 'absolute', baselineName: '', limit: 30 },
    runs.map(cpuUsPerCall),
  );
  return [row];
}

async function frame(size: Size, ours: Ours | null): Promise<Row[]> {
  const oursNs: number[] = [];
  const jsonNs: number[] = [];
  for (let pair = 0; pair < size.pairs; pair++) {
    jsonNs.push(nsPerFrame(stringifyMeterFrame, size.frames));
    // Ours is far quicker: more of them, or the clock's grain shows.
    if (ours) oursNs.push(nsPerFrame((i) => ours.meterFrame(i), size.frames * 10));
  }
  const spec = { name: 'MeterValues frame', unit: 'ns CPU' } as const;
  return [
    makeRow({ ...spec, comparison: 'absolute', baselineName: '', limit: 400 }, oursNs),
    makeRow(
      { ...spec, comparison: 'ratio', baselineName: 'JSON + ws framing', limit: 1 / 20 },
      oursNs,
      jsonNs,
    ),
  ];
}

async function idle(size: Size, ours: Ours | null): Promise<Row[]> {
  const chargers = size.idleChargers;
  const workload = {
    kind: 'idle' as WorkloadKind,
    chargers,
    inThread: true,
    warmupS: 0,
    windowS: 0,
  };
  const results = await alternate(size, workload, [bare, run(ours)]);
  const [bareBytes, oursBytes] = results.map((r) => r.map((m) => m.rssBytes / chargers));
  const spec = { name: 'idle charger', unit: 'bytes resident' } as const;
  return [
    makeRow({ ...spec, comparison: 'absolute', baselineName: '', limit: 8_000 }, oursBytes),
    makeRow(
      { ...spec, comparison: 'difference', baselineName: 'bare loop', limit: 1_500 },
      oursBytes,
      bareBytes,
    ),
  ];
}

async function garbage(size: Size, ours: Ours | null): Promise<Row[]> {
  const workload = {
    kind: 'closed' as WorkloadKind,
    chargers: size.closedChargers,
    inThread: true,
    windowS: 0,
    windowCalls: size.garbageCalls,
  };
  const results = await alternate(size, workload, [bare, run(ours)]);
  const [bareBytes, oursBytes] = results.map((r) => r.map((m) => m.allocatedBytes / m.calls));
  const spec = { name: 'garbage', unit: 'bytes heap/call', comparison: 'difference' } as const;
  return [makeRow({ ...spec, baselineName: 'bare loop', limit: 64 }, oursBytes, bareBytes)];
}

async function storm(size: Size, ours: Ours | null): Promise<Row[]> {
  const chargers = size.stormChargers;
  const workload = { kind: 'storm' as WorkloadKind, chargers, warmupS: 0, windowS: 0 };
  const readyMs = (runs: readonly Measured[]) => runs.map((m) => m.readyMs);
  const [bareRuns, light] = await alternate(size, workload, [bare, run(ours)]);
  const [embedded] = await alternate(size, { ...workload, target: 'embedded' }, [run(ours)]);
  const spec = { unit: 'ms', comparison: 'absolute' } as const;
  return [
    makeRow(
      { ...spec, name: 'boot storm, light', baselineName: 'bare, no boot', limit: 1_500 },
      readyMs(light),
      readyMs(bareRuns),
    ),
    makeRow(
      { ...spec, name: 'boot storm, embedded', baselineName: '', limit: 4_000 },
      readyMs(embedded),
    ),
  ];
}

/** The same run with and without somebody who looks at it, in pairs. */
async function lookedAt(
  size: Size,
  ours: Ours | null,
  workload: Pick<Workload, 'chargers' | 'every'>,
  onlookers: NonNullable<Workload['onlookers']>,
): Promise<{ plain: Measured[]; seen: Measured[] }> {
  const looked: Run = ours && ((each) => ours.run({ ...each, onlookers }));
  const { recordPairs, recordWarmupS, recordWindowS } = size;
  const times = { pairs: recordPairs, warmupS: recordWarmupS, windowS: recordWindowS };
  const watched = { kind: 'watched' as WorkloadKind, ...workload };
  const [plain, seen] = await alternate({ ...size, ...times }, watched, [run(ours), looked]);
  return { plain, seen };
}

/** `--out`, at 20 Heartbeats a second and charger. */
async function record(size: Size, ours: Ours | null): Promise<Row[]> {
  const workload = { chargers: size.closedChargers, every: '50ms' } as const;
  const { plain, seen } = await lookedAt(size, ours, workload, 'file');
  const spec = { name: 'recorded Heartbeat, 20/s', unit: 'us CPU/call' } as const;
  const bound = { comparison: 'ratioBound', baselineName: 'not recorded', limit: 1.05 } as const;
  return [makeRow({ ...spec, ...bound }, seen.map(cpuUsPerCall), plain.map(cpuUsPerCall))];
}

/** `--out`, a scrape of `--metrics` a second and a tab of `--ui`, all at once. */
async function looked(size: Size, ours: Ours | null): Promise<Row[]> {
  const loads = [
    { name: 'looked at, 1 Heartbeat/s each', chargers: size.pacedChargers, every: '1s' },
    { name: 'looked at, 20 Heartbeats/s each', chargers: size.closedChargers, every: '50ms' },
  ] as const;
  const rows: Row[] = [];
  for (const { name, ...workload } of loads) {
    const { plain, seen } = await lookedAt(size, ours, workload, 'all');
    const spec = { name, comparison: 'ratioBound', baselineName: 'nobody looks' } as const;
    const whole = { ...spec, unit: 'us CPU/call', limit: 1.05 } as const;
    const engine = { ...spec, unit: 'us CPU/call, engine', limit: 1.02 } as const;
    rows.push(
      makeRow(whole, seen.map(cpuUsPerCall), plain.map(cpuUsPerCall)),
      makeRow(engine, seen.map(engineUsPerCall), plain.map(engineUsPerCall)),
    );
  }
  return rows;
}

/** Of all threads but the main one. */
const engineUsPerCall = ({ cpuUs, mainUs, calls }: Measured) => (cpuUs - (mainUs ?? 0)) / calls;

export const BENCHES: Readonly<Record<string, Bench>> = {
  closed,
  paced,
  commands,
  frame,
  idle,
  garbage,
  storm,
  record,
  looked,
};
