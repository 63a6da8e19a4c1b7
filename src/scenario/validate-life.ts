import { parseDurationNs } from '../base/units.ts';
import { CHARGE_POINT_ERROR_CODES, CHARGE_POINT_STATUSES } from '../ocpp/vocabulary.ts';
import {
  type Check,
  durationDistribution,
  type Field,
  isRecord,
  objectOf,
  oneOf,
  powerDistributionUpTo,
  share,
  whole,
} from './checks.ts';
import { type Mistakes, wrongValue } from './mistakes.ts';
import { type DurationDistribution, LOOP_ACTIONS, type Step } from './types.ts';

/**
 * Checks a life step by step, then as a whole.
 * @returns whether it waits for arrivals; `undefined` when it is no life at all.
 */
export function checkLife(
  mistakes: Mistakes,
  path: string,
  value: unknown,
  model: ModelLimits,
): boolean | undefined {
  if (!isRecord(value) || !Array.isArray(value.steps)) {
    const fix = "such as life().boot().forever((l) => l.idle('30s').plugIn().unplug())";
    wrongValue(mistakes, path, value, 'must be a life', fix);
    return undefined;
  }
  const before = mistakes.length;
  const visited = visit(value.steps as Step[], path);
  const checks = stepChecks(model.maxPowerW);
  for (const { step, at } of visited) {
    checkStep(mistakes, at, step, checks);
    if (!model.hasRecord && sendsRecord(step)) {
      const fix = 'the model has no charging record: leave the step out';
      wrongValue(mistakes, at, step, 'has nothing to send', fix);
    }
  }
  if (mistakes.length === before) checkOrder(mistakes, path, value.steps as Step[], visited);
  return visited.some(({ step }) => step?.step === 'awaitArrival');
}

/** What the fleet's model can. */
export interface ModelLimits {
  readonly maxPowerW: number;
  /** Whether it has a charging record, in both dialects. */
  readonly hasRecord: boolean;
}

const sendsRecord = (step: Step) =>
  step?.step === 'record' || (step?.step === 'call' && step.action === 'DataTransfer');

interface Visited {
  readonly step: Step;
  readonly at: string;
  readonly parents: readonly Step[];
  readonly last: boolean;
}

/** All steps in their order, each with its path: `fleets[0].life.forever.idle[1]`. */
function visit(steps: readonly Step[], path: string, parents: readonly Step[] = []): Visited[] {
  const names = steps.map((step) => String(step?.step));
  return steps.flatMap((step, index) => {
    const [name, twins] = [names[index], names.filter((other) => other === names[index])];
    const nth = names.slice(0, index).filter((other) => other === name).length;
    const at = `${path}.${name}${twins.length > 1 ? `[${nth}]` : ''}`;
    const self = { step, at, parents, last: index === steps.length - 1 };
    const inner = step && 'steps' in step && Array.isArray(step.steps) ? step.steps : [];
    return [self, ...visit(inner, at, [...parents, step])];
  });
}

type StepFields = Readonly<Record<string, Field>>;

function stepChecks(maxPowerW: number): Readonly<Record<string, StepFields>> {
  const duration = { check: durationDistribution, required: "such as '30s'" };
  const power = { check: powerDistributionUpTo(maxPowerW), required: "such as power: '7kW'" };
  const steps = { check: body, required: "a function that returns the life: (l) => l.idle('30s')" };
  return {
    boot: {},
    idle: { duration },
    awaitArrival: {},
    status: { status: { check: oneOf(CHARGE_POINT_STATUSES) }, errorCode: { check: errorCode } },
    authorize: {},
    start: {},
    charge: { duration, power },
    stop: {},
    record: {},
    session: { duration, power },
    churn: { faults: { check: share, required: 'such as faults: 0.01' }, duration },
    call: {
      action: { check: oneOf(LOOP_ACTIONS), required: `one of: ${LOOP_ACTIONS.join(', ')}` },
    },
    repeat: { times: { check: whole(1, 1e9), required: 'how often' }, steps },
    forever: { steps },
    script: { run: { check: run, required: 'an async function of the charger' } },
  };
}

