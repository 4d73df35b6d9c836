import type { Dataset } from '../../core/dataset.ts';
import { type Factory, factory, recipeOf } from '../../core/factory.ts';
import type { DifferentiableModel, Health, Model, Posterior, Surrogate } from '../../core/model.ts';
import { flag, list, number, type OptionsOf, option } from '../../core/options.ts';
import { childRun, type Run } from '../../core/run.ts';
import type { ModelState, Restore, SavableModel } from '../../core/state/model-state.ts';
import { GaussianProcessModel } from '../../kriging/process/model.ts';
import { composed, innermost } from '../composed.ts';
import { merging } from '../merging.ts';
import type { Recipe } from '../recipe.ts';
import { type Candidate, defaultCandidates, firstChoice, gaussianProcessWork, wideCandidates } from './candidates.ts';
import { type Choice, type Contender, choose, leftOut, partsOf, shareOfVariance } from './contest.ts';
import { EnsembleModel, type Member } from './ensemble.ts';

const OPTIONS = {
  budget: option(
    number({ from: 0, infinite: true }),
    'Work that may be spent beside the Gaussian process, in units of its own fit (which grows with n^3).',
    2,
  ),
  candidates: option(
    list(recipeOf('surrogate')),
    'Surrogates to compare the process with, at any cost, in place of those that the budget allows.',
  ),
  stack: option(flag, 'Whether a stack of several models may answer, or only the best one.', true),
};

/** Options of {@link auto}. */
export type AutoOptions = OptionsOf<typeof OPTIONS>;

/** With fewer rows than this there is nothing to choose by. */
const FEWEST_ROWS = 16;
/** q2 at left-out rows from which on only candidates that refine are tried, and from which on none. */
const GOOD = 0.9;
const CLEARLY_GOOD = 0.99;
/** An earlier choice from at least this share of the rows stands. */
const RECENT = 0.75;

/**
 * The default surrogate: a Gaussian process (gradient-enhanced where derivatives are declared), held against other models on rows that neither had learned (the four
 * parts of the process's own cross-validation). For each output the best one answers, or a stack of them with weights of least
 * squared error [Breiman1996]; anything but the process alone must clearly save a tenth of its error, or any
 * where it hardly explains anything. Trees and neighbors are only
 * tried where the process explains less than 90 % of the variance, polynomials below 99 %, nothing beyond the budget. Where rows and inputs are too many
 * for a process to be fitted in some minutes, a random forest is held against a decision tree instead, or the `candidates` against each other. The
 * evidence is in the health record.
 */
export const auto: Factory<AutoOptions, Recipe<DifferentiableModel>> = factory(
  'auto',
  OPTIONS,
  ({ budget, candidates, stack }) => {
    const known =
      candidates?.map((surrogate): Candidate => ({ surrogate, refines: true, work: () => 0 })) ?? defaultCandidates();
    return merging({
      name: 'auto',
      async fit(given, run, previous) {
        const data = given.finite();
        const first = firstChoice(data);
        if (!first) return wideChoice(given, candidates ?? wideCandidates(), stack, run);
        const before = previous && innermost(previous);
        const process = await first.fit(given, run, processIn(before));
        const own = childRun(run, 'selection');
        const evidence = previous?.health.evidence;
        if (before && evidence && before.health.points >= RECENT * data.size) {
          if (!(before instanceof EnsembleModel)) return withHealth(process, { ...process.health, evidence });
          const members = await Promise.all(
            before.members.map(async (member): Promise<Member> => {
              if (member.name === first.name) return { ...member, model: process };
              const again = known.find(({ surrogate }) => surrogate.name === member.name);
              return again ? { ...member, model: await again.surrogate.fit(data, childRun(own, member.name)) } : member;
            }),
          );
          return new EnsembleModel(members, { ...before.health, points: data.size }, before.crossValidation());
        }
        const incumbent: Contender = { surrogate: first, model: process };
        if (data.size < FEWEST_ROWS) return process;
        const parts = partsOf(data.size);
        const contenders = [{ ...incumbent, left: await leftOut(incumbent, data, parts, own) }];
        const least = Math.min(...shareOfVariance(contenders[0].left, data).map((q2) => (Number.isNaN(q2) ? 1 : q2)));
        const [n, d, m] = [data.size, data.space.dimension, contenders[0].left.mean.columns];
        let rest = budget * gaussianProcessWork(n, d, m);
        for (const { surrogate, work, refines, coordinates: [fewest, most] = [1, Number.POSITIVE_INFINITY] } of known) {
          if (d < fewest || d > most) continue;
          const cost = work(n, d, m) * (1 + 0.75 * parts);
          if (!candidates && (least >= CLEARLY_GOOD || (least >= GOOD && !refines))) continue;
          if (cost > rest) continue;
          rest -= cost;
          const left = await leftOut({ surrogate }, data, parts, childRun(own, surrogate.name));
          contenders.push({ surrogate, left });
        }
        const choice = choose(contenders, data, stack);
        const health: Health = { ...process.health, evidence: choice.evidence };
        if (choice.members.length === 1 && choice.members[0] === 0) return withHealth(process, health);
        const members = await membersOf(choice, contenders, data, own);
        return new EnsembleModel(members, { ...health, ...summary(choice, members) }, choice.left);
      },
    });
  },
);

