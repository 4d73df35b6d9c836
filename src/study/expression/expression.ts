import { ensure, ImagoError } from '../../core/errors.ts';
import type { Output } from '../../core/output.ts';
import type { Constraint, Expression, Names } from '../../core/problem.ts';
import type { Constants, Scalar } from '../../core/space/parameter.ts';
import type { Space } from '../../core/space/space.ts';
import { type Condition, conditionOf, constraintOf, isComparison } from './comparison.ts';
import { type Node, unwrap } from './node.ts';
import {
  type Coded,
  constantTerm,
  ensureNumber,
  FUNCTIONS,
  functionTerm,
  inUnitCode,
  number,
  operatorTerm,
  type ReadValue,
  readCode,
  type Term,
  textTerm,
} from './term.ts';
import {
  DIMENSIONLESS,
  ensureSameDimension,
  knownUnit,
  loadMath,
  type MathJs,
  showDimension,
  type Unit,
  unitOf,
} from './unit.ts';

const MAX_LENGTH = 1000;

/** The names that an expression may use, and how it is compiled: mathjs parses, a whitelisted tree becomes closures. */
export class ExpressionCompiler {
  readonly #math: MathJs;
  readonly #parameterUnits: ReadonlyMap<string, Unit>;
  readonly #outputUnits: ReadonlyMap<string, Unit>;
  readonly #unitTexts: ReadonlyMap<string, string | undefined>;
  readonly #labels: ReadonlySet<string>;
  readonly #texts: ReadonlySet<string>;
  readonly #constants: Constants;

