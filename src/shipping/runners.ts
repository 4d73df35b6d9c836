import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cNames } from '../export/c.ts';
import type { ExportedModel } from '../export/exported.ts';
import { termsOf } from '../export/terms.ts';

const run = promisify(execFile);

/** Numbers that an exported file answers at each of the points: those of `termsOf`, in that order. */
export type Runner = (
  folder: string,
  model: ExportedModel,
  points: readonly (readonly number[])[],
) => Promise<number[][]>;

/** Why a file could not be run on this machine: the program that is not there. */
export class NotHere extends Error {
  override readonly name = 'NotHere';
}

const MOST_OUTPUT = 2 ** 28;
/** Compilers promise nothing of what they contract or reorder; without that, what is computed is what was written. */
export const C_FLAGS = [
  '-std=c99',
  '-O2',
  '-ffp-contract=off',
  '-Wall',
  '-Wextra',
  '-Wpedantic',
  '-Wconversion',
  '-Werror',
];

/** Node, by a module that imports the exported one twice: every second point is answered as where there is no WebAssembly. */
export const runJavascript: Runner = (folder, model, points) => {
  const address = JSON.stringify(`./${encodeURIComponent(model.name)}.mjs`);
  const text = `const { predict } = await import(${address});
delete globalThis.WebAssembly;
const plain = await import(${address} + '?plain');
const points = ${JSON.stringify(points.map((point) => namedPoint(model, point)))};
console.log(JSON.stringify(points.map((point, i) => numbersOf((i % 2 ? plain.predict : predict)(point)))));
${NUMBERS_OF_JAVASCRIPT(model)}`;
  return ran(folder, `${checkName(model)}.mjs`, text, process.execPath);
};

/** Node, by the script of a page that computes what it shows. */
export const runPage: Runner = (folder, model, points) => {
  const { length } = termsOf(model.outputs);
  const text = `import { readFileSync } from 'node:fs';
const page = readFileSync(${JSON.stringify(`${model.name}.html`)}, 'utf8');
const [, script] = /<script id="program">([^]*?)<\\/script>/.exec(page);
const { answers } = new Function(script + '; return program;')();
console.log(JSON.stringify(${JSON.stringify(points)}.map((point) => answers(point).slice(0, ${length}))));`;
  return ran(folder, `${checkName(model)}.mjs`, text, process.execPath);
};

/** Python 3. */
export const runPython: Runner = (folder, model, points) => {
  const asked = JSON.stringify(JSON.stringify(points.map((point) => namedPoint(model, point))));
  const names = JSON.stringify(
    JSON.stringify(model.outputs.map(({ output }) => ({ name: output.name, classes: output.classes ?? [] }))),
  );
  const text = `import importlib.util
import json

spec = importlib.util.spec_from_file_location("exported", ${JSON.stringify(`${model.name}.py`)})
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
predict = module.predict
outputs = json.loads(${names})


def numbers(answers):
    for one in outputs:
        answer = answers[one["name"]]
        if one["classes"]:
            yield one["classes"].index(answer["value"])
            yield from (answer["probabilities"][name] for name in one["classes"])
        else:
            yield answer["value"]
        yield from (answer[key] for key in ("lower", "upper") if key in answer)
        if "in_domain" in answer:
            yield float(answer["in_domain"])


print(json.dumps([list(numbers(predict(point))) for point in json.loads(${asked})]))
`;
  // Isolated: a file called json.py is not what `import json` means.
  return ran(folder, `${checkName(model)}.py`, text, 'python3', ['-I', '-B']);
};

/** A compiler of C, and the program that it makes. */
export const runC: Runner = async (folder, model, points) => {
  const { prefix, inputs, outputs } = cNames(model);
  const rows = points.map((point) => `  {${point.map((value) => value.toExponential(17)).join(', ')}}`).join(',\n');
  const prints = model.outputs.flatMap(({ probabilities = [], interval, known }, k) => {
    const fields = [
      'value',
      ...probabilities.map((_, c) => `probabilities[${c}]`),
      ...(interval ? ['lower', 'upper'] : []),
    ];
    return [...fields, ...(known ? ['in_domain'] : [])].map((field) => `    show((double)a.${outputs[k]}.${field});`);
  });
  const text = `#include "${model.name}.h"
#include <stdio.h>
static const double points[${points.length}][${inputs.length}] = {
${rows}
};
static int first = 1;
static void show(double value) {
  printf(first ? "%.17g" : ", %.17g", value);
  first = 0;
}
int main(void) {
  printf("[");
  for (int k = 0; k < ${points.length}; k++) {
    ${prefix}_point p;
    ${prefix}_answers a;
${inputs.map((name, j) => `    p.${name} = points[k][${j}];`).join('\n')}
    if (${prefix}_predict(&p, &a) != 0) return 1;
    printf(k == 0 ? "[" : ", [");
    first = 1;
${prints.join('\n')}
    printf("]");
  }
  printf("]");
  return 0;
}
`;
  const check = checkName(model);
  await writeFile(join(folder, `${check}.c`), text);
  // A name may begin with a dash, which is no option here.
  await compiled(folder, [...C_FLAGS, '-o', check, `${check}.c`, `./${model.name}.c`, '-lm']);
  return JSON.parse(await started(join(folder, check), [], folder));
};

const NUMBERS_OF_JAVASCRIPT = ({ outputs }: ExportedModel) => `function numbersOf(answers) {
  return ${JSON.stringify(outputs.map(({ output }) => ({ name: output.name, classes: output.classes })))}.flatMap(({ name, classes }) => {
    const { value, probabilities, lower, upper, inDomain } = answers[name];
    return [
      ...(classes ? [classes.indexOf(value), ...classes.map((one) => probabilities[one])] : [value]),
      ...(lower === undefined ? [] : [lower, upper]),
      ...(inDomain === undefined ? [] : [Number(inDomain)]),
    ];
  });
}`;

/** A program that runs the exported file must not be written over it. */
const checkName = ({ name }: ExportedModel) => (/^check$/i.test(name) ? 'checked' : 'check');

/** A point as people write it, from numbers: categories by name. */
function namedPoint({ space }: ExportedModel, point: readonly number[]): Record<string, number | string> {
  return Object.fromEntries(
    Object.entries(space.parameters).map(([name, spec], j) => [
      name,
      spec.kind === 'categorical' ? spec.values[point[j]] : point[j],
    ]),
  );
}

async function ran(
  folder: string,
  name: string,
  text: string,
  program: string,
  options: readonly string[] = [],
): Promise<number[][]> {
  await writeFile(join(folder, name), text);
  return JSON.parse(await started(program, [...options, name], folder));
}

/** Runs the compiler of C with the arguments in a folder. */
export const compiled = (folder: string, args: readonly string[]): Promise<string> => started('cc', args, folder);

/** What a program prints; rejects with {@link NotHere} where there is none of this name. */
export async function started(program: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    const { stdout } = await run(program, args, {
      cwd,
      maxBuffer: MOST_OUTPUT,
    });
    return stdout;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new NotHere(program, { cause: error });
    throw error;
  }
}
