/** Hears agents, their shares and their log, and lets them hear that there is a coordinator. */
import type { Bus, LogEntry, RunSpace } from '../bus/bus.ts';
import { clockBytes, readAnnouncement, readShare, toBytes } from '../share/json.ts';
import type { Announcement, RunRecord, ShareRecord } from '../share/records.ts';
import {
  agentSubject,
  clockSubject,
  coordinatorSubject,
  EVERY_AGENT,
  EVERY_SHARE,
  shareKey,
} from '../share/subjects.ts';

export interface Heard {
  away(away: boolean): void;
  announced(announcement: Announcement): void;
  share(share: number, record: ShareRecord, revision: number): void;
  entry(entry: LogEntry): void;
  /** Asked for by agents, ms since 1970. */
  wallMs(): number;
}

/** A coordinator tells that it lives. */
export const HEARD_EVERY_MS = 1_000;

/** Returns how to stop. */
export function listen(
  { bus, space, record }: { bus: Bus; space: RunSpace; record: RunRecord },
  session: string,
  heard: Heard,
): () => void {
  const { runId, shares } = record;
  const beat = toBytes({ session });
  const alive = setInterval(() => bus.publish(coordinatorSubject(runId), beat), HEARD_EVERY_MS);
  const stops = [
    () => clearInterval(alive),
    bus.onAway(heard.away),
    bus.subscribe(EVERY_AGENT, ({ subject, data }) => {
      const announcement = readAnnouncement(data);
      // Who speaks in another's name is not heard.
      if (announcement === null || subject !== agentSubject(announcement.agent)) return;
      heard.announced(announcement);
    }),
    space.watch(EVERY_SHARE, ({ key, value, revision }) => {
      const share = Number(key.slice(key.indexOf('.') + 1));
      const entry = readShare(value);
      if (entry !== null && key === shareKey(share) && share < shares) {
        heard.share(share, entry, revision);
      }
    }),
    bus.respond(clockSubject(runId), () => clockBytes(heard.wallMs())),
    space.read(heard.entry),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
