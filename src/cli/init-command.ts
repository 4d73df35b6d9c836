import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensure } from '../index.ts';
import type { Terminal } from './terminal.ts';

/** The example that comes with the package is the scaffold. */
const PACKAGE_ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FILES = ['simulators/cantilever-beam.ts', 'scenarios/lightest-beam.ts'];

/** Written where there is none yet: for npm, and for editors and `tsc`, which imago itself does not need. */
const SETTINGS = {
  'package.json': { private: true, type: 'module', dependencies: { imago: '*' } },
  'tsconfig.json': {
    compilerOptions: {
      target: 'ES2023',
      lib: ['ES2023', 'ESNext.Disposable'],
      module: 'NodeNext',
      strict: true,
      noEmit: true,
      allowImportingTsExtensions: true,
    },
    include: ['simulators', 'scenarios'],
  },
};

/** Copies a simulator and a scenario that run into `folder`; touches nothing that is there already. */
export function initCommand(folder: string, terminal: Terminal): void {
  const present = FILES.find((path) => existsSync(join(folder, path)));
  ensure(
    present === undefined,
    'invalid-argument',
    `${join(folder, present ?? '')} is there already; nothing was written. Choose another folder: imago init my-study`,
  );
  for (const path of FILES) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    copyFileSync(join(PACKAGE_ROOT, path), file);
    terminal.tell(`wrote ${file}`);
  }
  for (const [path, settings] of Object.entries(SETTINGS)) {
    const file = join(folder, path);
    if (existsSync(file)) continue;
    writeFileSync(file, `${JSON.stringify(settings, null, 2)}\n`);
    terminal.tell(`wrote ${file}`);
  }
  const steps = [
    ...(resolve(folder) === resolve('.') ? [] : [`cd ${folder}`]),
    ...(isInstalled(folder) ? [] : ['npm install imago']),
    'npx imago run scenarios/lightest-beam.ts --report lightest-beam.html',
  ];
  terminal.tell(`next:\n${steps.map((step) => `  ${step}`).join('\n')}`);
}

/** Whether an import of imago from the folder finds it, as Node looks for it: in every folder above. */
function isInstalled(folder: string): boolean {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(join(at, 'node_modules/imago/package.json'))) return true;
    if (at === dirname(at)) return false;
  }
}
