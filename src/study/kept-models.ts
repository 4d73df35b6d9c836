import { ensure } from '../core/errors.ts';
import type { Model } from '../core/model.ts';
import { FeatureMap } from '../core/space/feature-map.ts';
import { dataOf, dataState } from '../core/state/data-state.ts';
import { isSavable, type SavableModel } from '../core/state/model-state.ts';
import type { Store } from '../core/store.ts';
import { type LoadedModel, loadModel, modelText, type OutputQuality } from '../export/model-file.ts';
import { comparedPlaces } from '../surrogates/probes.ts';
import type { Fidelity } from './chain/fidelity.ts';
import type { StageResults } from './chain/results.ts';
import type { StudyChain } from './chain/study-chain.ts';
import type { Trust } from './chain/trust.ts';
import type { StudyContext } from './context.ts';
import type { FinalModel } from './search/final-model.ts';
import { readPlan, readStages } from './so-far/plan.ts';
import { studyFromJson } from './study.ts';

/** A model that a study has kept in its store. */
export interface KeptModel extends LoadedModel {
  /** The stage of the chain whose student it is, or `model of the runs` of a search. */
  readonly stage: string;
  /** The other stages that have a model, in the order of {@link keptModels}. */
  readonly others: readonly string[];
  /** The name of its surrogate. */
  readonly student: string;
  /** Length of its text. */
  readonly characters: number;
}

/** Keeps the students of a chain in the store; what cannot be kept is a note. A user's own model without a state is passed over. */
export async function keepModels(
  context: StudyContext,
  { trained, teachers, stages }: StudyChain,
  store: Store,
  identity: string,
): Promise<void> {
  for (const [i, { stage, model, data, fidelity }] of trained.entries())
    await keep(context, store, identity, {
      ...{ stage: stage.name, model, teacher: teachers[i].join(' + '), runs: data.size },
      quality: qualityOf(fidelity, stages[i].trust),
    });
}

/** Keeps the model of all runs of a search beside them. */
export async function keepFinalModel(
  context: StudyContext,
  { model, runs, results }: FinalModel,
  store: Store,
  identity: string,
): Promise<void> {
  const { name, teacher, fidelity, trust } = results;
  const quality = qualityOf(fidelity, trust);
  await keep(context, store, identity, { stage: name, model, teacher, runs, quality });
}

interface Keepable {
  readonly stage: string;
  readonly model: Model;
  readonly teacher: string;
  readonly runs: number;
  readonly quality: Record<string, OutputQuality>;
}

async function keep(
  { scenario, analyses }: StudyContext,
  store: Store,
  identity: string,
  { stage, model, ...origin }: Keepable,
): Promise<void> {
  const text = await analyses.attempt(`the file of the model of ${stage}`, '', () => {
    if (!isSavable(model)) return '';
    const about = { name: `${stage} of ${scenario.name}`, teacherVersion: identity, seed: String(scenario.seed ?? 1) };
    return modelText(slimmed(model), { ...about, ...origin });
  });
  // An empty one takes the place of that of an earlier student.
  store.write(documentOf(stage), text);
}

/** Numbers of rows that a kept model has at most; of more, it has those rows alone by which it tells where it knows its answers. */
const MOST_NUMBERS = 4e6;

/** The model with as few rows as do for its domain, where they are very many and all of numbers. */
function slimmed(model: SavableModel): SavableModel {
  const { state } = model;
  if (!state.data || state.data.x.rows * state.data.x.columns <= MOST_NUMBERS) return model;
  const all = dataOf(state.data);
  if (all.space.columns.some(({ kind }) => kind === 'categorical')) return model;
  const places = comparedPlaces(all.points, new FeatureMap(all.space.columns).width);
  const data = { ...dataState(all.select(places)), standsFor: all.size };
  return Object.create(model, { state: { value: { ...state, data } } });
}

function qualityOf(fidelity: readonly Fidelity[], trust: Trust | undefined): Record<string, OutputQuality> {
  return Object.fromEntries(
    fidelity.map((own): [string, OutputQuality] => {
      const verdict = trust?.outputs.find(({ output }) => output === own.output)?.verdict;
      const coverage = own.kind === 'number' ? own.intervalCoverage : undefined;
      return [own.output, { q2: own.q2, ...(verdict && { verdict }), ...(coverage !== undefined && { coverage }) }];
    }),
  );
}

/**
 * The models that the latest study in a store has kept: that of all runs of a search on the simulator, then those of its chain in their
 * order; each is held against its answers as {@link loadModel} does. Empty until the chain of the study, or a search without one, is done; of a
 * chain that could not go on the stages before are there.
 */
export function keptModels(store: Pick<Store, 'read'>): KeptModel[] {
  const texts = keptTexts(store);
  return texts.map((one) => kept(one, texts));
}

/**
 * The model of one stage of the latest study in a store, by default of the last stage that has one; no other is loaded. Throws
 * `invalid-argument` with the stages that there are where there is none of that name.
 */
export function keptModel(store: Pick<Store, 'read'>, stage?: string): KeptModel {
  const texts = keptTexts(store);
  const found = stage === undefined ? texts.at(-1) : texts.find((one) => one.stage === stage);
  ensure(texts.length > 0, 'invalid-argument', 'the store holds no models; run its scenario to the end first');
  ensure(
    found,
    'invalid-argument',
    () => `the store has no model of a stage '${stage}'; there are ${texts.map((one) => one.stage).join(', ')}`,
  );
  return kept(found, texts);
}

interface KeptText {
  readonly stage: string;
  readonly student: string;
  readonly text: string;
}

function keptTexts(store: Pick<Store, 'read'>): KeptText[] {
  return stagesIn(store).flatMap(({ name, student }) => {
    const text = store.read(documentOf(name));
    return text ? [{ stage: name, student, text }] : [];
  });
}

/** The stages of the latest study: of one that has not ended, where its chain is done, or as far as it could go. */
function stagesIn(store: Pick<Store, 'read'>): readonly StageResults[] {
  const plan = readPlan(store);
  if (plan && !plan.finished) return readStages(store) ?? [];
  const study = store.read('study');
  if (study === undefined) return [];
  const { stages, search } = studyFromJson(study).results;
  return [...(search?.model ? [search.model] : []), ...stages];
}

const kept = ({ stage, student, text }: KeptText, all: readonly KeptText[]): KeptModel => ({
  ...loadModel(text),
  stage,
  others: all.flatMap((one) => (one.stage === stage ? [] : [one.stage])),
  student,
  characters: text.length,
});

function documentOf(stage: string): string {
  return `model/${stage}`;
}
