/** A run over several machines: gathers agents, begins, adds up what they tell, and ends. */
import { systemClock } from '../base/clock.ts';
import { deferred } from '../base/deferred.ts';
import { ExitCode, UserError } from '../base/errors.ts';
import type { StartInfo } from '../fleet/options.ts';
import type { Plan } from '../plan/plan.ts';
import { targetsText } from '../scenario/target.ts';
import { assemble } from './assemble.ts';
import { type Conductor, conductor, LOOK_MS } from './conduct.ts';
import { type CoordinatedControl, coordinatedControl } from './control.ts';
import { type CoordinateOptions, type Desk, openDesk } from './desk.ts';
import { type CoordinatedResult, resultOf } from './ends.ts';
import type { LogListener, RunLog } from './log.ts';
import { Replaced } from './orders.ts';
import { pause, UNHEARD_MS, unheard } from './retry.ts';

/** So long an order to abandon everything may take to leave. */
const LAST_WORDS_MS = 1_000;

/**
 * Runs a plan by agents, from wherever a coordinator before has left it.
 * @throws UserError when too few agents come, when somebody else coordinates this run, or when it
 * is ended at once.
 */
export async function coordinate(
  plan: Plan,
  options: CoordinateOptions,
): Promise<CoordinatedResult> {
  const over = new AbortController();
  const begun = deferred<void>();
  const ended = deferred<void>();
  const wires: Wires = { begun: begun.resolve, desk: null, conduct: null, control: null };
  const clock = options.clock ?? systemClock();
  const listener = listenerOf(plan, options, wires);
  const desk = await openDesk(plan, options, { clock, over: over.signal, listener });
  const conduct = conductor(desk);
  Object.assign(wires, { desk, conduct, control: coordinatedControl(desk, conduct) });
  const ears = hearSignals(desk, conduct, options);
  const look = () => {
    desk.upSinceMs();
    if (desk.log.startedAtMs === null || !desk.isReplayed()) return;
    conduct.look();
    if (conduct.isOver()) ended.resolve();
  };
  const timer = setInterval(() => desk.guarded(look), LOOK_MS);
  desk.listen();
  try {
    await Promise.race([desk.failed, within(desk, desk.replayed, over.signal)]);
    await Promise.race([desk.failed, assemble(desk, over.signal)]);
    await Promise.race([desk.failed, within(desk, begun.promise, over.signal)]);
    await Promise.race([desk.failed, ended.promise]);
    desk.reader.finish();
    return resultOf(plan, desk.log, options.record.onAgentLoss);
  } catch (error) {
    if (isLast(error, desk)) await abandon(desk);
    throw error;
  } finally {
    clearInterval(timer);
    ears.close();
    desk.close();
    over.abort();
  }
}

interface Wires {
  readonly begun: () => void;
  desk: Desk | null;
  conduct: Conductor | null;
  control: CoordinatedControl | null;
}

function listenerOf(
  plan: Plan,
  options: CoordinateOptions,
  wires: Wires,
): Omit<LogListener, 'here' | 'early'> {
  const { parts } = options;
  return {
    begin(atMs) {
      const log = wires.desk?.log as RunLog;
      options.onStart(startInfo(plan, log, atMs));
      if (wires.control !== null) options.onControl?.(wires.control.control);
      wires.begun();
    },
    interval(interval) {
      wires.conduct?.closed(interval);
      options.onInterval?.(interval);
    },
    event: options.onEvent,
    ledger: (text) => options.onLedger?.(text),
    dropped: (tenure, answer) => wires.control?.dropped(tenure, answer),
    hold: (tenure) => parts?.hold(tenure),
    part: (tenure, part) => parts?.part(tenure, part),
    over: (tenure) => parts?.over(tenure),
  };
}

/** Of all machines together; what each needs its agent has looked at. */
function startInfo(plan: Plan, { shares }: RunLog, atMs: number): StartInfo {
  const headers = shares.tenures.flatMap(({ header }) => header ?? []);
  return {
    startedAt: new Date(atMs),
    targetUrl: targetsText(plan.target.urls),
    workers: headers.reduce((sum, { workers }) => sum + workers, 0),
    processes: shares.tenures.length,
    descriptorsNeeded: 0,
    descriptorLimit: Number.POSITIVE_INFINITY,
    memoryEstimateBytes: 0,
    agents: shares.tenures.map(({ agent }) => agent),
  };
}

function hearSignals(desk: Desk, conduct: Conductor, { stop, kill }: CoordinateOptions) {
  const leave = (message: string) => desk.fail(new UserError(message, '', ExitCode.leftAtOnce));
  const onStop = () => {
    if (desk.log.startedAtMs === null) leave('stopped before the run began');
    else conduct.stop();
  };
  const onKill = () => leave('the run was ended at once');
  stop.addEventListener('abort', onStop);
  kill.addEventListener('abort', onKill);
  if (stop.aborted) onStop();
  if (kill.aborted) onKill();
  return {
    close() {
      stop.removeEventListener('abort', onStop);
      kill.removeEventListener('abort', onKill);
    },
  };
}

/** Nobody goes on with the run. One that has begun may be resumed, whatever happened to us. */
const isLast = (error: unknown, { log }: Desk) =>
  !(error instanceof Replaced) &&
  (log.startedAtMs === null ||
    (error instanceof UserError && error.exitCode === ExitCode.leftAtOnce));

/** What the log is to say, at the latest when it has said nothing for so long. @throws UserError */
async function within(desk: Desk, said: Promise<void>, over: AbortSignal): Promise<void> {
  let isSaid = false;
  const done = said.then(() => {
    isSaid = true;
  });
  const sinceMs = desk.nowMs();
  while (!isSaid && !over.aborted) {
    const readMs = Math.max(sinceMs, desk.readMs());
    if (desk.nowMs() - readMs > UNHEARD_MS) throw unheard('its log could not be read');
    await Promise.race([done, pause(LOOK_MS, over)]);
  }
}

async function abandon({ orders }: Desk): Promise<void> {
  const limit = new AbortController();
  const given = orders.give({ order: 'abandon' }).catch(() => undefined);
  await Promise.race([given, pause(LAST_WORDS_MS, limit.signal)]);
  limit.abort();
}
