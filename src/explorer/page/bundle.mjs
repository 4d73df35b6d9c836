// Bundles the page's code and style into ../page-code.ts, or prints that file with --print.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { styleWith } from './style.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const [{ output }] = await build({
  ...{ logLevel: 'silent', configFile: false },
  build: {
    ...{ write: false, target: 'es2022', minify: true },
    lib: { entry: here('./main.ts'), formats: ['iife'], name: 'explorer', fileName: 'explorer' },
  },
});
const code = output[0].code.trim();
// Inside a page these would end its script or begin a comment.
if (/<\/script|<!--/i.test(code)) throw new Error('the code of the page has what cannot stand in one');
const style = styleWith(here('./style.css'));
const text = `/** The code and the style of \`page/\`; written by \`npm run explorer\`. */
export const PAGE_CODE = ${JSON.stringify(code)};
export const PAGE_STYLE = ${JSON.stringify(style)};
`;
if (process.argv.includes('--print')) process.stdout.write(text);
else writeFileSync(here('../page-code.ts'), text);
