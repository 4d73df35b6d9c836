import type { Study } from '../study/study.ts';
import { reportDocument } from './content.ts';
import type { Answer, Block, Figure, Rules, Section, Table } from './document.ts';
import { shownText as escaped, escapeText } from './markup.ts';
import { POINTER, POINTER_HASH } from './pointer.ts';
import { STYLE } from './style.ts';

/** The report of a study as one HTML file that needs nothing else: no network, no font. It is read without its script, which shows what is under the pointer. */
export function htmlReport(study: Study): string {
  const { title, lead, sections, footer } = reportDocument(study);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src '${POINTER_HASH}'">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${escaped(title)}</h1>
${lead ? `<p class="lead">${escaped(lead)}</p>` : ''}
<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => `<li><a href="#${id}">${escaped(title)}</a></li>`).join('')}</ul></nav>
</header>
<main>
${sections.map(sectionHtml).join('\n')}
</main>
<footer>${footer.map((line) => `<p>${escaped(line)}</p>`).join('')}</footer>
<script>${POINTER}</script>
</body>
</html>
`;
}

/** Sections as HTML, for a page that has the style of reports. */
export function sectionHtml({ id, title, blocks, folded }: Section): string {
  const heading = `<h2 id="${id}-title">${escaped(title)}</h2>`;
  const content = blocks.map(blockHtml).join('\n');
  return `<section id="${id}" aria-labelledby="${id}-title"${folded ? ' class="folded"' : ''}>
${folded ? `<details><summary>${heading}</summary>\n${content}\n</details>` : `${heading}\n${content}`}
</section>`;
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'text':
      return `<p>${prose(block.text)}</p>`;
    case 'facts':
      return `<dl class="facts${block.main ? ' main' : ''}">${block.items
        .map(
          ({ label, value, remark }) =>
            `<div><dt>${escaped(label)}</dt><dd class="value">${escaped(value)}</dd>${remark ? `<dd class="remark">${prose(remark)}</dd>` : ''}</div>`,
        )
        .join('')}</dl>`;
    case 'answers':
      return `<dl class="answers">${block.items.map(answerHtml).join('\n')}</dl>`;
    case 'beside':
      return `<div class="beside">${block.sides.map((side) => `<div>${side.map(blockHtml).join('\n')}</div>`).join('\n')}</div>`;
    case 'fold':
      return `<details><summary>${escaped(block.title)}</summary>\n${block.blocks.map(blockHtml).join('\n')}\n</details>`;
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul>`;
    case 'table':
      return tableHtml(block);
    case 'rules':
      return rulesHtml(block);
    case 'code':
      return `<pre><code>${escapeText(block.text)}</code></pre>`;
    case 'figures':
      return `<div class="figures">${block.figures.map(figureHtml).join('\n')}</div>`;
  }
}

function answerHtml({ question, answers }: Answer): string {
  return `<div><dt>${escaped(question)}</dt>${answers.map((answer) => `<dd>${prose(answer)}</dd>`).join('')}</div>`;
}

/** Running text: an equation, a percentage and a time stay on their line. */
function prose(text: string): string {
  return escaped(text)
    .replace(/ = /g, '&#160;=&#160;')
    .replace(/(\d) (%|[nµm]?s|min|h|d)(?!\w)/g, '$1&#160;$2');
}

function figureHtml({ caption, svg, wide }: Figure): string {
  return `<figure${wide ? ' class="wide"' : ''}>${svg}<figcaption>${escaped(caption)}</figcaption></figure>`;
}

function rulesHtml({ caption, columns, lines }: Rules): string {
  const head = ['count', ...columns].map((title) => `<th scope="col" class="number">${escaped(title)}</th>`).join('');
  const body = lines.map(({ depth, test, count, answers }) => {
    const cells = columns.map((_, k) => `<td class="number">${escaped(answers?.[k] ?? '')}</td>`).join('');
    const rails = '<i></i>'.repeat(depth);
    return `<tr${answers ? ' class="leaf"' : ''}><th scope="row"><div>${rails}<span>${escaped(test)}</span></div></th><td class="number">${escaped(count)}</td>${cells}</tr>`;
  });
  return framed(
    caption,
    `<thead><tr><th scope="col">where</th>${head}</tr></thead>\n<tbody class="rules">${body.join('\n')}</tbody>`,
  );
}

function tableHtml({ caption, columns, rows }: Table): string {
  const classOf = (k: number) => (columns[k].align === 'right' ? ' class="number"' : '');
  const head = columns.map(({ title }, k) => `<th scope="col"${classOf(k)}>${escaped(title)}</th>`).join('');
  const body = rows
    .map((row) => `<tr>${row.map((cell, k) => `<td${classOf(k)}>${escaped(cell)}</td>`).join('')}</tr>`)
    .join('\n');
  return framed(caption, `<thead><tr>${head}</tr></thead>\n<tbody>${body}</tbody>`);
}

/** A table that scrolls in its own frame where the page is narrow, reachable by keyboard. */
function framed(caption: string, content: string): string {
  const name = escaped(caption);
  return `<div class="table"><p class="caption">${name}</p><div class="scroll" tabindex="0" role="region" aria-label="${name}"><table aria-label="${name}">${content}</table></div></div>`;
}
