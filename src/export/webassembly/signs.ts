import type { Expression, Statement } from '../program.ts';

/** What is known of the signs of expressions by what they are made of, NaN aside. */
export class Signs {
  readonly #constants = new Map<string, Expression>();

  /** Of expressions in a loop; the statements of it say what its constants are. */
  constructor(body: readonly Statement[]) {
    for (const one of body) if (one.kind === 'constant') this.#constants.set(one.name, one.value);
  }

  isAtMostZero(of: Expression): boolean {
    if (of.kind === 'number') return of.value <= 0;
    if (of.kind === 'name') return this.#holds(of.name, (one) => this.isAtMostZero(one));
    if (of.kind === 'unary') return of.op === 'negate' && this.isAtLeastZero(of.of);
    if (of.kind !== 'binary' || of.op !== 'multiply') return false;
    return [of.a, of.b].some((one, k, both) => this.isAtMostZero(one) && this.isAtLeastZero(both[1 - k]));
  }

  isAtLeastZero(of: Expression): boolean {
    if (of.kind === 'number') return of.value >= 0;
    if (of.kind === 'name') return this.#holds(of.name, (one) => this.isAtLeastZero(one));
    if (of.kind === 'unary') return of.op === 'sqrt' || of.op === 'exp' || of.op === 'abs';
    if (of.kind !== 'binary') return false;
    if (of.op === 'multiply' && isSame(of.a, of.b)) return true;
    const both = this.isAtLeastZero(of.a) && this.isAtLeastZero(of.b);
    return both && (of.op === 'add' || of.op === 'multiply' || of.op === 'divide');
  }

  #holds(name: string, what: (one: Expression) => boolean): boolean {
    const value = this.#constants.get(name);
    return value !== undefined && what(value);
  }
}

const isSame = (a: Expression, b: Expression) =>
  a === b || (a.kind === 'name' && b.kind === 'name' && a.name === b.name);
