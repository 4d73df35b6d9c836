import { number, type Term } from '../core/graph/term.ts';
import { pointTerms } from '../core/space/point-terms.ts';
import { toBase64 } from '../export/base64.ts';
import type { ExportedModel } from '../export/exported.ts';
import { scriptOf } from '../export/javascript.ts';
import type { Table } from '../export/program.ts';
import { termsOf } from '../export/terms.ts';
import type { ExplorerGoal } from './story.ts';

/** All that a page computes at a point, in the order in which {@link PageProgram} says it. */
export function pageTerms({ space, outputs }: ExportedModel): Term[] {
  const { u, active, inside } = pointTerms(space);
  return [...termsOf(outputs), ...u, ...active.map((one) => one ?? number(1)), inside];
}

/** The script that defines `program`, a {@link PageProgram}; it may stand inside a page, and in any other file of JavaScript. */
export function programText(model: ExportedModel, goal: ExplorerGoal): string {
  const { tables, prelude, body, results } = scriptOf(pageTerms(model));
  const place = (names: readonly string[], name: string) => names.indexOf(name);
  const outputs = model.outputs.map(({ output }) => output.name);
  const quantities = [...goal.objectives, ...goal.constraints].map(({ code }) =>
    code((name, isOutput) => (isOutput ? `o[${place(outputs, name)}]` : `p[${place(model.space.names, name)}]`)),
  );
  return [
    'const program = (() => {',
    "  'use strict';",
    BYTES,
    ...tables.map(([name, table]) => `  const ${name} = ${arrayOf(table)};`),
    ...prelude,
    '  function answers(x) {',
    body,
    `    return [${results.join(', ')}];`,
    '  }',
    `  function goal(p, o) {`,
    `    return [${quantities.join(', ')}];`,
    '  }',
    '  return { answers, goal };',
    '})();',
  ].join('\n');
}

const BYTES = `  const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0)).buffer;`;

function arrayOf(table: Table): string {
  return `new ${table.constructor.name}(bytes('${toBase64(table)}'))`;
}
