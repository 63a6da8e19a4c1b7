/** `run --nats`: a run over many machines, offered to agents or gone on with. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ExitCode, UserError } from '../base/errors.ts';
import { freshKeyNote, signingKey } from '../bundle/keys.ts';
import { type MadeBundle, makeBundle } from '../bundle/make.ts';
import { unpackBundle } from '../bundle/pack.ts';
import { joinBundle, splitBundle } from '../bundle/pieces.ts';
import { planFromBundle } from '../bundle/plan.ts';
import { openRecordOf, signRecord } from '../bundle/sign.ts';
import { type Bus, BusError, type RunSpace } from '../bus/bus.ts';
import { listenBefore } from '../coordinator/before.ts';
import { coordinate } from '../coordinator/coordinate.ts';
import type { CoordinateOptions } from '../coordinator/desk.ts';
import type { CoordinatedResult } from '../coordinator/ends.ts';
import { NoRun, offerRun, openRun } from '../coordinator/open.ts';
import { Replaced } from '../coordinator/orders.ts';
import { type Parts, partsIn } from '../coordinator/parts.ts';
import { connectBus } from '../nats/connect.ts';
import { markOf } from '../plan/mark.ts';
import type { Plan } from '../plan/plan.ts';
import { PROTOCOL, type RunRecord } from '../share/records.ts';
import { NAME } from '../share/subjects.ts';
import type { Context } from './context.ts';
import { noteText } from './errors.ts';
import { guardLoading } from './loading.ts';
import type { Overrides } from './overrides.ts';
import { preparePartsFolder } from './parts-folder.ts';
import { plannedOverrides } from './scenario.ts';
import { packageVersion } from './version.ts';

export interface ManyRun {
  readonly plan: Plan;
  readonly runId: string;
  run(callbacks: ManyCallbacks): Promise<CoordinatedResult>;
  /** Of --parts that could not be written. */
  errors(): UserError[];
  /** @param keep for `--resume`: its log and its store stay. */
  close(keep: boolean): Promise<void>;
}

export type ManyCallbacks = Pick<
  CoordinateOptions,
  | 'onStart'
  | 'onProgress'
  | 'onEvent'
  | 'onInterval'
  | 'onControl'
  | 'onLedger'
  | 'stop'
  | 'kill'
  | 'say'
>;

const WAIT_MS = 30_000;
const LEASE_MS = 30_000;
/** Permissions name the inbox of this client. */
const CLIENT = 'coordinator';

/**
 * @param given names of variables that `-e` has set.
 * @throws UserError when this cannot be a run over many machines, or there is no bus.
 */
export async function manyRun(
  scenarioPath: string | undefined,
  overrides: Overrides,
  { given, context }: { readonly given: readonly string[]; readonly context: Context },
): Promise<ManyRun> {
  const note = (text: string) =>
    void (text && context.io.stderr.write(noteText(text, context.stderrLook)));
  checkMany(overrides);
  const { resume, runId, parts } = overrides;
  // With both: begin it, or go on with it, whatever became of the coordinator before.
  const mayBegin = scenarioPath !== undefined && resume === runId;
  if (resume !== undefined) {
    const found = await resumed(resume, overrides, { context, note }).catch((error) => {
      if (error instanceof NoRun && mayBegin) return null;
      throw error;
    });
    if (found !== null) return found;
  }
  if (parts !== undefined) preparePartsFolder(parts, 0);
  const bundle = await bundleOf(scenarioPath as string, overrides, given);
  checkPlan(bundle.plan, overrides);
  for (const file of bundle.local) note(`every agent reads ${file} on its own machine`);
  const key = signingKey(overrides.signKey);
  note(freshKeyNote(key));
  const record = recordOf(bundle, overrides);
  const signed = signRecord(record, key.seed);
  const bus = await connected(overrides, note);
  return closing(bus, async () => {
    // Of a run that was not found there may be a beginning.
    if (resume !== undefined) await bus.removeRun(record.runId);
    const space = await offerRun(bus, record, signed, splitBundle(bundle.bytes));
    return manyOf({ bus, space, record, plan: bundle.plan }, overrides, context);
  });
}

function bundleOf(
  scenarioPath: string,
  overrides: Overrides,
  given: readonly string[],
): Promise<MadeBundle> {
  const { seed, strict } = overrides;
  const planned = plannedOverrides(overrides);
  return guardLoading(scenarioPath, () =>
    makeBundle(scenarioPath, planned, { seed, strict, given }),
  );
}

function recordOf(bundle: MadeBundle, overrides: Overrides): RunRecord {
  const { plan } = bundle;
  return {
    protocol: PROTOCOL,
    runId: overrides.runId ?? defaultRunId(plan),
    tool: packageVersion(),
    createdAt: new Date().toISOString(),
    bundle: bundle.mark,
    overrides: plannedOverrides(overrides),
    seed: plan.seed,
    strict: plan.generator.strict,
    planSha256: bundle.planSha256,
    chargerCount: plan.chargerCount,
    environment: bundle.environment,
    shares: overrides.agents as number,
    leaseMs: overrides.lease ?? LEASE_MS,
    onAgentLoss: overrides.onAgentLoss ?? 'continue',
    ledger: overrides.ledger !== undefined,
  };
}

