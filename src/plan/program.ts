/** A life, step by step, becomes a table of ops. */
import { assert } from '../base/assert.ts';
import { parseDurationNs, parsePowerW } from '../base/units.ts';
import type { ChargeOptions, Distribution, LoopAction, Step } from '../scenario/types.ts';
import { DISTRIBUTION_WIDTH, DistributionKind, Op, type Program, TemplateIndex } from './plan.ts';

export interface ProgramContext {
  /** Index of the template of a StatusNotification; makes it when it is new. */
  readonly statusTemplate: (status: string, errorCode: string) => number;
  readonly faultCode: string;
  /** Number of the fleet's first script in the scenario. */
  readonly firstScript: number;
  /** Whether the model has a charging record. */
  readonly hasRecord: boolean;
  readonly remoteCharge: Partial<ChargeOptions>;
}

/** The table under construction. */
interface Table {
  readonly ops: number[][];
  readonly distributions: number[];
  readonly context: ProgramContext;
  scriptCount: number;
  repeatDepth: number;
}

/** Go on, whatever becomes of the CALL. */
const GO_ON = -1;

export function compileProgram(steps: readonly Step[], context: ProgramContext): Program {
  const table: Table = { ops: [], distributions: [], context, scriptCount: 0, repeatDepth: 0 };
  addSteps(table, steps, 0);
  // Rows may point behind the last one, unless it never comes to that.
  if (steps.at(-1)?.step !== 'forever') add(table, Op.end);
  const remoteRow = table.ops.length;
  addRemoteSession(table);
  return {
    remoteRow,
    ops: Int32Array.from(table.ops.flat()),
    distributions: Float64Array.from(table.distributions),
    repeatDepth: table.repeatDepth,
  };
}

function add(table: Table, op: number, a = 0, b = 0, c = 0): number {
  return table.ops.push([op, a, b, c]) - 1;
}

function addStatus(table: Table, status: string, errorCode = 'NoError'): void {
  add(table, Op.call, table.context.statusTemplate(status, errorCode), GO_ON);
}

function addSteps(table: Table, steps: readonly Step[], depth: number): void {
  /** CALLs whose refusal skips the transaction: their row, and the step at which life goes on. */
  const skips: { row: number; toStep: number }[] = [];
  const rowOfStep = steps.map((step, index) => {
    const firstRow = table.ops.length;
    addStep(table, step, depth);
    if (step.step === 'authorize' || step.step === 'start') {
      skips.push({ row: firstRow, toStep: stepAfterTransaction(steps, index) });
    }
    return firstRow;
  });
  rowOfStep.push(table.ops.length);
  for (const { row, toStep } of skips) if (toStep > 0) table.ops[row][2] = rowOfStep[toStep];
}

/** The step behind the next `stop` and what belongs to it; 0 when there is none. */
function stepAfterTransaction(steps: readonly Step[], from: number): number {
  const stop = steps.findIndex(({ step }, index) => index > from && step === 'stop');
  if (stop < 0) return 0;
  const belongs = (step: Step | undefined) =>
    step?.step === 'record' || (step?.step === 'status' && step.status === 'Finishing');
  let after = stop + 1;
  while (belongs(steps[after])) after += 1;
  return after;
}

function addStep(table: Table, step: Step, depth: number) {
  const { context } = table;
  switch (step.step) {
    case 'boot':
      add(table, Op.boot);
      return addStatus(table, 'Available');
    case 'idle':
      return void add(table, Op.wait, addDuration(table, step.duration));
    case 'awaitArrival':
      return void add(table, Op.awaitArrival);
    case 'status':
      return addStatus(table, step.status, step.errorCode || context.faultCode);
    case 'authorize':
    case 'start':
    case 'stop':
    case 'record':
      return void add(table, Op.call, TemplateIndex[step.step], GO_ON);
    case 'charge':
      return addCharge(table, step);
    case 'session':
      return addSession(table, step);
    case 'churn':
      return addChurn(table, step);
    case 'call':
      return addCall(table, step.action);
    case 'repeat':
      return addRepeat(table, step, depth);
    case 'forever': {
      const firstRow = table.ops.length;
      addSteps(table, step.steps, depth);
      return void add(table, Op.jump, firstRow);
    }
    case 'script':
      return void add(table, Op.script, context.firstScript + table.scriptCount++);
  }
}

function addCharge(table: Table, step: Extract<Step, { step: 'charge' | 'session' }>): void {
  add(table, Op.charge, addDuration(table, step.duration), addPower(table, step.power));
}

