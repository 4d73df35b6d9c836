import { type Factory, factory, recipeOf } from '../../core/factory.ts';
import type { Optimizer, Suggestion } from '../../core/optimizer.ts';
import { flag, type OptionsOf, option } from '../../core/options.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { restarting } from '../basins/other-basins.ts';
import { bayesian } from '../bayesian/bayesian.ts';
import { isPlain } from '../bayesian/columns.ts';
import { BAYESIAN } from '../bayesian/options.ts';
import { constrainedRbf } from '../constrained-rbf/constrained-rbf.ts';
import { multiResolution } from '../multi-resolution/multi-resolution.ts';
import { atReportedLevel } from '../multi-resolution/slice.ts';
import { noisyLook } from './noisy-search.ts';
import { type Engines, type Phase, type Proposal, propose, situationOf } from './phase.ts';
import { isSolved } from './solved.ts';

const OPTIONS = {
  ...BAYESIAN,
  stochastic: option(
    flag,
    'Whether answers are noisy. The local engine believes every answer, so the Bayesian one is then on its own.',
    false,
  ),
  resolved: option(
    recipeOf('resolved surrogate'),
    'Where the simulator has a resolution, what learns from the answers of all its levels. Without it all runs are at the level that counts.',
  ),
};

/** Options of {@link autoOptimizer}: those of its Bayesian engine, and what is known of the answers. */
export type AutoOptimizerOptions = OptionsOf<typeof OPTIONS>;

/**
 * The default search for one objective: engines that share what they know and take turns by measured progress. What it does with a row is its phase.
 *
 * | phase | who proposes | when |
 * |---|---|---|
 * | `design` | {@link bayesian}, with its initial design | before 6 (d + 1) rows |
 * | `global` | {@link bayesian}, over the whole space | in its turns ({@link turnOf}) |
 * | `local` | {@link constrainedRbf}, in a trust region | in its turns; where its step ends next to a point in flight, `global` takes over |
 * | `refine` | {@link bayesian}, close to the best row | in its turns after the first exploration, where all coordinates are real |
 * | `explore` | {@link restarting}, outside the basin of the best row | while the best row is settled ({@link explorationsOf}), and for some points in flight |
 *
 * 1. Under modeled constraints engines take turns from the first row ({@link limitedTurn}): {@link constrainedRbf} gets to the last digit, `bayesian` out
 *    of local optima.
 * 2. With noisy answers, and without real coordinates, `bayesian` has every turn; with noisy ones some rows explore other basins and categories
 *    ({@link noisyLook}).
 * 3. A resolution that is left open is searched by {@link multiResolution} alone; where it is fixed, the other parameters are searched.
 * 4. The search stops before its budget where nothing is left to gain ({@link isSolved}).
 *
 * The phase of a row follows from the rows before it, so nothing has to be remembered; the caller passes the same run at each call.
 */
export const autoOptimizer: Factory<AutoOptimizerOptions, Optimizer> = factory('autoOptimizer', OPTIONS, (options) => {
  const { resolved, ...own } = options;
  const { search, margin, stochastic } = own;
  const forecaster = bayesian(own);
  const restart = restarting(forecaster, bayesian({ ...own, initial: 2 }));
  const look = noisyLook(forecaster, restart);
  const [constrained, descent] = [constrainedRbf(), constrainedRbf({ explores: false })];
  const engines: Engines = {
    forecaster,
    // Where no constraint is modeled the Bayesian engine explores.
    local: (problem) => (isPlain(problem) ? descent : constrained).suggest,
    explore: ({ problem, knowledge, run, exploration }) =>
      exploration ? restart(problem, knowledge, exploration, run) : look(problem, knowledge, run),
  };
  const plain: Optimizer = {
    name: 'auto',
    async suggest(problem, knowledge, count, run): Promise<Suggestion> {
      const wanted = Math.min(count, knowledge.remaining);
      let x = new Matrix(0, problem.space.dimension);
      if (!stochastic && isSolved(problem, knowledge.history)) return { x, stop: 'solved' };
      // What a part of the space promises is no sign that a search has converged, and models of many constraints cost more than their word is worth.
      const told = async ({ suggestion, phase, forecast }: Proposal): Promise<Suggestion> => {
        if (phase === 'global' || phase === 'design') return suggestion;
        const { x, stop } = suggestion;
        if (!isPlain(problem) || x.rows === 0) return { x, stop };
        const own = (await forecast?.()) ?? (await forecaster.forecast(problem, knowledge, x.row(0), run));
        return { x, stop, probabilityOfImprovement: own?.probabilityOfImprovement };
      };
      const merits = problem.merit(knowledge.history.x, knowledge.history.y);
      let first: Suggestion = { x };
      let hasOtherBasins = true;
      while (x.rows < wanted) {
        const asked = { ...knowledge, pending: knowledge.pending.stack(x), remaining: knowledge.remaining - x.rows };
        const situation = situationOf(problem, asked, run, { stochastic, merits, isBatch: count > 1 });
        const phase: Phase = hasOtherBasins || stochastic ? situation.phase : situation.turn;
        const proposal = await propose({ ...situation, phase }, engines);
        hasOtherBasins &&= phase !== 'explore' || proposal.phase === 'explore';
        const { suggestion } = proposal;
        if (x.rows === 0) first = await told(proposal);
        x = x.stack(suggestion.x);
        if (suggestion.stop || suggestion.x.rows === 0) return { ...first, x, stop: suggestion.stop };
      }
      return { ...first, x };
    },
  };
  const levelled = resolved && multiResolution({ search, margin, stochastic, surrogate: resolved });
  const fixed = atReportedLevel(plain);
  return {
    name: plain.name,
    choosesLevel: true,
    suggest(problem, knowledge, count, run) {
      const isOpen = problem.levels && problem.levels.length > 1;
      return (levelled && isOpen ? levelled : fixed).suggest(problem, knowledge, count, run);
    },
  };
});
