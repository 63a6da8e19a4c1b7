/** Series a agent, of a run over several machines: by name, of those that it began with. */
import type { ShareFacts } from '../fleet/share-facts.ts';

/** A label has as many values as a run has agents; beyond these they are left out. */
export const MOST_AGENTS = 1000;

/** Each agent once, in the order of the shares. */
export const agentNames = (agents: readonly string[] = []): string[] =>
  [...new Set(agents)].slice(0, MOST_AGENTS);

/** One value an agent, over all shares that it had; null: it has none. */
export function byAgent(
  names: readonly string[],
  shares: readonly ShareFacts[] | undefined,
  read: (own: readonly ShareFacts[]) => number | null,
): (number | null)[] {
  return names.map((name) => {
    const own = (shares ?? []).filter(({ agent }) => agent === name);
    return own.length === 0 ? null : read(own);
  });
}

export const isUp = (own: readonly ShareFacts[]): number =>
  own.every(({ state }) => state === 'running' || state === 'ended') ? 1 : 0;

export const offsetS = (own: readonly ShareFacts[]): number | null => {
  const { offsetMs } = own[own.length - 1];
  return offsetMs === null ? null : offsetMs / 1000;
};

/** Late ones too: they were missing when they closed. */
export const missingSeconds = (own: readonly ShareFacts[]): number =>
  own.reduce((sum, { missing, late }) => sum + missing + late, 0);
