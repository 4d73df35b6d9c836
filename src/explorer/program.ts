import { number, type Term } from '../core/graph/term.ts';
import { pointTerms } from '../core/space/point-terms.ts';
import { toBase64 } from '../export/base64.ts';
import type { ExportedModel, OutputTerms } from '../export/exported.ts';
import { type Script, scriptOf, scriptTables } from '../export/javascript/script.ts';
import type { Table } from '../export/program.ts';
import { termsOf } from '../export/terms.ts';
import type { ExplorerGoal } from './story.ts';

/** What a page computes at a point beside outputs, in the order in which {@link PageProgram} says it. */
function pointNumbers({ space }: ExportedModel): Term[] {
  const { u, active, inside } = pointTerms(space);
  return [...u, ...active.map((one) => one ?? number(1)), inside];
}

/** Outputs without what takes long: it is in its place, as a number that says nothing. */
function quickly({ interval, known, ...value }: OutputTerms): OutputTerms {
  return { ...value, ...(interval && { interval: [NOTHING, NOTHING] }), ...(known && { known: number(1) }) };
}

const NOTHING = number(Number.NaN);

/** The script that defines `program`, a {@link PageProgram}; it may stand inside a page, and in any other file of JavaScript. */
export function programText(model: ExportedModel, goal: ExplorerGoal): string {
  const tables = scriptTables();
  const point = pointNumbers(model);
  const whole = scriptOf([...termsOf(model.outputs), ...point], tables);
  const quick = scriptOf([...termsOf(model.outputs.map(quickly)), ...point], tables);
  const place = (names: readonly string[], name: string) => names.indexOf(name);
  const outputs = model.outputs.map(({ output }) => output.name);
  const quantities = [...goal.objectives, ...goal.constraints].map(({ code }) =>
    code((name, isOutput) => (isOutput ? `o[${place(outputs, name)}]` : `p[${place(model.space.names, name)}]`)),
  );
  return [
    'const program = (() => {',
    "  'use strict';",
    BYTES,
    ...tables.all.map(([name, table]) => `  const ${name} = ${arrayOf(table)};`),
    ...whole.prelude,
    ...functionOf('answers', model, whole),
    ...functionOf('values', model, quick),
    `  function goal(p, o) {`,
    `    return [${quantities.join(', ')}];`,
    '  }',
    '  return { answers, values, goal };',
    '})();',
  ].join('\n');
}

function functionOf(name: string, { space }: ExportedModel, { body, results }: Script): string[] {
  const inputs = space.names.map((_, j) => `  const x${j} = x[${j}];`);
  return [`  function ${name}(x) {`, ...inputs, body, `    return [${results.join(', ')}];`, '  }'];
}

const BYTES = `  const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0)).buffer;`;

function arrayOf(table: Table): string {
  return `new ${table.constructor.name}(bytes('${toBase64(table)}'))`;
}
