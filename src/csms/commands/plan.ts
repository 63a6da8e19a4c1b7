/** What the central system is told to send, made ready: checked, in milliseconds, complete. */
import { UserError } from '../../base/errors.ts';
import { nearest } from '../../base/nearest.ts';
import { parseDurationNs } from '../../base/units.ts';
import { COMMANDS, type Command } from '../../ocpp/commands.ts';
import { isObject } from '../../ocpp/fields.ts';
import type { CommandPlan } from '../../scenario/command-plan.ts';

/** A `CommandPlan` in numbers. */
export interface Order {
  /** Its place in the list: part of the seed of its draws. */
  readonly index: number;
  readonly action: Command;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly beforeBoot: boolean;
  readonly afterMs: number;
  /** null: once. */
  readonly everyMs: number | null;
  readonly times: number;
  readonly share: number;
  readonly spreadMs: number;
}

const DEFAULT_AFTER = '2s';
const MIN_EVERY_MS = 1;
const MAX_TIMER_MS = 0x7fff_ffff;

/** Throws `UserError` for a plan that cannot be; `name` is how the user wrote the option. */
export function ordersOf(plans: readonly CommandPlan[], name = 'commands'): readonly Order[] {
  return plans.map((plan, index) => orderOf(plan, index, `${name}[${index}]`));
}

function orderOf(plan: CommandPlan, index: number, path: string): Order {
  const { payload = {}, beforeBoot = false, share = 1 } = plan;
  if (!COMMANDS.includes(plan.action)) throw unknownAction(path, String(plan.action));
  if (!isObject(payload)) {
    throw new UserError(`${path}.payload is ${JSON.stringify(payload)}`, 'it is a JSON object');
  }
  if (!(share >= 0 && share <= 1)) {
    throw new UserError(`${path}.share is ${share}`, 'it is a share of the chargers from 0 to 1');
  }
  const everyMs = plan.every === undefined ? null : milliseconds(`${path}.every`, plan.every);
  if (everyMs !== null && everyMs < MIN_EVERY_MS) {
    throw new UserError(`${path}.every is '${plan.every}'`, `the least is '${MIN_EVERY_MS}ms'`);
  }
  const times = plan.times ?? (everyMs === null ? 1 : Number.POSITIVE_INFINITY);
  if (!(times >= 1) || (times !== Number.POSITIVE_INFINITY && !Number.isInteger(times))) {
    throw new UserError(`${path}.times is ${times}`, 'it is a whole number from 1');
  }
  if (times > 1 && everyMs === null) {
    throw new UserError(`${path}.times is ${times}`, "it needs every, such as every: '30s'");
  }
  const after = plan.after ?? (beforeBoot ? '0s' : DEFAULT_AFTER);
  const afterMs = milliseconds(`${path}.after`, after);
  const spreadMs = milliseconds(`${path}.spread`, plan.spread ?? '0s');
  return {
    index,
    action: plan.action,
    payload,
    beforeBoot,
    afterMs,
    everyMs,
    times,
    share,
    spreadMs,
  };
}

function unknownAction(path: string, action: string): UserError {
  const near = nearest(action, COMMANDS);
  const meant = near === undefined ? '' : `did you mean ${near}?  `;
  return new UserError(
    `${path}.action is '${action}'`,
    `${meant}it is one of ${COMMANDS.join(', ')}`,
  );
}

function milliseconds(path: string, text: string): number {
  const ms = (parseDurationNs(text) ?? Number.NaN) / 1e6;
  if (ms <= MAX_TIMER_MS) return ms;
  throw new UserError(
    `${path} is '${text}'`,
    "it is a duration such as '500ms', '30s', at most '590h'",
  );
}
