import type { Study } from '../study/study.ts';
import { reportDocument } from './content.ts';
import type { Block, Figure, Rules, Table } from './document.ts';
import { standaloneSvg } from './style.ts';
import { typeset } from './typeset.ts';

/** A report in Markdown, and the pictures that it shows. */
export interface MarkdownFiles {
  readonly text: string;
  /** SVG texts by their paths, as the Markdown names them. */
  readonly pictures: ReadonlyMap<string, string>;
}

/** The report of a study as Markdown: the content of the HTML report in tables and lists, without pictures. */
export function markdownReport(study: Study): string {
  return markdownText(study, () => []);
}

/**
 * The same with its pictures as SVG files in a folder beside it (a path relative to the Markdown). Pages such as GitHub's show files, and no
 * pictures that are written into the text.
 */
export function markdownFiles(study: Study, folder: string): MarkdownFiles {
  const pictures = new Map<string, string>();
  const text = markdownText(study, ({ caption, svg }) => {
    const title = /<text class="title"[^>]*>([^<]*)</.exec(svg)?.[1] ?? '';
    const name =
      title
        .replace(/&[#\w]+;/g, '')
        .toLowerCase()
        .match(/[a-z0-9]+/g)
        ?.slice(0, 8)
        .join('-') ?? 'picture';
    const path = `${folder}/${String(pictures.size + 1).padStart(2, '0')}-${name}.svg`;
    pictures.set(path, standaloneSvg(svg));
    return [`![${escaped(caption)}](${path.split('/').map(encodeURIComponent).join('/')})`];
  });
  return { text, pictures };
}

/** What a picture is in the text. */
type Shown = (figure: Figure) => string[];

function markdownText(study: Study, shown: Shown): string {
  const { title, lead, sections, footer } = reportDocument(study);
  const textsOf = (blocks: readonly Block[]) => blocks.flatMap((block) => blockText(block, shown));
  const parts = [
    `# ${escaped(title)}`,
    ...(lead ? [escaped(lead)] : []),
    ...sections.flatMap(({ title, folded, blocks }) => [
      `## ${escaped(title)}`,
      ...(folded ? foldText('Show', textsOf(blocks)) : textsOf(blocks)),
    ]),
    '---',
    ...footer.map(escaped),
  ];
  return `${parts.join('\n\n')}\n`;
}

function blockText(block: Block, shown: Shown): string[] {
  switch (block.kind) {
    case 'text':
      return [escaped(block.text)];
    case 'facts':
      return [
        listText(block.items.map(({ label, value, remark }) => `${label}: ${value}${remark ? ` (${remark})` : ''}`)),
      ];
    case 'answers':
      return block.items.flatMap(({ question, answers }) => [`**${escaped(question)}**`, listText(answers)]);
    case 'beside':
      return block.sides.flat().flatMap((one) => blockText(one, shown));
    case 'fold':
      return foldText(
        block.title,
        block.blocks.flatMap((one) => blockText(one, shown)),
      );
    case 'list':
      return [listText(block.items)];
    case 'table':
      return tableText(block);
    case 'rules':
      return [`${escaped(block.caption)}:`, rulesText(block)];
    case 'code':
      return [`    ${block.text.replace(/\n/g, '\n    ')}`];
    case 'figures':
      return block.figures.flatMap((figure) => [...shown(figure), ...(figure.table ? tableText(figure.table) : [])]);
  }
}

function foldText(title: string, texts: readonly string[]): string[] {
  return [`<details><summary>${escaped(title)}</summary>`, ...texts, '</details>'];
}

function rulesText({ columns, lines }: Rules): string {
  return lines
    .map(({ depth, test, count, answers }) => {
      const answer = answers ? `: ${columns.map((column, k) => `${column} ${answers[k]}`).join(', ')}` : '';
      return `${'  '.repeat(depth)}- ${escaped(`${test} (${count})${answer}`)}`;
    })
    .join('\n');
}

function listText(items: readonly string[]): string {
  return items.map((item) => `- ${escaped(item)}`).join('\n');
}

function tableText({ caption, columns, rows }: Table): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    `${escaped(caption)}:`,
    [
      line(columns.map(({ title }) => escaped(title))),
      line(columns.map(({ align }) => (align === 'right' ? '---:' : '---'))),
      ...rows.map((row) => line(row.map(escaped))),
    ].join('\n'),
  ];
}

/** Text that means the same in Markdown and in a table's cell. */
function escaped(text: string): string {
  return typeset(text)
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]|~#]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}