/** `nightly-20260102T030405Z-7319` */
function defaultRunId({ name, seed }: Plan): string {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const stem = name.replace(/\.\w+$/, '').replace(/[^A-Za-z0-9_-]+/g, '-');
  return `${stem.slice(0, 32)}-${time}-${seed}`;
}

async function resumed(
  runId: string,
  overrides: Overrides,
  { context, note }: { readonly context: Context; readonly note: (text: string) => void },
): Promise<ManyRun> {
  const trust = overrides.signKey === undefined ? 'any' : [signingKey(overrides.signKey).publicKey];
  const bus = await connected(overrides, note);
  const before = listenBefore(bus, runId, () => performance.now());
  return closing(bus, async () => {
    const { space, signed, chunks } = await openRun(bus, runId);
    const record = openRecordOf(runId, signed, trust, packageVersion());
    if (overrides.parts !== undefined) preparePartsFolder(overrides.parts, record.shares);
    const bytes = joinBundle(await chunks(record.bundle.chunks), record.bundle);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ocpp-load-resume-'));
    try {
      const file = unpackBundle(bytes, path.join(folder, 'run'));
      const plan = await guardLoading(file, () => planFromBundle(file, record));
      if (markOf(plan) !== record.planSha256) throw otherPlan(runId);
      const heardMs = await before.heardMsAgo();
      if (heardMs !== null) note(otherText(heardMs));
      return manyOf({ bus, space, record, plan }, overrides, context);
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  }).finally(before.close);
}

const otherText = (heardMs: number) =>
  `a coordinator was heard on this run ${(heardMs / 1e3).toFixed(1)} s ago: it stops`;

const otherPlan = (runId: string) =>
  new UserError(
    `the plan of run ${runId} is another one on this machine`,
    'resume it where it was started, or with the same version of ocpp-load and Node',
  );

interface Found {
  readonly bus: Bus;
  readonly space: RunSpace;
  readonly record: RunRecord;
  readonly plan: Plan;
}

function manyOf(
  { bus, space, record, plan }: Found,
  overrides: Overrides,
  context: Context,
): ManyRun {
  const { runId } = record;
  let parts: Parts | null = null;
  let replaced = false;
  return {
    plan,
    runId,
    run(callbacks) {
      if (overrides.parts !== undefined) parts = partsIn(overrides.parts, plan, callbacks.say);
      return coordinate(plan, {
        ...callbacks,
        ...{ bus, space, record, parts },
        labels: overrides.agentLabels ?? {},
        waitMs: overrides.wait ?? WAIT_MS,
      }).catch((error) => {
        replaced = error instanceof Replaced;
        // To resume it here would take it away from the other one again.
        if (replaced) context.consequence = 'the other one reports this run.';
        throw told(error, ExitCode.internal);
      });
    },
    errors: () =>
      (parts?.problems() ?? []).map((problem) => new UserError(problem, 'name another folder')),
    async close(keep) {
      if (!keep && !replaced) await bus.removeRun(runId).catch(() => undefined);
      await bus.close();
    },
  };
}

/** What fails leaves no connection open. */
async function closing<T>(bus: Bus, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await bus.close();
    throw told(error, ExitCode.preflight);
  }
}

/** What NATS did not do is no fault of ours. */
const told = (error: unknown, exitCode: ExitCode) =>
  error instanceof BusError
    ? new UserError(error.message, 'look at NATS: its log, its room, its permissions', exitCode)
    : error;

function connected(overrides: Overrides, note: (text: string) => void): Promise<Bus> {
  const { nats, natsCreds, natsNkey, natsCa, natsCert, natsKey } = overrides;
  return connectBus({
    servers: nats as string,
    name: CLIENT,
    ...{ credsFile: natsCreds, nkeyFile: natsNkey },
    ...{ caFile: natsCa, certFile: natsCert, keyFile: natsKey },
    onRefused: note,
  });
}

/** What makes no sense with --nats. @throws UserError */
function checkMany(overrides: Overrides): void {
  const { agents, shard, workers, processes, runId, resume } = overrides;
  if (shard !== undefined) {
    throw new UserError(
      '--shard and --nats exclude each other',
      'agents on NATS share a run out among themselves; --shard is for machines without it',
    );
  }
  const own = workers !== undefined ? 'workers' : processes !== undefined ? 'processes' : null;
  if (own !== null) {
    throw new UserError(
      `--${own} is given with --nats, where agents run the chargers`,
      `each agent has its own: ocpp-load agent --${own} ...`,
    );
  }
  if (runId !== undefined && !NAME.test(runId)) {
    throw new UserError(
      `--run-id cannot be '${runId}' with --nats`,
      'it takes 1 to 64 letters, digits, dashes and underscores',
    );
  }
  if (resume === undefined && agents === undefined) {
    throw new UserError(
      '--nats is given without --agents',
      '--agents 4 waits for four agents, which run a share of the chargers each',
    );
  }
}

function checkPlan({ target, chargerCount }: Plan, { agents = 1 }: Overrides): void {
  if (target.kind === 'embedded') {
    throw new UserError(
      '--nats with the embedded central system: it is on one machine, for itself alone',
      'start one for all, `ocpp-load csms --light`, and aim at it: --target ws://host:9000/{id}',
    );
  }
  if (agents > chargerCount) {
    throw new UserError(
      `--agents ${agents} is more than the run's ${chargerCount} chargers`,
      'each agent needs one at least',
    );
  }
}
