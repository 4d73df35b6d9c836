import { ensure, show } from '../core/errors.ts';
import type { Model } from '../core/model.ts';
import { dataOf } from '../core/state/data-state.ts';
import { isSavable, type ModelState, type Restore, type SavableModel } from '../core/state/model-state.ts';
import { restoreGaussianProcess } from '../kriging/fit/restored.ts';
import { BoxModel, type BoxState } from './boxes/model.ts';
import { ClassicalModel, type ClassicalState } from './classical/model.ts';
import { CoKrigingModel, type CoKrigingState } from './co-kriging/model.ts';
import { type IntervalState, restoreIntervals } from './conformal/conformal.ts';
import { ConvolutionalModel, type ConvolutionalState } from './convolutional-network/model.ts';
import { BoostedModel, type BoostedState } from './gradient-boosting/boosted-model.ts';
import { GradientEnhancedModel, type GradientEnhancedState } from './gradient-enhanced/model.ts';
import { MOfNModel, type MOfNState } from './m-of-n-tree/model.ts';
import { type MergedState, restoreMerged } from './merging.ts';
import { NeighborModel, type NeighborState } from './neighbor-model.ts';
import { NetworkModel, type NetworkState } from './neural-network/model.ts';
import { inUnits } from './point-model.ts';
import { PolynomialModel, type PolynomialState } from './polynomial/model.ts';
import { RadialBasisModel, type RadialState } from './radial-basis/model.ts';
import { RulesModel, type RulesState } from './rules/model.ts';
import { EnsembleModel, type EnsembleState } from './selection/ensemble.ts';
import { type HealthState, restoreHealth } from './selection/selection.ts';
import { SoftTreeModel, type SoftTreeState } from './soft-tree/model.ts';
import { ChanceModel, type ChanceState } from './success.ts';
import { ForestModel, type ForestState } from './trees/forest-model.ts';
import { TreeModel, type TreeState } from './trees/tree-model.ts';

/** What makes a model of each kind of state; those of several models are given what makes their parts. */
const KINDS: Readonly<Record<string, (state: ModelState, restore: Restore) => SavableModel>> = {
  box: (state) => new BoxModel(state as BoxState),
  'chance of success': (state) => new ChanceModel(state as ChanceState),
  'classical regression': (state) => new ClassicalModel(state as ClassicalState),
  'co-kriging': (state) => CoKrigingModel.restore(state as CoKrigingState),
  'convolutional network': (state) => new ConvolutionalModel(state as ConvolutionalState),
  'decision tree': (state) => new TreeModel(state as TreeState),
  ensemble: (state, restore) => EnsembleModel.restore(state as EnsembleState, restore),
  forest: (state) => new ForestModel(state as ForestState),
  'gaussian process': restoreGaussianProcess,
  'gradient boosting': (state) => new BoostedModel(state as BoostedState),
  'gradient-enhanced kriging': (state, restore) =>
    GradientEnhancedModel.restore(state as GradientEnhancedState, restore),
  'm-of-n tree': (state) => new MOfNModel(state as MOfNState),
  'merged rows': (state, restore) => restoreMerged(state as MergedState, restore),
  'nearest neighbors': (state) => new NeighborModel(state as NeighborState),
  'neural network': (state) => new NetworkModel(state as NetworkState),
  polynomial: (state) => new PolynomialModel(state as PolynomialState),
  'radial basis functions': (state) => new RadialBasisModel(state as RadialState),
  rules: (state) => new RulesModel(state as RulesState),
  'soft tree': (state) => new SoftTreeModel(state as SoftTreeState),
  'with health': (state, restore) => restoreHealth(state as HealthState, restore),
  'with intervals': (state, restore) => restoreIntervals(state as IntervalState, restore),
};

/**
 * The model of a {@link ModelState}, with all that the model could do that the state was taken from; it answers to the last bit as that
 * one did. Throws `invalid-data` where the kind is unknown.
 */
export function restoreModel(state: ModelState): SavableModel {
  const { kind, data } = state;
  ensure(
    Object.hasOwn(KINDS, kind),
    'invalid-data',
    () => `there is no kind of model ${show(kind)}; known: ${Object.keys(KINDS).join(', ')}`,
  );
  const model = KINDS[kind](state, restoreModel);
  return data ? inUnits(model, dataOf(data)) : model;
}

/** The forest of the first half of its trees, the ensemble of the first half of its networks; undefined of a single one and of all other models. */
export function halfOf(model: Model): Model | undefined {
  if (!isSavable(model)) return undefined;
  const { state } = model;
  if (state.kind === 'forest') return halfForest(state as ForestState);
  return NETWORKS.includes(state.kind) ? halfNetworks(state as NetworkState | ConvolutionalState) : undefined;
}

const NETWORKS = ['neural network', 'convolutional network'];

function halfForest(state: ForestState): Model | undefined {
  const { roots } = state.trees;
  if (roots.length < 2) return undefined;
  return new ForestModel({ ...state, trees: { ...state.trees, roots: roots.slice(0, roots.length >> 1) } });
}

function halfNetworks(state: NetworkState | ConvolutionalState): Model | undefined {
  const { kind, members } = state;
  if (members.length < 2) return undefined;
  const half = { ...state, members: members.slice(0, members.length >> 1) };
  return KINDS[kind](half, restoreModel);
}
