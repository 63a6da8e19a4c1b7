import type { ShareFacts } from '../fleet/share-facts.ts';
import type { RunLog } from './log.ts';

/** @param isSilent whether an agent is not heard now. */
export function shareFacts(
  { shares, closer, startedAtMs }: RunLog,
  isSilent: (agent: string) => boolean = () => false,
): ShareFacts[] {
  const plannedMs = startedAtMs ?? Number.NaN;
  return shares.tenures.map((tenure) => {
    const { share, agent, epoch, header, offset, beganAtMs, refused, end, state } = tenure;
    return {
      ...{ share, agent, epoch },
      chargers: header?.chargerCount ?? 0,
      workers: header?.workers ?? 0,
      offsetMs: offset?.offsetMs ?? null,
      roundTripMs: offset?.roundTripMs ?? null,
      // An heir begins when it is ready: nothing was planned for that.
      startSkewMs: !tenure.isHeir && beganAtMs !== null ? beganAtMs - plannedMs : null,
      ...closer.of(tenure.number),
      refused,
      cpuUs: end?.generator.cpuUs ?? null,
      state: state === 'running' && isSilent(agent) ? 'silent' : state,
    };
  });
}
