import type { Dataset } from '../core/dataset.ts';
import type { FailureCause } from '../core/evaluation.ts';
import type { Output } from '../core/output.ts';
import type { Problem } from '../core/problem.ts';
import { describe } from '../core/space/coordinate.ts';
import { categorical, integer, ordinal, type Parameter, real, type Scalar } from '../core/space/parameter.ts';
import type { Space } from '../core/space/space.ts';

/** How many evaluations there were and what became of them. */
export function summarizeRuns(data: Dataset): RunSummary {
  const failures = new Map<FailureCause, { count: number; example: string }>();
  for (const { cause, reason } of data.rows) {
    if (!cause) continue;
    const entry = failures.get(cause) ?? { count: 0, example: reason ?? '' };
    entry.count++;
    failures.set(cause, entry);
  }
  const list = [...failures].map(([cause, entry]) => ({ cause, ...entry })).sort((a, b) => b.count - a.count);
  const failed = list.reduce((sum, { count }) => sum + count, 0);
  return { total: data.size, completed: data.size - failed, failures: list };
}

/** Every row in the author's units. */
export function summarizeEvaluations(data: Dataset): EvaluationSummary[] {
  return data.rows.map((row, i) => ({
    id: row.id,
    point: pointAt(data.space, data.x.row(i)),
    u: [...data.x.row(i)],
    outputs: row.status === 'completed' ? namedOutputs(data.outputs, data.y.row(i)) : null,
    failure: row.status === 'failed' ? `${row.cause}: ${row.reason}` : null,
  }));
}

/** The point at u, its inactive parameters left out. */
export function pointAt(space: Space, u: Float64Array): Record<string, Scalar> {
  return Object.fromEntries(
    Object.entries(space.decode(u)).filter((entry): entry is [string, Scalar] => entry[1] !== undefined),
  );
}

/** m numbers by name, classes by their names. */
export function namedOutputs(outputs: readonly Output[], values: ArrayLike<number>): Record<string, Scalar> {
  return Object.fromEntries(outputs.map(({ name, classes }, k) => [name, classes ? classes[values[k]] : values[k]]));
}

export function summarizeParameters(space: Space): ParameterSummary[] {
  return Object.entries(space.parameters).map(([name, spec]) => ({
    name,
    kind: spec.kind,
    range: describe(spec),
    bounds: 'lower' in spec ? [spec.lower, spec.upper] : null,
    scale: spec.kind === 'real' ? spec.scale : null,
    choices: 'values' in spec ? spec.values : null,
    unit: spec.unit ?? '',
    description: spec.description ?? '',
    ...(spec.group !== undefined && { group: spec.group }),
  }));
}

/** A parameter as far as a study tells of it: without the condition under which it plays a part, and without a cost. */
export function specOf({ kind, bounds, scale, choices, unit, description }: ParameterSummary): Parameter {
  const options = { ...(unit !== '' && { unit }), description };
  const [lower, upper] = bounds ?? [0, 1];
  if (kind === 'real') return real(lower, upper, { ...options, scale: scale ?? 'linear' });
  if (kind === 'integer') return integer(lower, upper, options);
  return kind === 'ordinal'
    ? ordinal(choices as readonly number[], options)
    : categorical(...(choices as readonly string[]), options);
}

export function summarizeOutputs(outputs: readonly Output[]): OutputSummary[] {
  return outputs.map(({ name, unit = '', description = '', classes = null }) => ({ name, unit, description, classes }));
}

export function summarizeGoal({ objectives, constraints }: Problem): GoalSummary {
  const all = objectives.map(({ sense, text, unit = '' }): ObjectiveSummary => ({ sense, objective: text, unit }));
  return {
    ...(all.length === 1 ? all[0] : { sense: 'maximize', objective: 'hypervolume', unit: '' }),
    objectives: all,
    constraints: [...new Set(constraints.map((constraint) => constraint.text))],
  };
}

/** A parameter as a report tells it. */
export interface ParameterSummary {
  readonly name: string;
  readonly kind: 'real' | 'integer' | 'ordinal' | 'categorical';
  /** `a number in [0.5, 3] m`. */
  readonly range: string;
  /** Of a real parameter or an integer; null for others. */
  readonly bounds: readonly [number, number] | null;
  /** How a real parameter is spaced in the unit cube; null for others. */
  readonly scale: 'linear' | 'log' | null;
  /** Of an ordinal or categorical parameter; null for others. */
  readonly choices: readonly Scalar[] | null;
  readonly unit: string;
  readonly description: string;
  /** The group that it is shown with; left out where it has none. */
  readonly group?: string;
}

/** An output as a report tells it; `classes` is null for a number. */
export interface OutputSummary {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  readonly classes: readonly string[] | null;
}

/** One quantity to be optimized. */
export interface ObjectiveSummary {
  readonly sense: 'minimize' | 'maximize';
  readonly objective: string;
  readonly unit: string;
}

/** The objective; with several, `objective` is the hypervolume, which the curves show. */
export interface GoalSummary extends ObjectiveSummary {
  /** What was asked for. */
  readonly objectives: readonly ObjectiveSummary[];
  readonly constraints: readonly string[];
}

/** How many evaluations there were and what became of them. */
export interface RunSummary {
  readonly total: number;
  readonly completed: number;
  readonly failures: readonly { readonly cause: FailureCause; readonly count: number; readonly example: string }[];
}

/** One evaluation in the author's units. */
export interface EvaluationSummary {
  readonly id: string;
  readonly point: Readonly<Record<string, Scalar>>;
  /** Unit-cube vector. */
  readonly u: readonly number[];
  /** Null when it failed. */
  readonly outputs: Readonly<Record<string, Scalar>> | null;
  readonly failure: string | null;
}
