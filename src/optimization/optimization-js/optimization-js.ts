import { ensure } from '../../core/errors.ts';
import { type Factory, factory } from '../../core/factory.ts';
import type { Minimizer } from '../../core/optimizer.ts';
import { count, type OptionsOf, oneOf, option } from '../../core/options.ts';
import { throwIfCancelled } from '../../core/run.ts';
import { multiStart } from '../inner-search/multi-start.ts';
import { type DescentMethod, descentBy } from './descent.ts';
import { type DrawMethod, drawBy } from './draws.ts';
import { loadOptimizationJs } from './package.ts';

/** The methods of {@link optimizationJs}. */
export const METHODS = ['powell', 'gradient-descent', 'lbfgs', 'random', 'omg'] as const;

/** A method of optimization-js. */
export type OptimizationJsMethod = DescentMethod | DrawMethod;

const OPTIONS = {
  method: option(
    oneOf(...METHODS),
    'From several starts: `powell` (steps along one axis after another, by differences), `gradient-descent` and `lbfgs`, which need a gradient. Of the whole space: `random`, and `omg`, which mutates the best point.',
    'powell',
  ),
  evaluations: option(count, 'Evaluations of the criterion that may be spent.', 4000),
};

/** Options of {@link optimizationJs}. */
export type OptimizationJsOptions = OptionsOf<typeof OPTIONS>;

/** Points looked at, of the evaluations, before the best of them are descended from, and from how many. */
const LOOKS = 0.25;
const STARTS = 10;

/**
 * The minimizers of the package optimization-js, which imago does not install by itself. What the package lacks is added: bounds, discrete
 * parameters (moved one at a time between descents), a limit, random numbers from the run's stream, values that are not finite.
 */
export const optimizationJs: Factory<OptimizationJsOptions, Minimizer> = factory(
  'optimizationJs',
  OPTIONS,
  ({ method, evaluations }) => {
    const name = `optimization-js (${method})`;
    return {
      name,
      ...((method === 'gradient-descent' || method === 'lbfgs') && { needsGradient: true }),
      async minimize(criterion, space, starts, run) {
        const of = await loadOptimizationJs();
        throwIfCancelled(run);
        if (method === 'random' || method === 'omg') {
          const found = drawBy(method, of, criterion, space, starts, evaluations, run);
          ensure(found, 'invalid-argument', `${name}: the criterion is NaN at all ${evaluations} points tried`);
          return found;
        }
        ensure(
          method === 'powell' || criterion.gradient,
          'invalid-argument',
          `${name} needs a criterion with a gradient; use powell, random or omg on a model that has none`,
        );
        const raw = Math.max(1, Math.floor(LOOKS * evaluations));
        const rest = evaluations - raw;
        const inReals = descentBy(method, of, Math.ceil(rest / STARTS), rest);
        const ranking = multiStart(criterion, space, starts, run, { raw, starts: STARTS, inReals });
        ensure(
          ranking.x.rows > 0,
          'invalid-argument',
          `${name}: the criterion is NaN at all ${ranking.evaluations} points tried`,
        );
        return { u: ranking.x.row(0).slice(), value: ranking.values[0], evaluations: ranking.evaluations };
      },
    };
  },
);