/** What a RemoteStartTransaction charges: as a session, but both parts may be left out. */
export function checkRemoteCharge(
  mistakes: Mistakes,
  path: string,
  value: unknown,
  maxPowerW: number,
): void {
  if (value === undefined) return;
  const duration = { check: durationDistribution };
  const power = { check: powerDistributionUpTo(maxPowerW) };
  objectOf('remoteCharge', { duration, power })(mistakes, path, value);
}

const body: Check = (mistakes, path, value) => {
  if (Array.isArray(value) && value.length > 0) return;
  wrongValue(mistakes, path, value, 'must hold at least one step', "(l) => l.idle('30s')");
};

const run: Check = (mistakes, path, value) => {
  if (typeof value === 'function') return;
  wrongValue(mistakes, path, value, 'must be a function', 'script(async (charger) => { … })');
};

/** `''` stands for the model's fault code. */
const errorCode: Check = (mistakes, path, value) => {
  if (value !== '') oneOf(CHARGE_POINT_ERROR_CODES)(mistakes, path, value);
};

function checkStep(
  mistakes: Mistakes,
  at: string,
  step: Step,
  checks: Readonly<Record<string, StepFields>>,
): void {
  const name = step?.step;
  if (!Object.hasOwn(checks, name)) {
    wrongValue(mistakes, at, step, 'is not a step', 'build lives with life()');
    return;
  }
  const { step: _, ...options } = step;
  objectOf(`${name}()`, checks[name])(mistakes, at, options);
}

/** What must come first, what last, and which loops would spin. */
function checkOrder(
  mistakes: Mistakes,
  path: string,
  steps: readonly Step[],
  visited: readonly Visited[],
): void {
  const wrong = (at: string, says: string, fix: string) =>
    mistakes.push({ message: `${at} ${says}`, hint: fix });
  if (steps[0]?.step !== 'boot') {
    wrong(path, 'must start with boot()', 'a charger may send nothing before: life().boot()…');
  }
  let started = false;
  for (const { step, at, parents, last } of visited) {
    if (step.step === 'boot' && step !== steps[0]) {
      wrong(at, 'comes twice', 'boot() is the first step of a life and occurs once');
    }
    if (step.step === 'forever' && !last) {
      wrong(at, 'never ends', 'nothing may follow forever(): put the steps before or into it');
    }
    if (step.step === 'forever' && parents.length > 0) {
      wrong(at, 'never ends', 'inside repeat() or forever() write its steps without it');
    }
    if (step.step === 'repeat' && !step.steps.some(mayTakeTime)) {
      wrong(at, 'can neither wait nor send', 'it would spin: add idle() or a message');
    }
    if (step.step === 'forever' && !step.steps.some(takesTime)) {
      wrong(at, 'may neither wait nor send', 'it would spin: add idle() or a message');
    }
    started ||= step.step === 'start' || step.step === 'script';
    if ((step.step === 'stop' || step.step === 'charge') && !started) {
      wrong(at, 'has no transaction', `put start() before ${step.step}(), or use session()`);
    }
  }
}

function mayWait(duration: DurationDistribution): boolean {
  if (typeof duration === 'string') return parseDurationNs(duration) !== 0;
  const [kind] = Object.values(duration) as (string | readonly string[] | object)[];
  const texts = typeof kind === 'string' ? [kind] : Object.values(kind);
  return texts.some((text) => (parseDurationNs(text) ?? 0) > 0);
}

function mayTakeTime(step: Step): boolean {
  if (step.step === 'churn') return step.faults > 0;
  if (step.step === 'repeat' || step.step === 'forever') return step.steps.some(mayTakeTime);
  return takesTime(step);
}

/** Whether a step surely waits or sends: for ever of steps that may do neither could spin. */
function takesTime(step: Step): boolean {
  if (step.step === 'idle') return mayWait(step.duration);
  if (step.step === 'churn') return step.faults === 1;
  if (step.step === 'repeat' || step.step === 'forever') return step.steps.some(takesTime);
  return true;
}
