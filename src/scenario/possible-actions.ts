/** What a fleet's chargers may send, as far as the scenario alone can tell. */
import { ACTIONS, type Action } from '../ocpp/actions.ts';
import type { Fleet, Step } from './types.ts';
import { hasRecord } from './validate-model.ts';

/** Alone, or with the charging record of models that have one. */
const SESSION: readonly Action[] = [
  'Authorize',
  'StartTransaction',
  'MeterValues',
  'StopTransaction',
];

/** @param commanded whether a central system may send it commands: any but DataTransfer. */
export function possibleActions(fleet: Fleet, commanded: boolean): ReadonlySet<Action> {
  const byCommand = commanded ? ACTIONS.filter((action) => action !== 'DataTransfer') : [];
  return new Set<Action>([
    ...byCommand,
    'BootNotification',
    'StatusNotification',
    // Clock-aligned values need no step.
    'MeterValues',
    ...(fleet.heartbeat === 'off' ? [] : (['Heartbeat'] as const)),
    ...fleet.life.steps.flatMap((step) => actionsOf(step, hasRecord(fleet.model))),
  ]);
}

function actionsOf(step: Step, record: boolean): readonly Action[] {
  const recorded: readonly Action[] = record ? ['DataTransfer'] : [];
  switch (step.step) {
    case 'authorize':
      return ['Authorize'];
    case 'start':
      return ['StartTransaction'];
    case 'stop':
      return ['StopTransaction'];
    case 'record':
      return recorded;
    case 'session':
      return [...SESSION, ...recorded];
    case 'call':
      return [step.action];
    case 'script':
      return ACTIONS;
    default:
      return 'steps' in step ? step.steps.flatMap((inner) => actionsOf(inner, record)) : [];
  }
}
