import type { Axis, Binary, Comparison, Term, TreeTable, Unary, Vector } from '../core/graph/term.ts';

/** An expression of a {@link Program}; `i` is the place of the loop around it. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'input'; readonly index: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'item'; readonly of: string; readonly at: number | 'i' }
  | { readonly kind: 'entry'; readonly of: string; readonly at: Expression }
  | { readonly kind: 'unary'; readonly op: Unary; readonly of: Expression }
  | { readonly kind: 'binary'; readonly op: Binary; readonly a: Expression; readonly b: Expression }
  | {
      readonly kind: 'choice';
      readonly test: Comparison;
      readonly a: Expression;
      readonly b: Expression;
      readonly yes: Expression;
      readonly no: Expression;
    };

/** A statement of a {@link Program}. Names are given once; only those of a `variable` change. */
export type Statement =
  | { readonly kind: 'constant' | 'variable' | 'assign'; readonly name: string; readonly value: Expression }
  | { readonly kind: 'array'; readonly name: string; readonly length: number }
  | { readonly kind: 'store'; readonly array: string; readonly at: number | 'i'; readonly value: Expression }
  | { readonly kind: 'loop'; readonly length: number; readonly body: readonly Statement[] }
  | {
      /** Writes to the zeros of `to` the product of a matrix, stored as the tables arrange it. */
      readonly kind: 'product';
      readonly to: string;
      readonly rows: number;
      readonly columns: number;
      readonly matrix: string;
      readonly lower: boolean;
      readonly from: string;
    }
  | {
      /** Writes to `to` all numbers of the other arrays, from the least to the largest. */
      readonly kind: 'sorted';
      readonly to: string;
      readonly length: number;
      readonly from: readonly { readonly name: string; readonly length: number }[];
    }
  | {
      /** Writes to `to` the places of the least numbers of `from`, the least first, of equal ones the earlier. */
      readonly kind: 'nearest';
      readonly to: string;
      readonly count: number;
      readonly from: string;
      readonly length: number;
    }
  | {
      /** Writes to `to` the leaves that trees end in; the tables are those of a {@link TreeTable}. */
      readonly kind: 'trees';
      readonly to: string;
      readonly count: number;
      readonly tables: Readonly<Record<keyof TreeTable, string>>;
      readonly inputs: string;
    };

/** Numbers that a program reads. */
export type Table = Float64Array | Int32Array | Uint8Array;

/** A matrix of rows in the order in which a language reads it; of a lower one only what is below the diagonal counts. */
export type Arrange = (matrix: Float64Array, rows: number, columns: number, lower: boolean) => Float64Array;

/** The tables of programs that share them. */
export class Tables {
  readonly #names = new Map<Table, string>();
  readonly #arranged = new Map<Float64Array, Float64Array>();
  readonly #arrange: Arrange;

  constructor(arrange: Arrange = byColumn) {
    this.#arrange = arrange;
  }

  /** The name of a table, which is the same whenever it is asked for. */
  name(table: Table): string {
    const known = this.#names.get(table) ?? `table${this.#names.size + 1}`;
    this.#names.set(table, known);
    return known;
  }

  /** The same for a matrix. */
  matrix(matrix: Float64Array, rows: number, columns: number, lower: boolean): string {
    const known = this.#arranged.get(matrix) ?? this.#arrange(matrix, rows, columns, lower);
    this.#arranged.set(matrix, known);
    return this.name(known);
  }

