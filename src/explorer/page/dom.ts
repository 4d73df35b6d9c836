import { typeset } from '../../report/typeset.ts';

type Attributes = Readonly<Record<string, string | number | boolean>>;
type Child = Node | string;

const SVG = 'http://www.w3.org/2000/svg';

/** An element, its texts as they are set in print; `true` sets an attribute without a value, `false` leaves it out. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  return filled(document.createElement(tag), attributes, children);
}

/** The same of SVG. */
export function drawn<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled<E extends Element>(own: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes))
    if (value !== false) own.setAttribute(name, value === true ? '' : String(value));
  own.append(...children.map((child) => (typeof child === 'string' ? typeset(child) : child)));
  return own;
}

/** A section under a heading. */
export function section(id: string, title: string, ...children: readonly Child[]): HTMLElement {
  const heading = element('h2', { id: `${id}-title` }, title);
  return element('section', { id, 'aria-labelledby': `${id}-title` }, heading, ...children);
}

/** Sets a text, as it is set in print, where it has changed: setting it anyway makes a page lay itself out again. */
export function setText(of: Element, text: string): void {
  const set = typeset(text);
  if (of.textContent !== set) of.textContent = set;
}
