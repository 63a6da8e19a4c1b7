/** The clock of a run's coordinator, as an agent knows it. A thin shell of `clock-offset.ts`. */
import type { Clock } from '../base/clock.ts';
import type { Bus } from '../bus/bus.ts';
import { readClock } from '../share/json.ts';
import type { ClockOffset } from '../share/records.ts';
import { clockSubject } from '../share/subjects.ts';
import { better, offsetOf, PROBES, type Probe } from './clock-offset.ts';

const PROBE_LIMIT_MS = 500;

export interface Timekeeper {
  /** Asks again; the best that is known, null: nobody ever answered. */
  probe(): Promise<ClockOffset | null>;
  known(): ClockOffset | null;
  /** A moment of the coordinator's clock on our monotonic one, and the other way round. */
  toNs(theirMs: number): number;
  toTheirMs(ns: number): number;
}

/** Our wall clock may be set during a run: it is read once, and goes on by the monotonic one. */
export function timekeeper(bus: Bus, clock: Clock, runId: string): Timekeeper {
  const originNs = clock.nowNs();
  const originMs = clock.wallMs();
  const ownMs = (ns: number) => originMs + (ns - originNs) / 1e6;
  let offset: ClockOffset | null = null;
  const ask = async (): Promise<Probe | null> => {
    const sentMs = ownMs(clock.nowNs());
    try {
      const answer = await bus.request(clockSubject(runId), new Uint8Array(), PROBE_LIMIT_MS);
      const receivedMs = ownMs(clock.nowNs());
      const theirsMs = readClock(answer);
      return theirsMs === null ? null : { sentMs, receivedMs, theirsMs };
    } catch {
      return null;
    }
  };
  return {
    async probe() {
      const probes: Probe[] = [];
      for (let n = 0; n < PROBES && !bus.isAway(); n++) {
        const probe = await ask();
        if (probe !== null) probes.push(probe);
      }
      const fresh = offsetOf(probes);
      if (fresh !== null) offset = better(offset, fresh);
      return offset;
    },
    known: () => offset,
    toNs: (theirMs) => originNs + (theirMs - (offset?.offsetMs ?? 0) - originMs) * 1e6,
    toTheirMs: (ns) => ownMs(ns) + (offset?.offsetMs ?? 0),
  };
}
