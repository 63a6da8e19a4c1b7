/** A command as one text, for the command line: `ACTION {payload} every 30s after 5s`. */
import { UserError } from '../../base/errors.ts';
import { type Duration, parseDurationNs } from '../../base/units.ts';
import type { Command } from '../../ocpp/commands.ts';
import { isObject } from '../../ocpp/fields.ts';
import type { CommandPlan } from '../../scenario/command-plan.ts';

export const COMMAND_FORM =
  '\'RemoteStopTransaction {"transactionId":"{transactionId}"} every 30s after 5s\'';

const WORDS = 'after, every, spread (a duration), times, share (a number), before-boot';

/** Throws `UserError`; the action and the numbers are checked by `ordersOf`. */
export function parseCommand(text: string): CommandPlan {
  const parts = /^\s*(\S+)\s*([\s\S]*)$/.exec(text);
  if (parts === null) throw new UserError('--command is empty', `it is like ${COMMAND_FORM}`);
  const [, action, rest] = parts;
  const end = rest.lastIndexOf('}') + 1;
  const cut = end === 0 && rest.startsWith('{') ? rest.length : end;
  const plan = { action: action as Command, ...parseWords(rest.slice(cut)) };
  return cut === 0 ? plan : { ...plan, payload: parsePayload(rest.slice(0, cut)) };
}

function parsePayload(text: string): object {
  try {
    const payload: unknown = JSON.parse(text);
    if (isObject(payload)) return payload;
  } catch {
    // told below
  }
  throw new UserError(`--command: the payload ${text} is no JSON object`, `as in ${COMMAND_FORM}`);
}

function parseWords(text: string): Omit<CommandPlan, 'action'> {
  const plan: Record<string, unknown> = {};
  const words = text.split(/\s+/).filter((word) => word !== '');
  for (let i = 0; i < words.length; i++) {
    if (words[i] === 'before-boot') plan['beforeBoot'] = true;
    else plan[words[i]] = wordValue(words[i], words[++i]);
  }
  return plan;
}

function wordValue(word: string, value: string | undefined): Duration | number {
  switch (word) {
    case 'after':
    case 'every':
    case 'spread':
      if (parseDurationNs(value) !== undefined) return value as Duration;
      throw new UserError(`--command: ${word} is '${value ?? ''}'`, `as in '${word} 30s'`);
    case 'times':
    case 'share':
      if (value !== undefined && /^\d+(\.\d+)?$/.test(value)) return Number(value);
      throw new UserError(`--command: ${word} is '${value ?? ''}'`, 'it is a number');
    default:
      throw new UserError(
        `--command: '${word}' is not understood`,
        `behind the payload stand ${WORDS}; the whole is like ${COMMAND_FORM}`,
      );
  }
}
