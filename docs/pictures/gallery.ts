/**
 * Draws the pictures of docs/gallery.md anew, and keeps in docs/gallery/printed.json what each run printed, which the page's figures are tested
 * against. Runs each scenario with its own seed, or those that are named (`lightest-beam.ts`), and takes one picture from the report of the
 * study. Studies are kept in `.imago/gallery`: one that has ended is drawn as it is there, one that was stopped goes on.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { markdownFiles, studyFromJson } from 'imago';
import { lasting } from './printed.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const STUDIES = join(ROOT, '.imago/gallery');
const FIGURES = join(ROOT, 'docs/gallery/printed.json');

/** The picture of each scenario that teaches most: how its name in the report ends. */
const PICTURES: Readonly<Record<string, string>> = {
  'lift-to-drag.ts': 'best-value-so-far',
  'lift-to-drag-on-surrogate.ts': 'cl-cd-over-camber-and-alpha',
  'lightest-beam.ts': 'over-length-and-side',
  'lightest-struck-beam.ts': 'best-value-so-far',
  'struck-beam-model.ts': 'swing-through-the-middle',
  'fastest-reactor.ts': 'best-value-so-far',
  'cheapest-oven-wall.yaml': 'warming-k-over-brick-and-wool',
  'smallest-converter.yaml': 'best-value-so-far',
  'cheapest-emergency-department.ts': 'best-value-so-far',
  'cheapest-network.ts': 'best-value-so-far',
  'lightest-heat-sink.ts': 'rise-through-the-best-point',
  'lightest-heat-sink-by-levels.ts': 'best-value-so-far',
  'light-or-stiff-beam.ts': 'deflection-against-mass',
  'farthest-yagi.ts': 'best-value-so-far',
  'lightest-bracket.ts': 'design-over-thick-and-h-right',
  'where-it-computes.ts': 'the-box-on-the-range-of-each-input',
  'slowest-stable-grid.ts': 'best-value-so-far',
  'stable-region.yaml': 'the-box-on-the-range-of-each-input',
  'grid-rules.yaml': 'who-learned-from-whom',
  'small-ring.yaml': 'who-learned-from-whom',
  'soft-targets.ts': 'who-learned-from-whom',
  'digits.ts': 'who-learned-from-whom',
};

/** The study of a scenario, run unless it was, and what the run printed. */
function studyOf(file: string): { readonly json: string; readonly printed: string } {
  const path = join(STUDIES, file.replace('.', '-'));
  const [json, printed] = [`${path}.json`, `${path}.out`];
  if (!existsSync(json) || !existsSync(printed)) {
    const program = [join(ROOT, 'dist/bundle/imago.js'), 'run', join(ROOT, 'scenarios', file)];
    const output = execFileSync(process.execPath, [...program, '--store', `${path}.sqlite`, '--json', json], {
      ...{ stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' },
    });
    writeFileSync(printed, output);
  }
  return { json: readFileSync(json, 'utf8'), printed: readFileSync(printed, 'utf8') };
}

const asked = process.argv.slice(2);
mkdirSync(STUDIES, { recursive: true });
const figures: Record<string, readonly string[]> = JSON.parse(readFileSync(FIGURES, 'utf8'));
for (const [file, ending] of Object.entries(PICTURES)) {
  if (asked.length > 0 && !asked.includes(file)) continue;
  const { json, printed } = studyOf(file);
  const { pictures } = markdownFiles(studyFromJson(json), '.');
  const name = [...pictures.keys()].find((path) => path.endsWith(`-${ending}.svg`));
  if (name === undefined) throw new Error(`${file}: no picture is called ${ending}; there are ${[...pictures.keys()]}`);
  const stem = file.slice(0, file.lastIndexOf('.'));
  writeFileSync(join(ROOT, 'docs/gallery', `${stem}.svg`), pictures.get(name) as string);
  figures[file] = lasting(printed);
  writeFileSync(FIGURES, `${JSON.stringify(figures, Object.keys(PICTURES), 2)}\n`);
  console.log(stem);
}
