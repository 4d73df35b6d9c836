import { count } from '../../report/format.ts';
import type { PageNode, PageQuestion } from '../page-data.ts';
import { element, section, setText } from './dom.ts';
import type { Answer, Evaluator } from './evaluator.ts';

/** Lines beyond which the deepest levels are left out; the path through them is still listed. */
const MOST_LINES = 120;

/** What was distilled, with what holds at the point lit up. */
export function rules({ data }: Evaluator) {
  if (!data.rules) return [];
  const { title, root } = data.rules;
  let depth = depthOf(root);
  while (depth > 1 && linesOf(root, depth) > MOST_LINES) depth--;
  const lines = new Map<PageNode, HTMLElement>();
  const tree = element('ul', { class: 'rules' }, listed(root, depth, lines));
  const here = element('p', { class: 'here' });
  const cut =
    depth < depthOf(root) ? [element('p', { class: 'hint' }, `Only the first ${depth} levels are shown.`)] : [];
  let lit: readonly PageNode[] = [];
  const show = (answer: Answer) => {
    const path = pathOf(root, answer);
    if (path.length === lit.length && path.every((node, k) => node === lit[k])) return;
    for (const node of lit) lines.get(node)?.classList.remove('lit');
    for (const node of path) lines.get(node)?.classList.add('lit');
    lit = path;
    const words = path.slice(1).map(({ text }) => text);
    setText(here, `Here: ${words.join(', ')}. Then ${path[path.length - 1].answers}.`);
  };
  return [
    {
      root: section('rules', 'Rules', element('p', { class: 'hint' }, `Distilled by '${title}'`), here, tree, ...cut),
      show,
    },
  ];
}

function listed(node: PageNode, levels: number, lines: Map<PageNode, HTMLElement>): HTMLElement {
  const parts = [
    element('span', { class: 'test' }, node.text),
    ...(node.count > 0 ? [element('span', { class: 'count' }, count(node.count))] : []),
    ...(node.answers ? [element('span', { class: 'says' }, node.answers)] : []),
  ];
  const line = element('div', { class: 'line' }, ...parts);
  lines.set(node, line);
  const below = levels > 0 ? node.below.map((one) => listed(one, levels - 1, lines)) : [];
  return element('li', {}, line, ...(below.length > 0 ? [element('ul', {}, ...below)] : []));
}

const depthOf = ({ below }: PageNode): number => (below.length === 0 ? 0 : 1 + Math.max(...below.map(depthOf)));

const linesOf = ({ below }: PageNode, depth: number): number =>
  1 + (depth > 0 ? below.reduce((sum, one) => sum + linesOf(one, depth - 1), 0) : 0);

/** From the root to the line that answers. */
function pathOf(root: PageNode, answer: Answer): PageNode[] {
  const path = [root];
  for (let node = root; node.below.length > 0; ) {
    node = node.below.find(({ question }) => !question || holds(question, answer)) ?? node.below[node.below.length - 1];
    path.push(node);
  }
  return path;
}

function holds({ atLeast, tests }: PageQuestion, answer: Answer): boolean {
  const held = tests.filter(({ column, above, least, most, levels, of = 0 }) => {
    const u = answer.coordinate(column);
    if (levels) return levels.includes(Math.min(of - 1, Math.max(0, Math.floor(u * of))));
    return (
      !(above !== undefined && !(u > above)) && !(least !== undefined && u < least) && !(most !== undefined && u > most)
    );
  });
  return held.length >= atLeast;
}
