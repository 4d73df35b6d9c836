import type { Study } from '../study/study.ts';
import { reportDocument } from './content.ts';
import type { Block, Rules, Table } from './document.ts';
import { typeset } from './typeset.ts';

/** The report of a study as Markdown: the content of the HTML report in tables and lists. */
export function markdownReport(study: Study): string {
  const { title, lead, sections, footer } = reportDocument(study);
  const parts = [
    `# ${escaped(title)}`,
    ...(lead ? [escaped(lead)] : []),
    ...sections.flatMap((section) => [
      `## ${escaped(section.title)}`,
      ...(section.folded ? foldText('Show', section.blocks) : section.blocks.flatMap(blockText)),
    ]),
    '---',
    ...footer.map(escaped),
  ];
  return `${parts.join('\n\n')}\n`;
}

function blockText(block: Block): string[] {
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
      return block.sides.flatMap((side) => side.flatMap(blockText));
    case 'fold':
      return foldText(block.title, block.blocks);
    case 'list':
      return [listText(block.items)];
    case 'table':
      return tableText(block);
    case 'rules':
      return [`${escaped(block.caption)}:`, rulesText(block)];
    case 'code':
      return [`    ${block.text.replace(/\n/g, '\n    ')}`];
    case 'figures':
      return block.figures.flatMap(({ table }) => (table ? tableText(table) : []));
  }
}

function foldText(title: string, blocks: readonly Block[]): string[] {
  return [`<details><summary>${escaped(title)}</summary>`, ...blocks.flatMap(blockText), '</details>'];
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
