/** Elements. Text from outside goes in as text nodes and attributes, never as markup. */

type Child = Node | string | null;
type Attributes = Readonly<Record<string, string | boolean | null>>;

/** Attributes that are null or false are left out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  element.append(...children.filter((child) => child !== null));
  return element;
}

export function svg(tag: string, attributes: Attributes = {}, ...children: readonly Node[]) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  setAttributes(element, attributes);
  element.append(...children);
  return element;
}

function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
}

export interface Column {
  readonly title: string;
  /** Text is set left, numbers right. */
  readonly text?: boolean;
}

/** A table that can be scrolled by keyboard where it is wider than the page. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): HTMLElement {
  const cell = (text: string, i: number) => {
    const attributes = { class: columns[i].text ? 'text' : null };
    return i === 0 ? h('th', { scope: 'row', ...attributes }, text) : h('td', attributes, text);
  };
  const head = columns.map(({ title, text }) =>
    h('th', { scope: 'col', class: text ? 'text' : null }, title),
  );
  const body = rows.map((row) => h('tr', {}, ...row.map(cell)));
  return h(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    h(
      'table',
      {},
      h('caption', {}, caption),
      h('thead', {}, h('tr', {}, ...head)),
      h('tbody', {}, ...body),
    ),
  );
}

/** Shows `children` in an element. What is the same stays, and with it focus and scrolling. */
export function fill(element: Element, ...children: readonly Child[]): void {
  morph(element, h('div', {}, ...children));
}

function morph(into: Node, fresh: Node): void {
  const [there, wanted] = [[...into.childNodes], [...fresh.childNodes]];
  for (const [i, node] of wanted.entries()) {
    const old = there[i];
    if (old === undefined) into.appendChild(node);
    else if (!old.cloneNode(false).isEqualNode(node.cloneNode(false))) into.replaceChild(node, old);
    else morph(old, node);
  }
  for (const old of there.slice(wanted.length)) into.removeChild(old);
}
