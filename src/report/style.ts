/** The style of the HTML report: type and space of a journal, light and dark, phone and paper. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1b1b1a; --quiet: #63625d; --line: #d8d6cf; --paper: #fdfdfb; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e4de; --quiet: #a19e95; --line: #3b3a36; --paper: #161615; } }
body { margin: 0 auto; padding: 2rem 1rem; max-width: 70rem; color: var(--ink); background: var(--paper); font: 1rem/1.5 Georgia, serif; }
.table { overflow-x: auto; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
`;
