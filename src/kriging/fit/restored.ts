import { Space } from '../../core/space/space.ts';
import { matrixOf } from '../../core/state/matrix-state.ts';
import type { ModelState } from '../../core/state/model-state.ts';
import { finished } from '../../numerics/minimize/steps.ts';
import { restoreFeatures } from '../kernels/features.ts';
import type { ColumnPosterior } from '../process/column-posterior.ts';
import type { GaussianProcessColumn } from '../process/fitted-column.ts';
import { MarginalPosterior } from '../process/marginal.ts';
import { GaussianProcessModel, type GaussianProcessState } from '../process/model.ts';
import type { ColumnState, ProcessState } from '../process/process-state.ts';
import { restoreExact } from '../process/restored.ts';
import { Response } from '../response/response.ts';
import { transformNamed } from '../response/transform.ts';
import { approximation } from '../vecchia/approximation.ts';

/** The model of a state. */
export function restoreGaussianProcess(state: ModelState): GaussianProcessModel {
  const { parameters, outputs, columns, health } = state as GaussianProcessState;
  const space = new Space(parameters);
  return new GaussianProcessModel(
    space,
    outputs,
    columns.map((column) => restoreColumn(column, space)),
    health,
  );
}

/** The column of a state; `space` is that of the coordinates that its features are of. */
export function restoreColumn(
  { transform, values, process, calibration, left }: ColumnState,
  space: Space,
): GaussianProcessColumn {
  return {
    response: new Response(values, transformNamed(transform, values)),
    calibration,
    ...(process && { kriging: restoreProcess(process, space) }),
    ...(left && { left }),
  };
}

function restoreProcess(state: ProcessState, space: Space): ColumnPosterior {
  if (state.kind === 'exact') return restoreExact(state, space);
  if (state.kind === 'average')
    return MarginalPosterior.from(state.members.map((member) => restoreExact(member, space)));
  const { features, x, kind: _, ...rest } = state;
  return finished(approximation({ ...rest, ...restoreFeatures(features, space), x: matrixOf(x) }));
}
