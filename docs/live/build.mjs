// npm run live: bundles index.html and imago into one file, docs/live/live.html, or where the first argument says.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const { output } = await build({
  ...{ logLevel: 'silent', configFile: false, root: here('.') },
  resolve: { alias: { imago: here('../../src/index.ts') } },
  // mathjs is fetched when the first expression in text needs it; this page has none.
  build: { write: false, target: 'es2022', rollupOptions: { external: [/^mathjs/] } },
});
const page = output.find(({ fileName }) => fileName.endsWith('.html')).source;
const { code } = output.find(({ type, isEntry }) => type === 'chunk' && isEntry);
// A script ends where its text says so, wherever in the code that is.
const safe = code.replace(/<\/(script)/gi, '<\\/$1').replace(/<!--/g, '<\\!--');
const inlined = page
  .replace(/<link rel="modulepreload"[^>]*>/g, '')
  .replace(/<script type="module"[^>]*src=[^>]*><\/script>/, '')
  .replace('</body>', () => `<script type="module">${safe}</script>\n</body>`);
const target = process.argv[2] ?? here('./live.html');
writeFileSync(target, inlined);
console.log(`${target}: ${Math.round(inlined.length / 1000)} kB`);
