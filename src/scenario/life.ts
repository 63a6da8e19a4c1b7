import type { ChurnOptions, DurationDistribution, Life, Step } from './types.ts';

/** An empty life, to be written as a chain: `life().boot().forever((l) => l.idle('30s'))`. */
export function life(): Life {
  return lifeOf([]);
}

function lifeOf(steps: readonly Step[]): Life {
  const add = (step: Step): Life => lifeOf([...steps, Object.freeze(step)]);
  return Object.freeze<Life>({
    steps: Object.freeze(steps),
    boot: () => add({ step: 'boot' }),
    idle: (duration) => add({ step: 'idle', duration }),
    awaitArrival: () => add({ step: 'awaitArrival' }),
    plugIn: () => add({ step: 'status', status: 'Preparing', errorCode: 'NoError' }),
    session: (options) => add({ step: 'session', ...options }),
    unplug: () => add({ step: 'status', status: 'Available', errorCode: 'NoError' }),
    churn: (options) => add(churnStep(options)),
    // The empty code of Faulted stands for the model's, which only the plan knows.
    status: (status, errorCode = undefined) =>
      add({
        step: 'status',
        status,
        errorCode: errorCode ?? (status === 'Faulted' ? '' : 'NoError'),
      }),
    authorize: () => add({ step: 'authorize' }),
    start: () => add({ step: 'start' }),
    charge: (options) => add({ step: 'charge', ...options }),
    stop: () => add({ step: 'stop' }),
    record: () => add({ step: 'record' }),
    call: (action) => add({ step: 'call', action }),
    closedLoop: (action, options) => {
      const body = life().call(action);
      const { think, ...unknown } = options ?? {};
      const loop = think === undefined ? body : body.idle(think);
      return add({ step: 'forever', steps: loop.steps, ...unknown });
    },
    repeat: (times, steps) => add({ step: 'repeat', times, steps: bodyOf(steps) }),
    forever: (steps) => add({ step: 'forever', steps: bodyOf(steps) }),
    script: (run) => add({ step: 'script', run }),
  });
}

const DEFAULT_FAULT: DurationDistribution = { exponential: '10s' };

function churnStep(options: ChurnOptions): Step {
  return { step: 'churn', ...options, duration: options?.duration ?? DEFAULT_FAULT };
}

/** `undefined` when the user's function returns no life: the validation names the place. */
function bodyOf(steps: (life: Life) => Life): readonly Step[] {
  const body = typeof steps === 'function' ? steps(life()) : undefined;
  return body?.steps as readonly Step[];
}
