import { readFileSync } from 'node:fs';
import { PALETTE } from '../report/palette.ts';
import { STYLE } from '../report/style.ts';

/** What a page of the dashboard may do: run its own code, ask its own server, and nothing else. */
export const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>imago dashboard</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">
<script type="module" src="/page.js"></script>
</head>
<body>
<noscript>This page is drawn by a program: it needs JavaScript.</noscript>
<div id="page"></div>
</body>
</html>
`;

/** Parts of a report stand under headings of the page. */
const REPORT =
  ':host { font-family: inherit; } section { margin: 0; padding: 0; border: 0; } h2 { font-size: 1.05rem; }';

/** A file of the page: its type and its text. */
export type PageFile = readonly [type: string, text: string];

/** The files of the page, by path; code and style are what `npm run build` bundles of the folder `page`. */
export function pageFiles(): ReadonlyMap<string, PageFile> {
  const built = (name: string) => readFileSync(new URL(`../../dist/page/${name}`, import.meta.url), 'utf8');
  return new Map([
    ['/', ['text/html; charset=utf-8', HTML]],
    ['/page.js', ['text/javascript; charset=utf-8', built('dashboard.js')]],
    ['/report.css', ['text/css; charset=utf-8', `${STYLE}${REPORT}`]],
    ['/page.css', ['text/css; charset=utf-8', `${PALETTE}${built('dashboard.css')}`]],
  ]);
}
