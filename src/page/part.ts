/** A part of the page: made once, shown again whenever the run has gone on. */
import type { RunView } from '../view/run-view.ts';

export interface Shown {
  readonly view: RunView;
  /** The run that it is compared with. */
  readonly base: RunView | null;
}

export interface Part {
  readonly element: HTMLElement;
  show(shown: Shown): void;
  /** Draws again what depends on colours. */
  repaint?(): void;
}
