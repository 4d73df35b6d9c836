import { predictionColumns } from '../core/columns.ts';
import type { Dataset } from '../core/dataset.ts';
import { ensure } from '../core/errors.ts';
import type { ColumnTerms, ExportableModel } from '../core/exportable.ts';
import { shareTerms } from '../core/graph/share-terms.ts';
import { add, choose, max, multiply, number, sqrt, subtract, type Term } from '../core/graph/term.ts';
import { hasIntervals, type Model } from '../core/model.ts';
import type { Output } from '../core/output.ts';
import { all, pointTerms } from '../core/space/point-terms.ts';
import type { Space } from '../core/space/space.ts';
import { rowsBehind } from '../core/state/rows-behind.ts';
import { normalQuantile } from '../numerics/distributions.ts';
import { domainsOf } from '../surrogates/point-model.ts';
import type { ModelDescription } from './model-file.ts';

/** What is written of one output, at a point whose parameters are the inputs of the terms. */
export interface OutputTerms {
  readonly output: Output;
  /** The prediction; of a class the index of the most probable one. */
  readonly value: Term;
  /** Of a class: the probability of each. */
  readonly probabilities?: readonly Term[];
  /** Bounds that an answer is inside with 95 %. */
  readonly interval?: readonly [lower: Term, upper: Term];
  /** 1 where the model knows the output, else 0. */
  readonly known?: Term;
  /** What `known` goes by, beside the ranges of the parameters: at most 1 where the output is known. */
  readonly novelty?: Term;
}

/** A model as arithmetic, ready to be written in any language. */
export interface ExportedModel {
  readonly name: string;
  readonly space: Space;
  readonly outputs: readonly OutputTerms[];
  /** Where the model comes from, and what cannot be carried: a sentence each. */
  readonly notes: readonly string[];
  /** The last of these: what cannot be carried. */
  readonly lost: readonly string[];
}

/** A file that an export writes. */
export interface ExportedFile {
  /** Name with its ending. */
  readonly name: string;
  readonly text: string;
}

/** The same of a format that is no text. */
export interface BinaryFile {
  /** Name with its ending. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What is exported beside the model itself. */
export interface ExportSubject {
  /** What files are named after. */
  readonly name: string;
  /** The rows that the model was fitted to: they tell its space, its outputs and where it knows them. Default: those that its state has. */
  readonly data?: Dataset;
  /** Where the model comes from: a sentence each. */
  readonly notes?: readonly string[];
  /** What is known of a model that was loaded: a `.json` file goes on telling it, a program says at its top who taught it. */
  readonly about?: ModelDescription;
}

/** A fitted model as arithmetic. Throws `invalid-argument` where the model, or this fit of it, is none. */
export function exportedModel(
  model: Model,
  { name, data = rowsBehind(model), notes = [], about }: ExportSubject,
): ExportedModel {
  // One whose fit cannot be exported says why itself.
  ensure(
    'terms' in model,
    'invalid-argument',
    `'${name}' cannot be exported: models of its surrogate are not made of the arithmetic that other languages have`,
  );
  const { space, outputs } = data;
  const point = pointTerms(space);
  const columns = (model as ExportableModel).terms(point, outputs);
  const domains = domainsOf(model, data.finite());
  const lost: string[] = [];
  const written = predictionColumns(outputs).flatMap(({ start, width }, k): OutputTerms[] => {
    if (outputs[k].formula) {
      lost.push(`'${outputs[k].name}' is left out: it is a formula of the inputs`);
      return [];
    }
    const own = columns.slice(start, start + width);
    const novelty = domains[k].noveltyTerm(point, own);
    const knowing = novelty && { novelty, known: all([choose(novelty, 'at-most', 1, 1, 0), point.inside]) };
    const output = outputs[k];
    if (output.classes) {
      const probabilities = shareTerms(own.map(({ mean }) => mean));
      return [{ output, value: mostProbableTerm(probabilities), probabilities, ...knowing }];
    }
    const [column] = own;
    const interval = column.interval ?? (hasIntervals(model) ? undefined : normalBounds(column));
    if (!interval) lost.push(`'${output.name}' has no interval here: ${LOST}`);
    return [{ output, value: column.mean, ...(interval && { interval }), ...knowing }];
  });
  const taught =
    about?.teacher === undefined ? [] : [`Fitted to ${about.points} rows of ${calledTeacher(about.teacher)}.`];
  const told = [...taught, ...notes, ...lost].map((note) => note.replace(/\s+/g, ' '));
  return { name, space, outputs: written, notes: told, lost };
}

/** A teacher by its name, also where it has none of its own. */
function calledTeacher(teacher: string): string {
  return teacher === 'simulator' || teacher === 'data' ? `the ${teacher}` : teacher;
}

const LOST = 'it would need the other models that were held against rows left out, or the model has none';
const DEVIATIONS = normalQuantile(0.975);

function normalBounds({ mean, variance, observed = variance }: ColumnTerms): readonly [Term, Term] | undefined {
  if (!observed) return undefined;
  const half = multiply(DEVIATIONS, sqrt(observed));
  return [subtract(mean, half), add(mean, half)];
}

/** The index of the largest, the first of equals. */
function mostProbableTerm(shares: readonly Term[]): Term {
  const largest = shares.reduce(max);
  return shares.reduceRight<Term>((index, share, c) => choose(share, 'equal', largest, c, index), number(0));
}
