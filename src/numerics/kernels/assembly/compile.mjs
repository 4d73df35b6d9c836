// Compiles the kernels into ../compiled.ts, or prints that file with --print.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const ENTRY = fileURLToPath(new URL('./index.ts', import.meta.url));
const TARGET = new URL('../compiled.ts', import.meta.url);
const FLAGS = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--use', 'abort='];

let bytes;
const { error, stderr } = await asc.main([ENTRY, ...FLAGS, '--outFile', 'kernels.wasm'], {
  writeFile(_name, contents) {
    bytes = contents;
  },
});
if (error) throw new Error(stderr.toString(), { cause: error });

const text = `/** The kernels of \`assembly/\`, WebAssembly in base64; written by \`npm run kernels\`. */
export const COMPILED =
  '${Buffer.from(bytes).toString('base64')}';
`;
if (process.argv.includes('--print')) process.stdout.write(text);
else writeFileSync(TARGET, text);
