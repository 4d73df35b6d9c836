import type { Term } from '../../core/graph/term.ts';
import { toBase64 } from '../base64.ts';
import { type Language, written } from '../language.ts';
import { type Expression, type Program, programOf, type Statement, type Table } from '../program.ts';
import { moduleOf, type Routine } from '../webassembly/bytes.ts';
import { CONSTANT_BYTES } from '../webassembly/exponential.ts';
import { arraysOf, type CompiledLoop, compiledLoop, isOfPairs, type Loop } from '../webassembly/loop.ts';
import { PRODUCT } from '../webassembly/product.ts';
import { LANGUAGE, preludeOf, scriptTables } from './script.ts';

/** Terms in JavaScript whose loops and products run as WebAssembly where there is one; their inputs are `x0`, `x1` and so on. */
export interface FastScript {
  /** Tables, arrays, functions: what stands once at the top. */
  readonly top: readonly string[];
  /** Statements of a call, and what each term is after them. */
  readonly body: string;
  readonly results: readonly string[];
}

type Product = Statement & { readonly kind: 'product' };

/** Below this many places a loop costs less than a call of it. */
const FEW = 16;

/** The script of the terms. */
export function fastScriptOf(terms: readonly Term[]): FastScript {
  const tables = scriptTables();
  const program = programOf(terms, tables);
  const { loops, products } = heavy(program);
  const arrays = program.statements.flatMap((one) => (one.kind === 'array' ? [one] : []));
  const memory = memoryOf(loops, products, [
    ...tables.all.map(([name, table]) => ({ name, length: table.length })),
    ...arrays,
  ]);
  const compiled = new Map(loops.map((loop, k) => [loop, compiledLoop(loop, `loop${k + 1}`, memory.place)]));
  const { lines, results } = written(program, languageOf(memory, compiled), '  ');
  const body = lines.filter((line) => line.trim() !== '').join('\n');
  const routines = [...[...compiled.values()].map(({ routine }) => routine), ...(products.length > 0 ? [PRODUCT] : [])];
  return {
    top: [
      ...compiledText(memory, routines),
      ...tables.all.map(([name, table]) => `const ${name} = ${tableText(name, table, memory)};`),
      ...arrays.map(({ name, length }) => `const ${name} = ${arrayText(name, length, memory)};`),
      ...preludeOf(body),
    ],
    ...{ body, results },
  };
}

/** What takes long and can be left to WebAssembly. */
function heavy({ statements }: Program): { readonly loops: readonly Loop[]; readonly products: readonly Product[] } {
  const loops = statements.flatMap((one) => (one.kind === 'loop' && one.length >= FEW && isOfPairs(one) ? [one] : []));
  const products = statements.flatMap((one) => (one.kind === 'product' && one.rows * one.columns >= FEW ? [one] : []));
  return { loops, products };
}

/** Where tables and arrays stand, in bytes. */
interface Memory {
  readonly bytes: number;
  has(name: string): boolean;
  place(name: string): number;
}

function memoryOf(
  loops: readonly Loop[],
  products: readonly Product[],
  all: readonly { readonly name: string; readonly length: number }[],
): Memory {
  const shared = new Set([
    ...loops.flatMap(arraysOf),
    ...products.flatMap(({ to, matrix, from }) => [to, matrix, from]),
  ]);
  const places = new Map<string, number>();
  let bytes = CONSTANT_BYTES.length;
  for (const { name, length } of all) {
    if (!shared.has(name)) continue;
    places.set(name, bytes);
    // A product writes whole blocks of rows, a loop whole pairs.
    bytes += 64 * Math.ceil(length / 8);
  }
  return { bytes, has: (name) => places.has(name), place: (name) => places.get(name)! };
}

function languageOf(memory: Memory, compiled: ReadonlyMap<Loop, CompiledLoop>): Language {
  return {
    ...LANGUAGE,
    array: () => '',
    sooner(one) {
      if (one.kind === 'product' && memory.has(one.matrix)) return productCall(one, memory);
      const loop = one.kind === 'loop' && compiled.get(one);
      return loop ? loopCall(loop) : undefined;
    },
  };
}

function productCall({ to, rows, matrix, from, columns, lower }: Product, { place }: Memory): string {
  return `fast.product(${[place(to), rows, place(matrix), place(from), columns, lower ? 1 : 0].join(', ')});`;
}

function loopCall({ routine, given, fold }: CompiledLoop): string {
  const call = `fast.${routine.name}(${given.map(givenText).join(', ')})`;
  if (!fold) return `${call};`;
  return `${fold.name} = ${fold.op === 'add' ? `${fold.name} + ${call}` : `Math.${fold.op}(${fold.name}, ${call})`};`;
}

function givenText(of: Expression): string {
  if (of.kind === 'input') return LANGUAGE.input(of.index);
  return of.kind === 'item' ? LANGUAGE.item(of.of, of.at) : of.kind === 'name' ? of.name : '';
}

/** The compiled routines as `fast`, undefined without WebAssembly, and the memory that both ways share. */
function compiledText({ bytes }: Memory, routines: readonly Routine[]): string[] {
  if (routines.length === 0) return [];
  return [
    `const compiled = '${toBase64(moduleOf(routines, bytes, CONSTANT_BYTES))}';`,
    `const fast = (() => {
  // Its numbers have the little end first.
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] !== 1) return undefined;
  try {
    const module = new WebAssembly.Module(Uint8Array.from(atob(compiled), (one) => one.charCodeAt(0)));
    return new WebAssembly.Instance(module).exports;
  } catch {
    // An engine without WebAssembly, or a page that does not allow it: the statements of this module do the same.
    return undefined;
  }
})();
const memory = fast ? fast.memory.buffer : new ArrayBuffer(${bytes});
function placed(at, numbers) {
  const own = new Float64Array(memory, at, numbers.length);
  own.set(numbers);
  return own;
}`,
  ];
}

/** A table at its place in the memory, where it has one. */
function tableText(name: string, table: Table, memory: Memory): string {
  const numbers = `[${Array.from(table, LANGUAGE.number).join(', ')}]`;
  if (memory.has(name)) return `placed(${memory.place(name)}, ${numbers})`;
  return `new ${table.constructor.name}(${numbers})`;
}

function arrayText(name: string, length: number, memory: Memory): string {
  return memory.has(name)
    ? `new Float64Array(memory, ${memory.place(name)}, ${length})`
    : `new Float64Array(${length})`;
}
