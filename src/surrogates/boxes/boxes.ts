import { completedRows, type Dataset } from '../../core/dataset.ts';
import { ensure } from '../../core/errors.ts';
import { type Factory, factory } from '../../core/factory.ts';
import { count, flag, number, type OptionsOf, oneOf, option, required, text, whole } from '../../core/options.ts';
import { pauser } from '../../core/pause.ts';
import type { SavableModel } from '../../core/state/model-state.ts';
import type { Box, BoxStructure, ReadableModel, Sought } from '../../core/structure.ts';
import { type Recipe, recipe } from '../recipe.ts';
import { meanOfRows } from '../row-mean.ts';
import { rowNotes } from '../row-notes.ts';
import { bestIntervals } from './best-interval.ts';
import { type BoxRows, boxRows, outsideOf } from './box-rows.ts';
import { BoxModel } from './model.ts';
import { paste, peel } from './prim.ts';

const OPTIONS = {
  output: required(text, 'The output that defines what is sought.'),
  is: option(text, 'Of a class: the one that is sought.'),
  below: option(number(), 'Of a number: what is sought is less than this.'),
  above: option(number(), 'Of a number: what is sought is more than this.'),
  method: option(
    oneOf('prim', 'bestInterval'),
    '`prim` peels a share of the rows off one side after the other [Friedman1999]; `bestInterval` searches the box with the best weighted relative accuracy [Mampaey2012].',
    'prim',
  ),
  alpha: option(number({ above: 0, to: 0.5 }), 'Of `prim`: the share of the rows inside that a peel takes away.', 0.05),
  minRows: option(count, 'Of `prim`: fewest rows inside a box.', 20),
  density: option(
    number({ above: 0, to: 1 }),
    'Of `prim`: of the boxes at least this dense the one that covers most is chosen; the densest where none is. 1 asks for the densest.',
    0.95,
  ),
  paste: option(
    flag,
    'Of `prim`: whether the chosen box grows again at its sides as long as it becomes denser.',
    false,
  ),
  beam: option(count, 'Of `bestInterval`: how many boxes are kept while one input after the other is restricted.', 5),
  maxInputs: option(
    whole({ from: 1, infinite: true }),
    'Of `bestInterval`: most inputs that a box restricts.',
    Number.POSITIVE_INFINITY,
  ),
};

/** Options of {@link boxes}. */
export type BoxesOptions = OptionsOf<typeof OPTIONS>;

type Checked = Parameters<Parameters<typeof factory<typeof OPTIONS, Recipe>>[2]>[0];

/**
 * A box in which an output is what is sought, for scenario discovery [Bryant2010]: each input from one value to another, or some choices of a category. The
 * boxes on the way there, from the whole space on, tell what a smaller box gains in density and loses in coverage. Taught by a surrogate of
 * few runs on many points it is REDS [Arzamasov2021], which here learns from the surrogate's number. Inside the model
 * answers with the mean of the rows there, outside with that of the others.
 */
export const boxes: Factory<BoxesOptions, Recipe<ReadableModel<BoxStructure> & SavableModel>> = factory(
  'boxes',
  OPTIONS,
  (options) => {
    const sought = soughtOf(options);
    return recipe({
      name: 'boxes',
      usesWeights: true,
      async fit(given, run) {
        await pauser(run)();
        const data = completedRows(given, 'a box');
        const rows = boxRows(data, sought);
        const { trajectory, chosen } = searched(rows, options);
        const notes = rowNotes(data.size, given.size);
        if (rows.sum === 0) notes.push('no row is what is sought: the box is the whole space');
        return new BoxModel({
          kind: 'box',
          ...{ columns: data.space.columns, sought, boxes: trajectory, chosen },
          ...meansOf(data, outsideOf(rows, trajectory[chosen])),
          health: { points: data.size, notes },
        });
      },
    });
  },
);

/** What is sought; throws unless it is a class or numbers on a side, and not both. */
function soughtOf({ output, is, below, above }: Checked): Sought {
  const hasBound = below !== undefined || above !== undefined;
  ensure(
    (is !== undefined) !== hasBound,
    'invalid-argument',
    'boxes: say what is sought by is, of a class, or by below or above, of a number, and not by both',
  );
  ensure(
    below === undefined || above === undefined || above < below,
    'invalid-argument',
    () => `boxes: no number is above ${above} and below ${below}`,
  );
  return {
    output,
    ...(is !== undefined && { is }),
    ...(below !== undefined && { below }),
    ...(above !== undefined && { above }),
  };
}

/** The boxes from the whole cube on, and which of them is chosen. */
function searched(rows: BoxRows, options: Checked): { trajectory: Box[]; chosen: number } {
  if (options.method === 'bestInterval') {
    const trajectory = rows.sum > 0 ? bestIntervals(rows, options) : peel(rows, { ...options, minRows: rows.size });
    return { trajectory, chosen: trajectory.length - 1 };
  }
  const trajectory = peel(rows, rows.sum > 0 ? options : { ...options, minRows: rows.size });
  const chosen = densest(trajectory, options.density);
  if (!options.paste) return { trajectory, chosen };
  const grown = paste(rows, trajectory[chosen], options);
  return grown === trajectory[chosen]
    ? { trajectory, chosen }
    : { trajectory: [...trajectory, grown], chosen: trajectory.length };
}

/** The box that covers most among those that are dense enough; the densest where none is, of equals the larger one. */
function densest(trajectory: readonly Box[], density: number): number {
  const most = trajectory.reduce((best, box) => Math.max(best, box.density), 0);
  const enough = Math.min(density, most);
  return trajectory.reduce(
    (best, box, k) => (box.density >= enough && (best < 0 || box.coverage > trajectory[best].coverage) ? k : best),
    -1,
  );
}

/** c numbers each: the mean of the targets inside and outside; of all rows where there are none. */
function meansOf(data: Dataset, outside: Uint8Array) {
  const mean = (isMeant: (i: number) => boolean) => {
    const rows = [...outside.keys()].filter(isMeant);
    return meanOfRows(data, rows.length > 0 ? rows : [...outside.keys()]);
  };
  return { inside: mean((i) => outside[i] === 0), otherwise: mean((i) => outside[i] > 0) };
}