  private constructor(math: MathJs, space: Space, outputs: readonly Output[], constants: Constants) {
    this.#math = math;
    this.#constants = constants;
    const parameters = Object.entries(space.parameters);
    this.#parameterUnits = new Map(parameters.map(([name, { unit }]) => [name, unitOf(math, unit)]));
    this.#outputUnits = new Map(outputs.map(({ name, unit }) => [name, unitOf(math, unit)]));
    this.#unitTexts = new Map([
      ...parameters.map(([name, { unit }]) => [name, unit] as const),
      ...outputs.map(({ name, unit }) => [name, unit] as const),
    ]);
    this.#texts = new Set([
      ...parameters.flatMap(([name, { kind }]) => (kind === 'categorical' ? [name] : [])),
      ...outputs.flatMap(({ name, classes }) => (classes ? [name] : [])),
    ]);
    this.#labels = new Set(
      [...this.#parameterUnits.values(), ...this.#outputUnits.values()].flatMap((unit) => [...unit.dimension.keys()]),
    );
  }

  /** A compiler for expressions over the parameters of `space`, the outputs, and constants, which have no units. Loads mathjs. */
  static async create(
    space: Space,
    outputs: readonly Output[],
    constants: Constants = {},
  ): Promise<ExpressionCompiler> {
    return new ExpressionCompiler(await loadMath(), space, outputs, constants);
  }

  /** An expression such as `cl / cd`. A plain name keeps its own unit; anything else is in base units. */
  expression(text: string): Expression & Coded {
    const node = unwrap(this.#parse(text));
    const reads = new Set<string>();
    const term = this.#term(node, text, reads);
    ensureNumber(term, text, text);
    const own =
      node.type === 'SymbolNode'
        ? (this.#outputUnits.get(node.name ?? '') ?? this.#parameterUnits.get(node.name ?? ''))
        : undefined;
    const shown = own ?? DIMENSIONLESS;
    const { factor, offset } = shown;
    const unit = own
      ? this.#unitTexts.get(node.name ?? '')
      : term.dimension.size > 0
        ? showDimension(term.dimension)
        : undefined;
    const evaluate = (point: Names, outputs: Names) => (number(term.evaluate(point, outputs)) - offset) / factor;
    const code = (read: ReadValue) => inUnitCode(term.code(read), shown);
    return { text, reads: [...reads], ...(unit !== undefined && { unit }), evaluate, code };
  }

  /** Constraints from a comparison such as `stress <= 250 MPa` or `1 <= x <= 2`; relative to the bound where it is a constant other than 0. */
  constraints(text: string): (Constraint & Coded)[] {
    const node = unwrap(this.#parse(text));
    if (node.type === 'RelationalNode') {
      const { params = [], conditionals = [] } = node;
      return conditionals.map((comparison, i) => this.#comparison(comparison, params[i], params[i + 1], text));
    }
    const comparison = node.type === 'OperatorNode' && node.fn ? String(node.fn) : '';
    ensure(
      isComparison(comparison) && node.args?.length === 2,
      'invalid-expression',
      `'${text}' is not a constraint; write a comparison with <=, >= or ==, such as 'stress <= 250 MPa'`,
    );
    return [this.#comparison(comparison, node.args[0], node.args[1], text)];
  }

  /** The output of an equation such as `stress = 250 MPa`, and the value that it takes there, in the output's own unit. */
  contour(text: string): { readonly output: string; readonly value: number } {
    const node = unwrap(this.#parse(text));
    const [left, right] =
      node.type === 'AssignmentNode'
        ? [node.object, node.value as Node]
        : node.fn && String(node.fn) === 'equal'
          ? (node.args ?? [])
          : [];
    const output = left?.type === 'SymbolNode' ? (left.name ?? '') : '';
    const unit = this.#outputUnits.get(output);
    const term = unit && right && this.#term(right, text, new Set());
    ensure(
      unit && term?.constant !== undefined,
      'invalid-expression',
      `'${text}' is not a contour; write an output and a number, such as 'stress = 250 MPa'`,
    );
    ensureSameDimension({ ...unit, unit: this.#unitTexts.get(output) }, term, `'${text}'`);
    return { output, value: (term.constant - unit.offset) / unit.factor };
  }

  /** What an output is at a point, in its own unit, by an expression that reads no output. */
  formula(text: string, output: string): (point: Names) => number {
    const reads = new Set<string>();
    const node = unwrap(this.#parse(text));
    const term = this.#term(node, text, reads);
    ensureNumber(term, text, text);
    const [read] = reads;
    ensure(
      read === undefined,
      'invalid-expression',
      `'${text}': '${read}' is an output; a formula is of parameters and constants, so that nothing need be run for it`,
    );
    const unit = this.#outputUnits.get(output) ?? DIMENSIONLESS;
    ensureSameDimension({ ...unit, unit: this.#unitTexts.get(output) || 'no unit' }, term, `'${text}'`);
    return (point) => (number(term.evaluate(point, {})) - unit.offset) / unit.factor;
  }

  #comparison(operator: string, leftNode: Node, rightNode: Node, text: string): Constraint & Coded {
    const reads = new Set<string>();
    const left = this.#term(leftNode, text, reads);
    const right = this.#term(rightNode, text, reads);
    return constraintOf({ operator, left, right }, text, reads);
  }

  #parse(text: string): Node {
    ensure(
      typeof text === 'string' && text.trim() !== '',
      'invalid-expression',
      `an expression must be a non-empty text, got ${JSON.stringify(text)}`,
    );
    ensure(
      text.length <= MAX_LENGTH,
      'invalid-expression',
      `an expression may have ${MAX_LENGTH} characters, this one has ${text.length}: '${text.slice(0, 60)}...'`,
    );
    try {
      return this.#math.parse(text) as Node;
    } catch (error) {
      throw new ImagoError('invalid-expression', `cannot read '${text}': ${(error as Error).message}`, {
        cause: error,
      });
    }
  }

  #term(outer: Node, text: string, reads: Set<string>): Term {
    const node = unwrap(outer);
    const refuse = (what: string): never => {
      throw new ImagoError('invalid-expression', `'${text}': ${what}`);
    };
    const term = (child: Node) => this.#term(child, text, reads);
    switch (node.type) {
      case 'ConstantNode': {
        const { value } = node;
        if (typeof value === 'string') return textTerm(value);
        if (typeof value !== 'number' || !Number.isFinite(value))
          return refuse(`${String(value)} is not a finite number`);
        return constantTerm(value, DIMENSIONLESS.dimension);
      }
      case 'SymbolNode':
        return this.#symbol(node.name ?? '', text, reads);
      case 'OperatorNode': {
        const unit = this.#unitAfterNumber(node);
        if (unit) {
          const measured = operatorTerm('multiply', [term((node.args as Node[])[0]), unit], String(node), text) as Term;
          return { ...measured, unit: node.args?.[1].name };
        }
        return (
          operatorTerm(String(node.fn), (node.args ?? []).map(term), String(node), text) ??
          refuse(`the operator '${node.op}' is not allowed here`)
        );
      }
      case 'FunctionNode': {
        const name = node.fn?.name ?? String(node);
        if (!FUNCTIONS.includes(name)) refuse(`there is no function '${name}'; known: ${FUNCTIONS.join(', ')}`);
        return functionTerm(name, (node.args ?? []).map(term), text);
      }
      case 'ConditionalNode': {
        const [condition, yes, no] = [
          this.#condition(node.condition!, text, reads),
          term(node.trueExpr!),
          term(node.falseExpr!),
        ];
        ensureSameDimension(yes, no, `'${text}'`);
        const isText = yes.isText || no.isText;
        const evaluate: Term['evaluate'] = (p, o) => (condition.holds(p, o) ? yes : no).evaluate(p, o);
        const code = (read: ReadValue) => `(${condition.code(read)} ? ${yes.code(read)} : ${no.code(read)})`;
        return { dimension: yes.dimension, ...(isText && { isText }), evaluate, code };
      }
      default:
        return refuse(`'${String(node)}' is not allowed in an expression`);
    }
  }

  /** In `3 cm` the second word is a unit, even where a parameter or output is called cm. */
  #unitAfterNumber({ implicit, args }: Node): Term | undefined {
    const word = args?.[1];
    if (!implicit || word?.type !== 'SymbolNode') return undefined;
    const unit = knownUnit(this.#math, word.name ?? '');
    return unit && unit.offset === 0 ? constantTerm(unit.factor, unit.dimension) : undefined;
  }

  #condition(outer: Node, text: string, reads: Set<string>): Condition {
    const node = unwrap(outer);
    const operator = String(node.fn);
    ensure(
      node.type === 'OperatorNode' && isComparison(operator),
      'invalid-expression',
      `'${text}': '${String(node)}' is not a comparison`,
    );
    const [left, right] = node.args!.map((child) => this.#term(child, text, reads));
    return conditionOf({ operator, left, right }, String(node), text);
  }

  #symbol(name: string, text: string, reads: Set<string>): Term {
    const output = this.#outputUnits.get(name);
    const unit = output ?? this.#parameterUnits.get(name);
    if (unit) {
      if (output) reads.add(name);
      const { factor, offset, dimension } = unit;
      const inBase = (value: Scalar | undefined): Scalar =>
        typeof value === 'number' ? value * factor + offset : (value ?? Number.NaN);
      const unitText = this.#unitTexts.get(name);
      const evaluate = (point: Names, outputs: Names) => inBase(output ? outputs[name] : point[name]);
      const isText = this.#texts.has(name);
      const code = (read: ReadValue) => readCode(read(name, output !== undefined), unit, isText);
      return { dimension, ...(unitText && { unit: unitText }), ...(isText && { isText }), evaluate, code };
    }
    if (Object.hasOwn(this.#constants, name)) {
      const value = this.#constants[name];
      return typeof value === 'string' ? textTerm(value) : constantTerm(value, DIMENSIONLESS.dimension);
    }
    if (name === 'pi') return constantTerm(Math.PI, DIMENSIONLESS.dimension);
    const known = this.#labels.has(name)
      ? { ...DIMENSIONLESS, dimension: new Map([[name, 1]]) }
      : knownUnit(this.#math, name);
    if (known) {
      ensure(known.offset === 0, 'invalid-expression', `'${text}': a number in ${name} is ambiguous; write it in K`);
      return constantTerm(known.factor, known.dimension);
    }
    const names = [...this.#unitTexts.keys(), ...Object.keys(this.#constants)].join(', ');
    throw new ImagoError(
      'invalid-expression',
      `'${text}': there is no parameter, output or unit '${name}'; known names: ${names}`,
    );
  }
}
