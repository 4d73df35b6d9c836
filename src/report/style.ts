import { PALETTE } from './palette.ts';
import { svgStyle } from './plots/svg-style.ts';

/** The style of the HTML report: type and space of a journal, light and dark, phone and paper. */
export const STYLE = `
${PALETTE}* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 3.5rem 1.5rem 4rem; max-width: 72rem; color: var(--ink); background: var(--paper);
  font: 1.0625rem/1.55 Charter, "Bitstream Charter", "Iowan Old Style", "Palatino Linotype", Palatino, Georgia, serif;
  overflow-wrap: break-word;
}
h1, h2 { font-weight: 600; line-height: 1.2; text-wrap: balance; }
h1 { margin: 0 0 .6rem; font-size: 2.1rem; letter-spacing: -.01em; }
h2 { margin: 0 0 1.1rem; font-size: 1.35rem; }
p, ul { margin: 0 0 1rem; max-width: 42rem; }
ul { padding-left: 1.2rem; }
a { color: var(--link); }
.lead { color: var(--quiet); font-size: 1.15rem; }
nav, table, .caption, figcaption, footer, svg, .facts dt, .facts .remark {
  font-family: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
nav { margin-top: 1.6rem; font-size: .84rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .35rem 1.3rem; margin: 0; padding: 0; max-width: none; list-style: none; }
nav a { text-decoration: none; }
nav a:hover { text-decoration: underline; }
section { margin-top: 3rem; padding-top: 1.4rem; border-top: 1px solid var(--line); }

.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 1.6rem 2rem; margin: 0 0 1.8rem; }
.facts dt { color: var(--quiet); font-size: .84rem; line-height: 1.35; }
.facts dd { margin: 0; }
.facts .value { font-size: 1.75rem; line-height: 1.3; font-variant-numeric: lining-nums; }
.facts .remark { color: var(--quiet); font-size: .84rem; line-height: 1.35; }
.facts.main { grid-template-columns: repeat(auto-fit, minmax(14rem, max-content)); column-gap: 4rem; }
.facts.main .value { font-size: 2.6rem; letter-spacing: -.015em; }

.beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 3rem; align-items: start; }
.beside > div { min-width: 0; }
.beside .figures { margin-top: 0; }
.answers { display: grid; grid-template-columns: minmax(9rem, max-content) 1fr; gap: 1rem 2rem; margin: 0 0 1.8rem; max-width: 58rem; }
.answers > div { display: contents; }
.answers dt { grid-column: 1; font-weight: 600; }
.answers dd { grid-column: 2; margin: 0; }
.answers dd + dd { margin-top: -.6rem; }
summary { cursor: pointer; margin: 0 0 1rem; }
summary:focus-visible { outline: 2px solid var(--link); outline-offset: 3px; }
summary h2 { display: inline; }
.folded { margin-top: 1.4rem; padding-top: 1rem; }
.folded summary { margin: 0; }
.folded details[open] summary { margin-bottom: 1rem; }

.table { margin: 0 0 1.8rem; }
.scroll { overflow-x: auto; }
.scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 3px; }
table { border-collapse: collapse; font-size: .84rem; line-height: 1.4; border-bottom: 1px solid var(--rule); }
.caption { margin: 0 0 .5rem; color: var(--quiet); font-size: .84rem; line-height: 1.4; }
th, td { padding: .28rem 1.4rem .28rem 0; text-align: left; vertical-align: baseline; }
th:last-child, td:last-child { padding-right: 0; }
thead th { border-top: 1px solid var(--rule); border-bottom: 1px solid var(--rule); font-weight: 600; vertical-align: bottom; }
tbody tr + tr > * { border-top: 1px solid var(--line); }
.number { text-align: right; font-variant-numeric: tabular-nums lining-nums; white-space: nowrap; }
thead .number { white-space: normal; }
.rules th, .rules td { padding-top: 0; padding-bottom: 0; vertical-align: middle; line-height: 1.75; }
.rules th { font-weight: 400; white-space: nowrap; }
.rules th div { display: flex; }
.rules i { flex: none; width: 1.3rem; margin-left: .25rem; border-left: 1px solid var(--quiet); }
.rules tr + tr > * { border-top: 0; }
.rules tr:not(.leaf) > td { color: var(--quiet); }

.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: 1.8rem 2rem; margin: 1.4rem 0 2rem; }
figure { margin: 0; max-width: 26rem; }
figure.wide { max-width: 32rem; grid-column: 1 / -1; }
figcaption { margin-top: .3rem; color: var(--quiet); font-size: .8rem; line-height: 1.4; }
svg { display: block; width: 100%; height: auto; overflow: visible; }
${svgStyle('svg')}

.tip { position: fixed; z-index: 1; max-width: 20rem; padding: .35rem .6rem; border: 1px solid var(--rule); border-radius: 3px; color: var(--ink); background: var(--paper); font: .8rem/1.4 ui-sans-serif, system-ui, sans-serif; font-variant-numeric: tabular-nums lining-nums; pointer-events: none; }
svg .pointer { fill: none; stroke: var(--ink); stroke-width: .8; pointer-events: none; }

pre { overflow-x: auto; font-size: .84rem; }
footer { margin-top: 3.5rem; padding-top: 1.2rem; border-top: 1px solid var(--rule); color: var(--quiet); font-size: .84rem; }
footer p { max-width: none; margin: 0 0 .3rem; overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  body { padding: 2rem 1rem 3rem; font-size: 1rem; }
  h1 { font-size: 1.7rem; }
  section { margin-top: 2.2rem; }
  .facts { gap: 1.2rem 1.4rem; grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .facts.main { grid-template-columns: 1fr; }
  .answers { display: block; }
  .answers > div { display: block; margin-bottom: 1.1rem; }
  .answers dd + dd { margin-top: .4rem; }
  .facts .value { font-size: 1.45rem; }
  .facts.main .value { font-size: 2.1rem; }
  th, td { padding-right: .9rem; }
  td:last-child:not(.number):not(:first-child) { min-width: 7rem; }
}
@media print {
  :root { --paper: #fff; }
  body { padding: 0; max-width: none; font-size: 10pt; }
  nav { display: none; }
  .figures { grid-template-columns: repeat(3, 1fr); gap: 1rem 1.2rem; }
  figure.wide { max-width: 24rem; }
  section { margin-top: 1.5rem; }
  h2, .caption { break-after: avoid; }
  figure, tr, .facts { break-inside: avoid; }
  .scroll { overflow: visible; }
}
`;

/** The colors and the rules of pictures. */
const PICTURES = [PALETTE, ...STYLE.split('\n').filter((line) => /^(svg |\.[cr]0 )/.test(line))].join('\n');

/** A picture of a report as a file of its own, on paper of its own: its page may be dark where its reader's system is light. */
export function standaloneSvg(svg: string): string {
  const [open] = /^<svg [^>]*>/.exec(svg) ?? [''];
  const head = open.replace(/ data-axes="[^"]*"/, '').replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ');
  const rest = svg.slice(open.length).replace(/ data-axes="[^"]*"/g, '');
  return `${head}<style>${PICTURES}svg { font-family: ui-sans-serif, system-ui, sans-serif; background: var(--paper); }</style>${rest}\n`;
}
