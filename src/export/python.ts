import type { ExportedFile, ExportedModel, OutputTerms } from './exported.ts';
import { type Language, written } from './language.ts';
import { programOf, type Table, Tables } from './program.ts';
import { termsOf } from './terms.ts';

const CALLS: Readonly<Record<string, string>> = {
  ...{ abs: 'abs', min: 'min', max: 'max', power: '_power', sign: '_sign', exp: '_exp', expm1: '_expm1' },
  ...{ log: '_log', sqrt: '_sqrt' },
};

const LANGUAGE: Language = {
  number: (value) =>
    Object.is(value, -0) ? '-0.0' : Number.isInteger(value) && Math.abs(value) < 1e15 ? `${value}.0` : String(value),
  input: (index) => `x[${index}]`,
  item: (array, at) => `${array}[${at}]`,
  entry: (table, at) => `${table}[int(${at})]`,
  call: (op, operands) => `${CALLS[op] ?? `math.${op}`}(${operands.join(', ')})`,
  divide: (a, b) => `_divide(${a}, ${b})`,
  choice: (test, yes, no) => `${yes} if ${test} else ${no}`,
  equal: '==',
  constant: (name, value) => `${name} = ${value}`,
  variable: (name, value) => `${name} = ${value}`,
  assign: (name, value) => `${name} = ${value}`,
  array: (name, length) => `${name} = [0.0] * ${length}`,
  loop: (length) => [`for i in range(${length}):`, undefined],
  product: ({ to, matrix, from, lower }) => `_product(${to}, ${matrix}, ${from}, ${lower ? 'True' : 'False'})`,
  sorted: ({ to, from }) => [`${to} = sorted(${from.map(({ name }) => name).join(' + ')})`],
  nearest: ({ to, count, from }) =>
    `${to} = [float(k) for k in sorted(range(len(${from})), key=${from}.__getitem__)[:${count}]]`,
  trees: ({ to, tables, inputs }) =>
    `_trees(${to}, ${tables.roots}, ${tables.input}, ${tables.equal}, ${tables.threshold}, ${tables.left}, ${tables.right}, ${inputs})`,
};

// Python raises where arithmetic elsewhere goes to infinity.
const PRELUDE = `
def _divide(a, b):
    if b == 0.0:
        return math.nan if a == 0.0 or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1.0, b)
    return a / b


def _exp(a):
    return math.exp(a) if a < 709.7 else math.inf


def _expm1(a):
    return math.expm1(a) if a < 709.7 else math.inf


def _log(a):
    return math.log(a) if a > 0.0 else -math.inf if a == 0.0 else math.nan


def _sqrt(a):
    return math.sqrt(a) if a >= 0.0 else math.nan


def _power(a, b):
    try:
        return math.pow(a, b)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.inf if a == 0.0 else math.nan


def _sign(a):
    return float((a > 0.0) - (a < 0.0))


def _product(to, matrix, of, lower):
    at = 0
    for j, value in enumerate(of):
        for i in range(j if lower else 0, len(to)):
            to[i] += matrix[at] * value
            at += 1


def _trees(to, roots, inputs, equal, threshold, left, right, x):
    for k, at in enumerate(roots):
        while inputs[at] >= 0:
            u = x[inputs[at]]
            yes = u == threshold[at] if equal[at] else u <= threshold[at]
            at = left[at] if yes else right[at]
        to[k] = left[at]


def _inputs(point):
    unknown = [name for name in point if all(name != one["name"] for one in PARAMETERS)]
    if unknown:
        raise ValueError(f"there is no parameter {unknown[0]!r}")
    x = []
    for one in PARAMETERS:
        name = one["name"]
        given = point.get(name)
        if given is None and one["optional"]:
            x.append(0.0)
        elif one["choices"] is not None:
            if given not in one["choices"]:
                raise ValueError(f"{name} must be one of {', '.join(one['choices'])}, got {given!r}")
            x.append(float(one["choices"].index(given)))
        elif isinstance(given, bool) or not isinstance(given, (int, float)) or not math.isfinite(given):
            raise ValueError(f"{name} must be a finite number, got {given!r}")
        else:
            x.append(float(given))
    return x
`;

/** The model as a module of Python 3 that depends on nothing. */
export function pythonOf(model: ExportedModel): readonly ExportedFile[] {
  const tables = new Tables();
  const { lines, results } = written(programOf(termsOf(model.outputs), tables), LANGUAGE, '    ');
  const next = results[Symbol.iterator]();
  const text = [
    ...model.notes.map((note) => `# ${note}`),
    'import math',
    '',
    `PARAMETERS = [\n${parametersOf(model).join('\n')}\n]`,
    '',
    ...tables.all.map(([name, table]) => `${name} = ${arrayOf(table)}`),
    PRELUDE,
    '',
    'def predict(point):',
    '    """What the model says at a point in the units of its author: a dict of an answer for each output."""',
    '    x = _inputs(point)',
    ...lines,
    '    return {',
    ...model.outputs.map((one) => `        ${quoted(one.output.name)}: {${answerOf(one, () => next.next().value!)}},`),
    '    }',
    '',
  ];
  return [{ name: `${model.name}.py`, text: text.join('\n') }];
}

const quoted = (text: string) => JSON.stringify(text);

function parametersOf({ space }: ExportedModel): string[] {
  return Object.entries(space.parameters).map(([name, spec]) => {
    const choices = spec.kind === 'categorical' ? JSON.stringify(spec.values) : 'None';
    const optional = spec.activeWhen ? 'True' : 'False';
    return `    {"name": ${quoted(name)}, "unit": ${quoted(spec.unit ?? '')}, "choices": ${choices}, "optional": ${optional}},`;
  });
}

function arrayOf(table: Table): string {
  return `[${Array.from(table, table instanceof Float64Array ? LANGUAGE.number : String).join(', ')}]`;
}

function answerOf({ output, probabilities, interval, known }: OutputTerms, next: () => string): string {
  const parts: string[] = [];
  const value = next();
  if (output.classes && probabilities) {
    const shares = output.classes.map((name) => `${quoted(name)}: ${next()}`);
    parts.push(`"value": ${JSON.stringify(output.classes)}[int(${value})]`, `"probabilities": {${shares.join(', ')}}`);
  } else parts.push(`"value": ${value}`);
  if (interval) parts.push(`"lower": ${next()}`, `"upper": ${next()}`);
  if (known) parts.push(`"in_domain": ${next()} == 1.0`);
  return parts.join(', ');
}
