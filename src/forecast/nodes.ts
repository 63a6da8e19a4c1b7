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
  readonly doubts: readonly string[];
}

/** @throws UserError when the search found no load that the target held. */
export function nodesFor(
  figures: Figures,
  chargers: number,
  { file, result, headroom }: { file: string; result: CapacityResult; headroom: number },
): NodePlan {
  const { held } = result;
  if (held === null) {
    throw new UserError(
      `${file} has no load that the target held`,
      'a search from a lower --from may find one',
    );
  }
  const need = (by: NodeNeed['by'], load: number | undefined, perNode: number) => {
    if (load === undefined || perNode <= 0) return [];
    const nodes = Math.max(1, Math.ceil(load / (perNode * (1 - headroom)) - 1e-9));
    return [{ by, load, perNode, nodes }];
  };
  const needs = [
    ...need('chargers', chargers, held.chargers),
    ...need('minute', figures.calls.peakMinute?.perS, held.callsPerS),
    ...need('boot', figures.boot.callsMinute?.perS, held.callsPerS),
    ...need('return', figures.outage?.callsMinute?.perS, held.callsPerS),
  ];
  const most = (those: readonly NodeNeed['by'][]) =>
    Math.max(...needs.filter(({ by }) => those.includes(by)).map(({ nodes }) => nodes));
  return {
    headroom,
    heldChargers: held.chargers,
    heldCallsPerS: held.callsPerS,
    needs,
    ordinary: most(['chargers', 'minute']),
    storms: most(['chargers', 'minute', 'boot', 'return']),
    doubts: doubtsOf(result),
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