/** The best of the candidates, or a stack of them, where rows and inputs are too many for a Gaussian process. */
async function wideChoice(
  given: Dataset,
  candidates: readonly Surrogate[],
  stack: boolean,
  run: Run,
): Promise<DifferentiableModel> {
  const data = given.finite();
  const own = childRun(run, 'selection');
  const contenders: (Contender & { readonly left: Posterior })[] = [];
  for (const surrogate of candidates) {
    const left = await leftOut({ surrogate }, data, partsOf(data.size), childRun(own, surrogate.name));
    contenders.push({ surrogate, left });
  }
  const choice = choose(contenders, data, stack);
  const members = await membersOf(choice, contenders, data, own);
  const { notes, q2Loo } = summary(choice, members);
  const tried = candidates.map(({ name }) => name).join(' and ');
  const note = `${data.size} rows of ${data.space.dimension} inputs are too many for a Gaussian process: ${tried} ${candidates.length > 1 ? 'were' : 'was'} tried`;
  const health = { points: data.size, notes: [note, ...(notes ?? [])], evidence: choice.evidence, q2Loo };
  return new EnsembleModel(members, health, choice.left);
}

/** The chosen contenders, fitted to all rows. */
function membersOf(choice: Choice, contenders: readonly Contender[], data: Dataset, run: Run): Promise<Member[]> {
  return Promise.all(
    choice.members.map(async (at): Promise<Member> => {
      const { surrogate, model } = contenders[at];
      return {
        name: surrogate.name,
        model: model ?? (await surrogate.fit(data, childRun(run, surrogate.name))),
        weights: choice.weights[at],
        errors: choice.errors[at],
      };
    }),
  );
}

/** A model with another health record, as plain data. */
export interface HealthState extends ModelState {
  readonly kind: 'with health';
  readonly model: ModelState;
  readonly health: Health;
}

/** The model of a state. */
export function restoreHealth({ model, health }: HealthState, restore: Restore): SavableModel {
  return withHealth(restore(model), health);
}

function withHealth<M extends Model>(model: M, health: Health): M {
  return composed(model, { health }, (inner): HealthState => ({ kind: 'with health', model: inner, health }));
}

function processIn(model: DifferentiableModel | undefined): GaussianProcessModel | undefined {
  const process = model instanceof EnsembleModel ? model.members[0]?.model : model;
  return process instanceof GaussianProcessModel ? process : undefined;
}

function summary(choice: Choice, members: readonly Member[]): Pick<Health, 'notes' | 'q2Loo'> {
  return { q2Loo: choice.q2, notes: members.flatMap(({ model }) => model.health.notes) };
}
