/** How many nodes of a target a forecast takes, by what a capacity search found of one. */
import { UserError } from '../base/errors.ts';
import type { CapacityResult } from '../capacity/result.ts';
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
  /** Why the nodes do not follow from the CALLs a second as well; null: they do. */
  readonly noRate: string | null;
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

/** What nodes are counted for. */
export interface Demand {
  readonly chargerCount: number;
  /** Of the scenario. */
  readonly name: string;
  /** A closed loop: its CALLs come as fast as the target answers. */
  readonly isClosed: boolean;
}

const CLOSED_LOOP =
  'the scenario has a closed loop, whose CALLs come as fast as the target answers: a node that ' +
  'holds its chargers holds what they send, so the chargers decide and no rate does';

export function nodesFor(figures: Figures, of: Demand, node: Node, headroom: number): NodePlan {
  const { chargerCount, name, isClosed } = of;
  const need = (by: NodeNeed['by'], load: number | undefined, perNode: number) => {
    if (load === undefined) return [];
    const nodes = Math.max(1, Math.ceil(load / (perNode * (1 - headroom)) - 1e-9));
    return [{ by, load, perNode, nodes }];
  };
  const rates = [
    ...need('minute', figures.calls.peakMinute?.perS, node.callsPerS),
    ...need('boot', figures.boot.callsMinute?.perS, node.callsPerS),
    ...need('return', figures.outage?.callsMinute?.perS, node.callsPerS),
  ];
  const needs = [...need('chargers', chargerCount, node.chargers), ...(isClosed ? [] : rates)];
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
    noRate: isClosed ? CLOSED_LOOP : null,
    doubts: [
      ...node.doubts,
      ...(node.scenario === name ? [] : [other]),
      ...(isClosed ? [] : untold(figures)),
    ],
  };
}

/** A rate is that of a busiest minute: what is shorter has none. */
function untold({ calls, boot, outage }: Figures): string[] {
  const missing = [
    ...(calls.peakMinute === null ? ['the peak minute'] : []),
    ...(boot.callsMinute === null ? ['the boot storm'] : []),
    ...(outage !== null && outage.callsMinute === null ? ['the return'] : []),
  ];
  if (missing.length === 0) return [];
  const rows = missing.join(' and ');
  return [`no nodes for ${rows}: less than a whole minute was played; a longer --for tells them`];
}

function doubtsOf({ end, isConfirmed, question, vary }: CapacityResult): string[] {
  const onlyCars =
    'cars came faster to a fleet of one size: a node may hold more chargers than that';
  return [
    ...(vary === 'rate' ? [onlyCars] : []),
    ...(end === null ? ['the search was interrupted: the capacity may be higher'] : []),
    ...(end === 'atLeast' ? ['the search ended before the target gave out: it holds more'] : []),
    ...(end === 'generatorLimit' ? ['the generator gave out first: the target may hold more'] : []),
    ...(end === 'unclear' ? ['what is above it could not be told: it may hold more'] : []),
    ...(isConfirmed ? [] : ['the capacity was not confirmed by a second, longer look']),
    ...(question.target === 'embedded' ? ["the capacity is that of ocpp-load's test double"] : []),
  ];
}
