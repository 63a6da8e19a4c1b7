/** The whole page: the same for a run under way and for its report. */
import type { RunView } from '../view/run-view.ts';
import { h } from './dom.ts';
import { latency } from './latency.ts';
import { errors, fleet, generator, rates } from './panels.ts';
import type { Part } from './part.ts';
import { header, thresholds } from './summary.ts';
import { calls, compared, environment, events, ramp } from './tables.ts';

export interface Page {
  show(view: RunView): void;
  /** A line at the top that stays until it is replaced; '': none. */
  say(text: string): void;
}

export function page(root: HTMLElement, base: RunView | null): Page {
  const parts: readonly Part[] = [
    ...[header(), thresholds(), compared(), fleet(), rates(), latency()],
    ...[errors(), generator(), calls(), ramp(), events(), environment()],
  ];
  const [first, ...sections] = parts.map(({ element }) => element);
  const links = sections.map((section) => h('li', {}, linkTo(section)));
  const status = h('p', { class: 'status', role: 'status' });
  const main = h('main', {}, ...sections);
  root.replaceChildren(
    status,
    first,
    h('nav', { 'aria-label': 'Sections' }, h('ul', {}, ...links)),
    main,
  );
  for (const query of ['(prefers-color-scheme: dark)', 'print']) {
    matchMedia(query).addEventListener('change', () => {
      for (const part of parts) part.repaint?.();
    });
  }
  return {
    show(view) {
      document.title = `${view.verdict?.trust ?? 'killed'}: ${view.run.scenario.name} - ocpp-load`;
      for (const part of parts) part.show({ view, base });
      for (const [i, link] of links.entries()) link.hidden = sections[i].hidden;
    },
    say(text) {
      status.textContent = text;
    },
  };
}

function linkTo({ id }: HTMLElement): HTMLElement {
  const name = id === 'calls' ? 'CALLs' : `${id[0].toUpperCase()}${id.slice(1)}`;
  return h('a', { href: `#${id}` }, name === 'Rates' ? 'Traffic' : name);
}
