/** Whether a run that is to be resumed has a coordinator that lives. */
import type { Bus } from '../bus/bus.ts';
import { coordinatorSubject } from '../share/subjects.ts';
import { HEARD_EVERY_MS } from './ears.ts';

/** It tells that it lives, and may be a little late. */
const LISTENS_MS = HEARD_EVERY_MS * 1.5;

export interface Before {
  /** How long ago it was heard last, ms; null: it was not, for as long as it is never silent. */
  heardMsAgo(): Promise<number | null>;
  close(): void;
}

/** Begins to listen. @param nowMs monotonic. */
export function listenBefore(bus: Bus, runId: string, nowMs: () => number): Before {
  let heardMs: number | null = null;
  let end: () => void = () => undefined;
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  const timer = setTimeout(end, LISTENS_MS);
  const stop = bus.subscribe(coordinatorSubject(runId), () => {
    heardMs = nowMs();
    end();
  });
  return {
    async heardMsAgo() {
      await over;
      return heardMs === null ? null : nowMs() - heardMs;
    },
    close() {
      clearTimeout(timer);
      end();
      stop();
    },
  };
}