function addSession(table: Table, step: Extract<Step, { step: 'session' }>): void {
  addSessionRows(table, () => addCharge(table, step));
}

/** What a RemoteStartTransaction begins (exchange 7); by default until somebody stops it. */
function addRemoteSession(table: Table): void {
  const { duration, power } = table.context.remoteCharge;
  addSessionRows(table, () => {
    const lasts = duration === undefined ? addUnlimited(table) : addDuration(table, duration);
    const takes = power === undefined ? addUnlimited(table) : addPower(table, power);
    add(table, Op.charge, lasts, takes);
  });
  addStatus(table, 'Available');
  add(table, Op.resume);
}

function addSessionRows(table: Table, addChargeRow: () => void): void {
  const authorize = add(table, Op.call, TemplateIndex.authorize, GO_ON);
  const start = add(table, Op.call, TemplateIndex.start, GO_ON);
  addStatus(table, 'Charging');
  addChargeRow();
  add(table, Op.call, TemplateIndex.stop, GO_ON);
  addStatus(table, 'Finishing');
  if (table.context.hasRecord) add(table, Op.call, TemplateIndex.record, GO_ON);
  for (const row of [authorize, start]) table.ops[row][2] = table.ops.length;
}

/** For ever, or as much as the model can. */
const addUnlimited = (table: Table) =>
  addRow(table, [DistributionKind.constant, Number.POSITIVE_INFINITY, 0]);

function addChurn(table: Table, step: Extract<Step, { step: 'churn' }>): void {
  const chance = add(table, Op.chance, Math.round(step.faults * 1e6));
  addStatus(table, 'Faulted', table.context.faultCode);
  add(table, Op.wait, addDuration(table, step.duration));
  addStatus(table, 'Available');
  table.ops[chance][2] = table.ops.length;
}

function addCall(table: Table, action: LoopAction) {
  if (action === 'StatusNotification') return addStatus(table, 'Available');
  const template: Record<Exclude<LoopAction, 'StatusNotification'>, number> = {
    Heartbeat: TemplateIndex.heartbeat,
    Authorize: TemplateIndex.authorize,
    MeterValues: TemplateIndex.meterValues,
    DataTransfer: TemplateIndex.record,
  };
  add(table, Op.call, template[action], GO_ON);
}

function addRepeat(table: Table, step: Extract<Step, { step: 'repeat' }>, depth: number): void {
  const firstRow = table.ops.length;
  table.repeatDepth = Math.max(table.repeatDepth, depth + 1);
  addSteps(table, step.steps, depth + 1);
  add(table, Op.repeat, depth, step.times, firstRow);
}

const addDuration = (table: Table, distribution: Distribution<string>) =>
  addDistribution(table, distribution, parseDurationNs);
const addPower = (table: Table, distribution: Distribution<string>) =>
  addDistribution(table, distribution, parsePowerW);

function addDistribution(
  table: Table,
  distribution: Distribution<string>,
  parse: (text: unknown) => number | undefined,
): number {
  const row = distributionRow(distribution, (text) => {
    const amount = parse(text);
    assert(amount !== undefined, `unchecked amount ${text}`);
    return amount;
  });
  return addRow(table, row);
}

/** Returns the index of the distribution's row; equal ones share it. */
function addRow({ distributions }: Table, row: readonly [number, number, number]): number {
  for (let at = 0; at < distributions.length; at += DISTRIBUTION_WIDTH) {
    if (row.every((value, index) => distributions[at + index] === value)) {
      return at / DISTRIBUTION_WIDTH;
    }
  }
  return distributions.push(...row) / DISTRIBUTION_WIDTH - 1;
}

/** Kind, p1, p2. */
export function distributionRow(
  distribution: Distribution<string>,
  amountOf: (text: string) => number,
): [number, number, number] {
  if (typeof distribution === 'string') {
    return [DistributionKind.constant, amountOf(distribution), 0];
  }
  if ('exponential' in distribution) {
    return [DistributionKind.exponential, amountOf(distribution.exponential), 0];
  }
  if ('uniform' in distribution) {
    const [low, high] = distribution.uniform;
    return [DistributionKind.uniform, amountOf(low), amountOf(high)];
  }
  if ('lognormal' in distribution) {
    const { median, sigma } = distribution.lognormal;
    return [DistributionKind.lognormal, amountOf(median), sigma];
  }
  const { mean, sd } = distribution.normal;
  return [DistributionKind.normal, amountOf(mean), amountOf(sd)];
}
