/**
 * What a coordinator writes into the log of its run, between the words of the agents. What it has
 * decided holds from where its note stands: whoever reads the log again comes to the same result.
 */
import type { RunEvent } from '../fleet/result.ts';
import { between, list, matching, record, text, variant, whole } from '../share/shape.ts';
import { NAME } from '../share/subjects.ts';

/** In the log where agents have their names; an agent of that name is not heard. */
export const COORDINATOR = '_coordinator';

/** Whose a share is for how long. */
export interface Holder {
  readonly share: number;
  readonly epoch: number;
  readonly agent: string;
}

export type Note =
  /** A coordinator begins here, or goes on: what is older was written before its time. */
  | { readonly note: 'here'; readonly session: string }
  /** All shares begin at that moment of its clock, ms since 1970. */
  | { readonly note: 'begin'; readonly atMs: number; readonly holders: readonly Holder[] }
  /** A share that was lost is somebody else's from here on. */
  | { readonly note: 'holder'; readonly holder: Holder }
  | { readonly note: 'lost'; readonly share: number; readonly epoch: number; readonly why: string }
  /** The second closes without those that have not delivered it. */
  | { readonly note: 'close'; readonly index: number }
  /** The drain was ordered before it was due. */
  | { readonly note: 'drain'; readonly atS: number }
  | { readonly note: 'event'; readonly session: string; readonly event: RunEvent };

const share = whole(0, 9_999);
const seconds = between(0, 1e9);
const name = matching(NAME);
const holder = record<Holder>({ share, epoch: whole(1), agent: name });

const isNote = variant<'note', Note>('note', {
  here: record({ session: name }),
  begin: record({ atMs: between(0, 1e14), holders: list(holder, 10_000) }),
  holder: record({ holder }),
  lost: record({ share, epoch: whole(1), why: text(1000) }),
  close: record({ index: whole(0) }),
  drain: record({ atS: seconds }),
  event: record({ session: name, event: record<RunEvent>({ atS: seconds, text: text(4000) }) }),
});

export const encodeNote = (note: Note): Uint8Array => Buffer.from(JSON.stringify(note));

/** null: it is none of ours. */
export function decodeNote(bytes: Uint8Array): Note | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return isNote(value) ? value : null;
  } catch {
    return null;
  }
}
