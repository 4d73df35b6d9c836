import { FeatureMap } from '../../core/space/feature-map.ts';
import type { Column, Space } from '../../core/space/space.ts';
import { Arc } from './arc.ts';
import { Embedding, type FittedFeatures, type FittedState } from './embedding.ts';
import { Hypersphere } from './hypersphere.ts';
import { Warp } from './warp.ts';

/** How categories of three levels or more are correlated: all alike, or each pair on its own. */
export type GaussianProcessCategories = 'exchangeable' | 'hypersphere' | 'auto';

/** What a number is where it is inactive: 1/2 of its range, or the middle of an arc. */
export type GaussianProcessConditions = 'plain' | 'arc' | 'auto';

/** Whether numbers that are always active are stretched in some places. */
export type GaussianProcessWarping = 'none' | 'kumaraswamy' | 'auto';

/** How coordinates become features. */
export interface FeatureOptions {
  readonly categories: GaussianProcessCategories;
  readonly conditions: GaussianProcessConditions;
  readonly warping: GaussianProcessWarping;
}

/** Features that may take the place of others, and what leave-one-out must say of them for that. */
export interface RicherFeatures {
  readonly embedding: Embedding;
  /** Log density of a row that they must add, on average. */
  readonly density: number;
  /** Share of the sum of squared errors that they may leave. */
  readonly press: number;
}

/** The features of a space. */
export interface SpaceFeatures {
  readonly map: FeatureMap;
  /** What the map is one of, where features are fitted in any case. */
  readonly embedding?: Embedding;
  readonly richer: readonly RicherFeatures[];
}

/** One of the options: which coordinates it is about, how they are embedded, and what `auto` asks of it. */
interface FeatureKind extends Omit<RicherFeatures, 'embedding'> {
  readonly option: keyof FeatureOptions;
  wants(column: Column): boolean;
  make(column: Column): FittedFeatures;
}

const KINDS: readonly FeatureKind[] = [
  {
    option: 'categories',
    wants: ({ kind, levels }) => kind === 'categorical' && levels > 2,
    make: ({ levels }) => new Hypersphere(levels),
    density: 0,
    press: 1,
  },
  {
    option: 'conditions',
    wants: (column) => column.conditional && isNumber(column),
    make: () => new Arc(),
    density: 0,
    press: 1,
  },
  {
    option: 'warping',
    wants: (column) => !column.conditional && isNumber(column) && column.levels > 3,
    make: () => new Warp(),
    // A few rows in a steep place are soon explained by it: it is held to much more.
    density: 1,
    press: 0.5,
  },
];

/** The features that the options ask for. */
export function featuresOf(space: Space, options: FeatureOptions): SpaceFeatures {
  const where = options.conditions === 'plain' ? undefined : space;
  let always: Embedding | undefined;
  const richer: RicherFeatures[] = [];
  for (const { option, wants, make, density, press } of KINDS) {
    const wanted = options[option];
    if (wanted === 'exchangeable' || wanted === 'plain' || wanted === 'none') continue;
    const fitted = new Map(space.columns.flatMap((column, j) => (wants(column) ? [[j, make(column)] as const] : [])));
    if (fitted.size === 0) continue;
    const embedding = new Embedding(space.columns, fitted, where);
    if (wanted === 'auto') richer.push({ embedding, density, press });
    else always = always ? always.and(embedding) : embedding;
  }
  const map = always?.map ?? new FeatureMap(space.columns, where ? { space } : {});
  return { map, richer, ...(always && { embedding: always }) };
}

function isNumber({ kind, periodic }: Column): boolean {
  return kind !== 'categorical' && !periodic;
}

/** How a process sees the coordinates, as plain data. */
export interface FeatureState {
  /** Whether coordinates that play no part count as different. */
  readonly conditional: boolean;
  readonly fitted?: readonly FittedState[];
}

/** A feature map, and what it is one of. */
export interface Features {
  readonly map: FeatureMap;
  readonly embedding?: Embedding | undefined;
}

/** The features as plain data. */
export function featureState({ map, embedding }: Features): FeatureState {
  return { conditional: map.isConditional, ...(embedding && { fitted: embedding.state }) };
}

/** The features of a state. */
export function restoreFeatures({ conditional, fitted }: FeatureState, space: Space): Features {
  const where = conditional ? space : undefined;
  if (!fitted) return { map: new FeatureMap(space.columns, where ? { space } : {}) };
  const embedding = new Embedding(
    space.columns,
    new Map(fitted.map((one) => [one.coordinate, restoreFitted(one)])),
    where,
  );
  return { map: embedding.map, embedding };
}

function restoreFitted({ kind, width, parameters }: FittedState): FittedFeatures {
  if (kind === 'hypersphere') return new Hypersphere(width, parameters);
  return kind === 'arc' ? new Arc(parameters) : new Warp(parameters);
}
