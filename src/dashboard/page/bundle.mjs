// Bundles the page of the dashboard into dist/page, which the package ships.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { styleWith } from '../../explorer/page/style.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = here('../../../dist/page');

const bundle = await rolldown({
  input: here('./main.tsx'),
  platform: 'browser',
  tsconfig: here('./tsconfig.json'),
  transform: { target: 'es2022' },
  onLog(level, log) {
    if (level === 'warn') throw new Error(log.message);
  },
});
mkdirSync(folder, { recursive: true });
await bundle.write({ file: `${folder}/dashboard.js`, format: 'esm', minify: true });
const style = styleWith(here('./style.css'));
writeFileSync(`${folder}/dashboard.css`, style);
