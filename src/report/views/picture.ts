import { PALETTE } from '../palette.ts';
import { svgStyle } from '../plots/svg-style.ts';

/** What shows objects in a Jupyter notebook with Deno's kernel. */
const JUPYTER: unique symbol = Symbol.for('Jupyter.display') as never;
const SCOPE = '.imago-picture';
const STYLE = `${PALETTE.replaceAll(':root', SCOPE)}${svgStyle(SCOPE)}
${SCOPE} { font-family: ui-sans-serif, system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }`;

/** What a page has to make an element of text; typed here, since imago needs no DOM. */
interface Page {
  readonly document?: {
    createElement(name: 'template'): { innerHTML: string; content: { firstElementChild: { remove(): void } } };
  };
}

/**
 * A plot and the numbers that it shows. It stands by itself: as a file (`svg`), in a notebook, where Deno's kernel shows it and
 * `tslab.display.svg(picture.svg)` does, and in a page (`node()`).
 */
export class Picture<T> {
  readonly data: T;
  /** The text of an SVG element with its own style, light and dark. */
  readonly svg: string;
  readonly #title: string;

  /** @internal */
  constructor(data: T, plot: string) {
    this.data = data;
    const [open] = /^<svg [^>]*>/.exec(plot) as RegExpExecArray;
    const paper = '<rect width="100%" height="100%" style="fill:var(--paper)"/>';
    const head = open.replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" class="imago-picture" ');
    this.svg = `${head}<style>${STYLE}</style>${paper}${plot.slice(open.length)}`;
    this.#title = /aria-label="([^"]*)"/.exec(open)?.[1] ?? '';
  }

  /** The SVG text. */
  toString(): string {
    return this.svg;
  }

  /** An SVG element of this page, as cells of Observable show it. Throws where there is no page. */
  node(): unknown {
    const { document } = globalThis as Page;
    if (!document) throw new TypeError('node: there is no page here; svg has the text of the picture');
    const template = document.createElement('template');
    template.innerHTML = this.svg;
    const element = template.content.firstElementChild;
    // A cell shows an element that stands nowhere yet, and prints any other one.
    element.remove();
    return element;
  }

  /** What Jupyter shows, by media type. */
  [JUPYTER](): Readonly<Record<string, string>> {
    return { 'image/svg+xml': this.svg, 'text/plain': this.#title };
  }
}
