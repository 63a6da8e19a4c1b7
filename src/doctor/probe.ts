/** One whole charger's life at the target, in each dialect: with the engine that runs fleets. */
import { DIALECTS, type Dialect } from '../chargers/model.ts';
import type { Progress, RunResult } from '../fleet/result.ts';
import { runPlan } from '../fleet/run.ts';
import { columnText } from '../plan/columns.ts';
import { compilePlan } from '../plan/compile.ts';
import { checkIdentities } from '../plan/identities.ts';
import type { FleetPlan, Plan } from '../plan/plan.ts';
import { allAtOnce } from '../scenario/connect.ts';
import { life } from '../scenario/life.ts';
import type { Scenario } from '../scenario/types.ts';
import { checkDialect } from './checks/dialect.ts';
import { checkUpgrade } from './checks/upgrade.ts';
import type { Finding } from './finding.ts';
import { type LifeFacts, lifeFactsOf } from './life-facts.ts';

export interface ProbeOptions {
  /** Checked; its first fleet says what charger it is, and `seed` is not used. */
  readonly scenario: Scenario;
  /** Absolute path of the scenario, or null. */
  readonly file: string | null;
  readonly identity: string;
}

/** A life takes about two seconds at a quick target; a slow one gets this long, and no more. */
const STEADY = '20s';
const CALL_TIMEOUT = '5s';
const GRACE = '10s';
/** Boot, statuses, a session with meter values and its record. */
const wholeLife = () =>
  life().boot().plugIn().session({ duration: '1500ms', power: '3.6kW' }).unplug();

/**
 * The scenario's own dialect first; the other is not tried where the charger could not connect. The
 * target is sent real messages, and has two more transactions afterwards.
 * @throws UserError for an identity that cannot be one.
 */
export async function probeTarget(options: ProbeOptions): Promise<Finding[]> {
  const own = options.scenario.dialect ?? 'as-logged';
  const lives: LifeFacts[] = [];
  for (const dialect of [own, ...DIALECTS.filter((each) => each !== own)]) {
    const life = lifeFactsOf(dialect, await liveOnce(probePlan(options, dialect)));
    lives.push(life);
    if (life.failure !== null) break;
  }
  return [checkUpgrade(lives), ...checkDialect(lives, own)];
}

/** The plan of one charger: who it is comes from the scenario's own plan. */
export function probePlan({ scenario, file, identity }: ProbeOptions, dialect: Dialect): Plan {
  const [first] = scenario.fleets;
  const whole = compilePlan(scenario, { name: 'probe', file, seed: 1 });
  const { identities: _, arrivals: __, ...manners } = first;
  const plan = compilePlan(
    {
      ...scenario,
      dialect,
      ...{ duration: STEADY, warmup: '0s', gracePeriod: GRACE, callTimeout: CALL_TIMEOUT },
      handshakeTimeout: CALL_TIMEOUT,
      fleets: [
        {
          ...manners,
          ...{ chargers: 1, connect: allAtOnce(), life: wholeLife() },
          ...{ meterInterval: '500ms', samplePhase: 'transaction', heartbeat: 'off' },
          reconnect: { reconnect: 'none' },
        },
      ],
    },
    { name: 'probe', file, seed: 1 },
  );
  const fleets = [{ ...plan.fleets[0], ...textsOf(whole.fleets, identity) }];
  checkIdentities(fleets);
  return { ...plan, fleets };
}

type Texts = Pick<FleetPlan, 'identity' | 'password' | 'idTag'>;

/** Password and idTag of that charger; for one that the scenario does not know, of its first. */
function textsOf(fleets: readonly FleetPlan[], identity: string): Texts {
  const constant = (text: string) => ({ kind: 'constant' as const, text });
  const textsAt = (fleet: FleetPlan, index: number) => ({
    identity: constant(identity),
    password: constant(columnText(fleet.password, index)),
    idTag: constant(columnText(fleet.idTag, index)),
  });
  for (const fleet of fleets) {
    for (let index = 0; index < fleet.chargerCount; index++) {
      if (columnText(fleet.identity, index) === identity) return textsAt(fleet, index);
    }
  }
  return textsAt(fleets[0], 0);
}

/** Ends when the life is over, which shows in that nothing more is sent. */
function liveOnce(plan: Plan): Promise<RunResult> {
  const stop = new AbortController();
  const isOver = quietFor(QUIET_S);
  return runPlan(plan, {
    workers: 1,
    ...{ stop: stop.signal, kill: new AbortController().signal },
    onProgress(progress) {
      if (isOver(progress)) stop.abort();
    },
    ...{ onStart() {}, onEvent() {} },
  });
}

/** Longer than the pauses of the life, which are those between its meter values. */
const QUIET_S = 2;

/** Says of one progress after another whether nothing has happened for so long, or ever will. */
export function quietFor(quietS: number): (progress: Progress) => boolean {
  let seen = 0;
  let sinceS = 0;
  return ({ elapsedS, callsSent, callsAnswered, callsFailed, connectsFailed }) => {
    const open = callsSent > callsAnswered + callsFailed;
    const begun = callsSent + connectsFailed > 0;
    if (open || !begun || callsSent !== seen) sinceS = elapsedS;
    seen = callsSent;
    return elapsedS - sinceS >= quietS;
  };
}
