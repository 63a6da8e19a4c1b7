/** Acts on the run under way, where the server allows it and this tab was opened with a token. */
import type { RunView } from '../view/run-view.ts';
import { h } from './dom.ts';

export interface Controls {
  readonly element: HTMLElement;
  show(view: RunView): void;
}

export function controls(): Controls {
  const token = takeToken();
  const said = h('output', {});
  const act = async (action: object) => {
    said.textContent = '...';
    said.textContent = await post(action, token ?? '');
  };
  const pause = h('button', { type: 'button' });
  const factor = numberField('factor', { min: '0.01', max: '100', value: '1' });
  const share = numberField('percent', { min: '0.01', max: '100', value: '10' });
  const arrivals = h(
    'div',
    { class: 'controls' },
    pause,
    row('arrivals at', factor, 'times the planned rate', button('Set rate', setRate)),
  );
  let paused = false;
  /** In the unit of the field: the server would tell of another. */
  const fits = (field: HTMLInputElement) => {
    if (field.value !== '' && field.checkValidity()) return true;
    said.textContent = `it takes a number from ${field.min} to ${field.max}`;
    return false;
  };
  function setRate() {
    if (fits(factor)) void act({ action: 'rate', factor: factor.valueAsNumber });
  }
  function drop() {
    if (fits(share)) void act({ action: 'drop', share: share.valueAsNumber / 100 });
  }
  function stop() {
    if (window.confirm('Stop the run? Its chargers finish what they do.')) {
      void act({ action: 'stop' });
    }
  }
  pause.addEventListener('click', () => {
    void act({ action: paused ? 'resumeArrivals' : 'pauseArrivals' });
  });
  const element = h(
    'section',
    { id: 'control', 'aria-label': 'Control of the run', hidden: true },
    arrivals,
    h(
      'div',
      { class: 'controls' },
      row('drop', share, '% of the connections', button('Drop', drop)),
      button('Stop the run', stop),
    ),
    h('p', { class: 'quiet', role: 'status' }, said),
  );
  return {
    element,
    show({ control, end }) {
      element.hidden = token === null || control === undefined || end !== null;
      if (control === undefined) return;
      // A closed load has no arrivals to act on.
      arrivals.hidden = control.arrivals.length === 0;
      paused = control.paused;
      pause.textContent = paused ? 'Resume arrivals' : 'Pause arrivals';
      if (document.activeElement !== factor) factor.value = String(control.factor);
    },
  };
}

/** It leaves the address, which people copy and show; a reload of the tab still has it. */
function takeToken(): string | null {
  const [, given] = /^#token=(.+)$/.exec(location.hash) ?? [];
  if (given !== undefined) {
    sessionStorage.setItem('token', given);
    history.replaceState(null, '', location.pathname);
  }
  return given ?? sessionStorage.getItem('token');
}

/** What was done, or why not. */
async function post(action: object, token: string): Promise<string> {
  try {
    const response = await fetch('./control', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(action),
    });
    const answer = (await response.json()) as { done?: string; error?: string; hint?: string };
    return answer.done ?? `${answer.error}: ${answer.hint}`;
  } catch {
    return 'there was no answer: the run is over, or out of reach';
  }
}

const numberField = (name: string, attributes: Readonly<Record<string, string>>) =>
  h('input', { type: 'number', name, id: `control-${name}`, step: 'any', ...attributes });

const row = (before: string, field: HTMLElement, after: string, submit: HTMLElement) =>
  h('span', {}, h('label', { for: field.id }, `${before} `, field, ` ${after} `), submit);

function button(text: string, act: () => void): HTMLElement {
  const element = h('button', { type: 'button' }, text);
  element.addEventListener('click', act);
  return element;
}
