import type { Dataset } from '../core/dataset.ts';
import { designQuality } from '../sampling/design-quality.ts';
import { constantsOf } from './answer-notes.ts';
import { type EvaluationSummary, summarizeEvaluations, summarizeRuns } from './summary.ts';

/** Points of a transfer set that a study keeps, and their coordinates together, at most. */
const KEPT_EVALUATIONS = 1000;
const KEPT_COORDINATES = 250_000;

function firstRows(data: Dataset): Dataset {
  const most = Math.max(1, Math.min(KEPT_EVALUATIONS, Math.floor(KEPT_COORDINATES / data.space.dimension)));
  return data.size <= most ? data : data.select(Array.from({ length: most }, (_, i) => i));
}

/** The rows of which a study keeps all: as many of the first as of a transfer set. */
export function keptEvaluations(data: Dataset): EvaluationSummary[] {
  return summarizeEvaluations(firstRows(data));
}

/** Summary of a transfer set with its teacher's answers. */
export function summarizeTransferSet(data: Dataset) {
  const kept = firstRows(data);
  const constants = constantsOf(data);
  return {
    runs: summarizeRuns(data),
    design: designQuality(kept.x, data.space),
    evaluations: summarizeEvaluations(kept),
    ...(constants.length > 0 && { constants }),
  };
}
