/**
 * CALLs from the central system: counted, limited, answered after the charger's reaction time, also
 * while a CALL of our own is outstanding (OCPP-J 1.6, 4.1.1: both directions are independent).
 */
import { streamSeed } from '../../../base/random.ts';
import { OTHER_COMMAND } from '../../../ocpp/commands.ts';
import {
  type CommandMessage,
  callErrorText,
  callResultText,
  readCommand,
} from '../../../ocpp/read-command.ts';
import { drawFrom } from '../../../plan/draw.ts';
import {
  type CommandCounter,
  CommandCounterIndex,
  commandCounterBase,
} from '../../../snapshot/layout.ts';
import { encodeFrame, Opcode } from '../../frame/mask.ts';
import { count } from '../../latency/recorder.ts';
import { rareOf } from '../rare.ts';
import type { RareState } from '../rare-state.ts';
import { fleetOf, type Shard } from '../shard.ts';
import { Boot, Link } from '../state.ts';
import { addTask } from '../tasks.ts';
import type { CommandAnswer } from './answer.ts';
import { COMMAND_TASK } from './pending.ts';
import { HANDLERS } from './table.ts';

const WINDOW_NS = 1e9;
/** Purpose of the random streams of reaction times. */
const REACTION_PURPOSE = 11;

/** A CALL in `bytes[start..end)`, as UTF-8. */
export function receiveCommand(
  shard: Shard,
  c: number,
  bytes: Buffer,
  start: number,
  end: number,
  nowNs: number,
): void {
  const rare = rareOf(shard, c);
  // Rejected: the charger is silent until its interval has passed (OCPP 1.6, 4.2).
  if (shard.state.booted[c] === Boot.rejected || !withinLimit(shard, c, rare, nowNs)) {
    countCommand(shard, OTHER_COMMAND, 'received');
    countCommand(shard, OTHER_COMMAND, 'dropped');
    shard.notify('commandDropped', 'commands above maxCommandRate, or while rejected, are dropped');
    return;
  }
  const message = readCommand(bytes.toString('utf8', start, end));
  const command = message.kind === 'unanswerable' ? OTHER_COMMAND : message.command;
  countCommand(shard, command, 'received');
  if (message.kind === 'unanswerable') {
    countCommand(shard, command, 'dropped');
    shard.notify('unanswerable', 'a command without a usable message id is not answered');
    return;
  }
  const { reaction } = fleetOf(shard, c).plan;
  rare.random ??= new Uint32Array([
    streamSeed(shard.plan.seed, shard.state.globalIndex[c], REACTION_PURPOSE),
  ]);
  const delayNs = drawFrom(reaction, 0, rare.random, 0);
  if (delayNs < 1) {
    answer(shard, c, message, nowNs, nowNs);
    return;
  }
  rare.waiting.push(command);
  addTask(shard, c, COMMAND_TASK, nowNs + delayNs, (ranNs) => {
    rare.waiting.splice(rare.waiting.indexOf(command), 1);
    answer(shard, c, message, nowNs, ranNs);
  });
}

function withinLimit(shard: Shard, c: number, rare: RareState, nowNs: number): boolean {
  if (nowNs >= rare.windowNs + WINDOW_NS) {
    rare.windowNs = nowNs;
    rare.windowCount = 0;
  }
  return ++rare.windowCount <= fleetOf(shard, c).plan.maxCommandRate;
}

function countCommand(shard: Shard, command: number, counter: CommandCounter): void {
  count(shard.memory, commandCounterBase(command) + CommandCounterIndex[counter]);
}

type Answerable = Exclude<CommandMessage, { kind: 'unanswerable' }>;

function answer(
  shard: Shard,
  c: number,
  message: Answerable,
  arrivedNs: number,
  nowNs: number,
): void {
  const { id, command } = message;
  if (shard.state.link[c] !== Link.open) {
    countCommand(shard, command, 'unanswered');
    return;
  }
  const made = answerTo(shard, c, message, arrivedNs, nowNs);
  const text =
    made.kind === 'error'
      ? callErrorText(id, made.code, made.description)
      : callResultText(id, JSON.stringify(made.payload));
  countCommand(shard, command, made.kind === 'error' ? 'errored' : 'answered');
  if (made.kind === 'result' && made.refused) countCommand(shard, command, 'refused');
  shard.wire.send(c, encodeFrame(Opcode.text, Buffer.from(text), shard.key));
  if (made.kind === 'result') made.effect?.(nowNs);
}

function answerTo(
  shard: Shard,
  c: number,
  message: Answerable,
  arrivedNs: number,
  nowNs: number,
): CommandAnswer {
  if (message.kind === 'refused') {
    const { code, description } = message;
    shard.notify('commandRefused', `a command was answered CALLERROR ${code}: ${description}`);
    return { kind: 'error', code, description };
  }
  const handler = HANDLERS[message.command];
  return handler({ shard, c, payload: message.payload, arrivedNs, nowNs });
}
