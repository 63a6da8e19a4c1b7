/** What the parent and the process of the embedded central system say to each other, over IPC. */
import type { CsmsCounters } from './counters.ts';
import type { CsmsOptions } from './options.ts';
import type { Place } from './place.ts';

export type ParentMessage =
  | { readonly type: 'start'; readonly options: CsmsOptions; readonly place: Place }
  | { readonly type: 'counters'; readonly request: number }
  /** Answered with the final counters; then the process exits. */
  | { readonly type: 'stop'; readonly request: number };

export type ChildMessage =
  | { readonly type: 'listening'; readonly url: string }
  /** The options or the address are wrong: a `UserError`'s two texts. */
  | { readonly type: 'refused'; readonly message: string; readonly hint: string }
  | { readonly type: 'counters'; readonly request: number; readonly counters: CsmsCounters };