  /** All tables with their names. */
  get all(): readonly (readonly [name: string, table: Table])[] {
    return [...this.#names].map(([table, name]) => [name, table]);
  }
}

/** Terms in the order in which a machine computes them. */
export interface Program {
  readonly statements: readonly Statement[];
  readonly results: readonly Expression[];
}

/** The program of the terms; what it reads is added to the tables. */
export function programOf(terms: readonly Term[], tables: Tables): Program {
  const scope = new Scope(tables, usesOf(terms));
  const results = terms.map((one) => scope.expression(one));
  return { statements: scope.statements, results };
}

/** How often each term is asked for, by other terms and as a result. */
function usesOf(terms: readonly Term[]): ReadonlyMap<Term, number> {
  const uses = new Map<Term, number>();
  const seen = new Set<Vector>();
  const visit = (one: Term) => {
    const count = uses.get(one) ?? 0;
    uses.set(one, count + 1);
    if (count === 0) partsOf(one).forEach(visit);
    const vector = one.kind === 'each' || one.kind === 'pick' ? one.of : undefined;
    if (vector) enter(vector);
  };
  const enter = (vector: Vector) => {
    if (seen.has(vector)) return;
    seen.add(vector);
    if (vector.kind === 'product' || vector.kind === 'nearest') enter(vector.of);
    else if (vector.kind === 'sorted') vector.of.forEach(enter);
    else
      for (const one of vector.kind === 'map' ? [vector.of] : vector.kind === 'list' ? vector.of : vector.inputs)
        visit(one);
  };
  terms.forEach(visit);
  return uses;
}

function partsOf(of: Term): readonly Term[] {
  if (of.kind === 'unary' || of.kind === 'fold') return [of.of];
  if (of.kind === 'binary') return [of.a, of.b];
  if (of.kind === 'entry') return [of.at];
  return of.kind === 'choice' ? [of.a, of.b, of.yes, of.no] : [];
}

/** Statements at the top, or in a loop, which looks outside for what does not depend on its place. */
class Scope {
  readonly statements: Statement[] = [];
  readonly #tables: Tables;
  readonly #uses: ReadonlyMap<Term, number>;
  readonly #outside: Scope | undefined;
  readonly #terms = new Map<Term, Expression>();
  readonly #vectors: Map<Vector, string>;
  readonly #names: { count: number };

  constructor(tables: Tables, uses: ReadonlyMap<Term, number>, outside?: Scope) {
    this.#tables = tables;
    this.#uses = uses;
    this.#outside = outside;
    this.#vectors = outside ? outside.#vectors : new Map();
    this.#names = outside ? outside.#names : { count: 0 };
  }

  expression(of: Term): Expression {
    if (of.kind === 'number' || of.kind === 'input') return of;
    if (this.#outside && !of.axis) return this.#outside.#once(of);
    const known = this.#terms.get(of);
    if (known) return known;
    let expression = this.#written(of);
    if (!isSimple(expression) && (this.#uses.get(of) ?? 0) > 1) expression = this.#named(expression);
    this.#terms.set(of, expression);
    return expression;
  }

  /** What a loop needs at each of its places, computed before it. */
  #once(of: Term): Expression {
    const expression = this.expression(of);
    if (isSimple(expression)) return expression;
    const name = this.#named(expression);
    this.#terms.set(of, name);
    return name;
  }

  #written(of: Term): Expression {
    switch (of.kind) {
      case 'unary':
        return { kind: 'unary', op: of.op, of: this.expression(of.of) };
      case 'binary':
        return { kind: 'binary', op: of.op, a: this.expression(of.a), b: this.expression(of.b) };
      case 'choice': {
        const [a, b, yes, no] = [of.a, of.b, of.yes, of.no].map((one) => this.expression(one));
        return { kind: 'choice', test: of.test, a, b, yes, no };
      }
      case 'along':
        return { kind: 'item', of: this.#tables.name(of.values), at: 'i' };
      case 'entry':
        return { kind: 'entry', of: this.#tables.name(of.of), at: this.expression(of.at) };
      case 'each':
        return { kind: 'item', of: this.#vector(of.of), at: 'i' };
      case 'pick':
        return { kind: 'item', of: this.#vector(of.of), at: of.index };
      case 'fold':
        return this.#fold(of);
      default:
        return of;
    }
  }

  #named(value: Expression): Expression {
    const name = this.#fresh('t');
    this.statements.push({ kind: 'constant', name, value });
    return { kind: 'name', name };
  }

  #fresh(letter: string): string {
    return `${letter}${++this.#names.count}`;
  }

  #loop(axis: Axis, body: (scope: Scope) => void): void {
    const scope = new Scope(this.#tables, this.#uses, this);
    body(scope);
    this.statements.push({ kind: 'loop', length: axis.length, body: scope.statements });
  }

  #fold({ op, over, of, start }: Term & { kind: 'fold' }): Expression {
    const name = this.#fresh('s');
    // What the loop needs from outside is written before it.
    const variable: Statement = { kind: 'variable', name, value: { kind: 'number', value: start } };
    this.#loop(over, (scope) => {
      const value = scope.expression(of);
      this.statements.push(variable);
      scope.statements.push({
        kind: 'assign',
        name,
        value: { kind: 'binary', op, a: { kind: 'name', name }, b: value },
      });
    });
    return { kind: 'name', name };
  }

