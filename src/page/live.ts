/**
 * A run under way. The server sends events: `view`, all of a RunView, whenever a page connects, and
 * `update`, what has changed since. After an update with `end` nothing follows.
 */
import { applyUpdate, type RunView, type Update } from '../view/run-view.ts';
import { controls } from './controls.ts';
import { page } from './page.ts';

const RETRY_MS = 2000;
const root = document.getElementById('page')!;
const { show, say } = page(root, null);
const control = controls();
root.querySelector('header')?.after(control.element);
let view: RunView | null = null;
let source: EventSource | null = null;

function connect(): void {
  source = new EventSource('./events');
  source.addEventListener('view', ({ data }) => take(JSON.parse(data) as RunView));
  source.addEventListener('update', ({ data }) => {
    if (view !== null) take(applyUpdate(view, JSON.parse(data) as Update));
  });
  source.addEventListener('error', () => {
    const last = view?.points.at(-1);
    const since =
      last === undefined ? '' : ` What is shown ends ${Math.round(last.toS)} s into it.`;
    say(`Connection lost: trying again.${since}`);
    // The browser tries again by itself, unless the server had answered something else.
    if (source?.readyState === EventSource.CLOSED) window.setTimeout(connect, RETRY_MS);
  });
}

function take(next: RunView): void {
  view = next;
  if (next.end === null) {
    say('');
  } else {
    say('The run is over. This is its last state; the page is not updated any more.');
    source?.close();
  }
  control.show(next);
  // A page that nobody sees costs the machine of the run nothing.
  if (!document.hidden) show(next);
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden && view !== null) show(view);
});
say('Connecting.');
connect();
