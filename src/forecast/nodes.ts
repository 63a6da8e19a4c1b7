/** How many nodes of a target a forecast takes, by what a capacity search found of one. */
import { UserError } from '../base/errors.ts';
import type { CapacityResult } from '../capacity/result.ts';
import type { Plan } from '../plan/plan.ts';
import type { Figures } from './figures.ts';

export interface NodeNeed {
  /** What asks for it. */
  readonly by: 'chargers' | 'minute' | 'boot' | 'return';
  readonly load: number;
  /** Of one node, without the head-room. */
  readonly perNode: number;
  readonly nodes: number;
}

export interface NodePlan {
  /** 0.3: 30 % of a node's capacity stay unused. */
  readonly headroom: number;
  readonly heldChargers: number;
  readonly heldCallsPerS: number;
  readonly needs: readonly NodeNeed[];
  /** For what happens on ordinary days, and for the storms as well. */
  readonly ordinary: number;
  readonly storms: number;
  readonly doubts: readonly string[];
}

/** What one node of a target holds. */
export interface Node {
  readonly chargers: number;
  readonly callsPerS: number;
  readonly scenario: string;
  readonly doubts: readonly string[];
}

/** @throws UserError when the search found no load that the target held. */
export function nodeOf(result: CapacityResult, file: string): Node {
  const { held, question } = result;
  if (held !== null && held.chargers > 0 && held.callsPerS > 0) {
    const { chargers, callsPerS } = held;
    return { chargers, callsPerS, scenario: question.scenario, doubts: doubtsOf(result) };
  }
  throw new UserError(
    `${file} has no load that the target held`,
    'a search from a lower --from may find one',
  );
}

export function nodesFor(
  figures: Figures,
  { chargerCount, name }: Pick<Plan, 'chargerCount' | 'name'>,
  node: Node,
  headroom: number,
): NodePlan {
  const need = (by: NodeNeed['by'], load: number | undefined, perNode: number) => {
    if (load === undefined) return [];
    const nodes = Math.max(1, Math.ceil(load / (perNode * (1 - headroom)) - 1e-9));
    return [{ by, load, perNode, nodes }];
  };
  const needs = [
    ...need('chargers', chargerCount, node.chargers),
    ...need('minute', figures.calls.peakMinute?.perS, node.callsPerS),
    ...need('boot', figures.boot.callsMinute?.perS, node.callsPerS),
    ...need('return', figures.outage?.callsMinute?.perS, node.callsPerS),
  ];
  const most = (those: readonly NodeNeed['by'][]) =>
    Math.max(...needs.filter(({ by }) => those.includes(by)).map(({ nodes }) => nodes));
  const other = `the capacity was measured with another scenario, ${node.scenario}`;
  return {
    headroom,
    heldChargers: node.chargers,
    heldCallsPerS: node.callsPerS,
    needs,
    ordinary: most(['chargers', 'minute']),
    storms: most(['chargers', 'minute', 'boot', 'return']),
    doubts: node.scenario === name ? node.doubts : [...node.doubts, other],
  };
}

function doubtsOf({ end, isConfirmed, question }: CapacityResult): string[] {
  return [
    ...(end === null ? ['the search was interrupted: the capacity may be higher'] : []),
    ...(end === 'atLeast' ? ['the search ended before the target gave out: it holds more'] : []),
    ...(end === 'generatorLimit' ? ['the generator gave out first: the target may hold more'] : []),
    ...(isConfirmed ? [] : ['the capacity was not confirmed by a second, longer look']),
    ...(question.target === 'embedded' ? ["the capacity is that of ocpp-load's test double"] : []),
  ];
}