  /** The array that holds a vector; all are made at the top. */
  #vector(of: Vector): string {
    if (this.#outside) return this.#outside.#vector(of);
    const known = this.#vectors.get(of);
    if (known) return known;
    const name = this.#filled(of);
    this.#vectors.set(of, name);
    return name;
  }

  #filled(of: Vector): string {
    if (of.kind === 'map') return this.#map(of.axis, of.of);
    if (of.kind === 'list') return this.#list(of.of);
    if (of.kind === 'sorted') return this.#sorted(of);
    if (of.kind === 'nearest') return this.#nearest(of);
    return of.kind === 'product' ? this.#product(of) : this.#trees(of);
  }

  #array(length: number): string {
    const name = this.#fresh('v');
    this.statements.push({ kind: 'array', name, length });
    return name;
  }

  #map(axis: Axis, of: Term): string {
    const name = this.#array(axis.length);
    this.#loop(axis, (scope) => {
      const value = scope.expression(of);
      scope.statements.push({ kind: 'store', array: name, at: 'i', value });
    });
    return name;
  }

  #list(of: readonly Term[]): string {
    const values = of.map((one) => this.expression(one));
    const name = this.#array(of.length);
    values.forEach((value, at) => {
      this.statements.push({ kind: 'store', array: name, at, value });
    });
    return name;
  }

  #sorted({ axis, of }: Vector & { kind: 'sorted' }): string {
    const from = of.map((one) => ({ name: this.#vector(one), length: one.axis.length }));
    const to = this.#array(axis.length);
    this.statements.push({ kind: 'sorted', to, length: axis.length, from });
    return to;
  }

  #nearest({ axis, of }: Vector & { kind: 'nearest' }): string {
    const from = this.#vector(of);
    const to = this.#array(axis.length);
    this.statements.push({ kind: 'nearest', to, count: axis.length, from, length: of.axis.length });
    return to;
  }

  #product({ axis, matrix, lower, of }: Vector & { kind: 'product' }): string {
    const [rows, columns] = [axis.length, of.axis.length];
    const from = this.#vector(of);
    const to = this.#array(rows);
    this.statements.push({
      ...{ kind: 'product', to, rows, columns, lower, from },
      matrix: this.#tables.matrix(matrix, rows, columns, lower),
    });
    return to;
  }

  #trees({ axis, nodes, inputs }: Vector & { kind: 'trees' }): string {
    const asked = this.#list(inputs);
    const to = this.#array(axis.length);
    const { roots, input, equal, threshold, left, right } = nodes;
    const tables = {
      ...{ roots: this.#tables.name(roots), input: this.#tables.name(input), equal: this.#tables.name(equal) },
      ...{ threshold: this.#tables.name(threshold), left: this.#tables.name(left), right: this.#tables.name(right) },
    };
    this.statements.push({ kind: 'trees', to, count: roots.length, tables, inputs: asked });
    return to;
  }
}

const isSimple = ({ kind }: Expression) => kind === 'number' || kind === 'input' || kind === 'name' || kind === 'item';

/** A matrix of rows as one of columns: a machine adds to many sums at once sooner than it adds up one. */
function byColumn(matrix: Float64Array, rows: number, columns: number, lower: boolean): Float64Array {
  const turned = new Float64Array(lower ? (rows * (rows + 1)) / 2 : rows * columns);
  let at = 0;
  for (let j = 0; j < columns; j++) for (let i = lower ? j : 0; i < rows; i++) turned[at++] = matrix[i * columns + j];
  return turned;
}
