import type { ColumnTerms } from '../../core/exportable.ts';
import { add, choose, multiply, number, type Term } from '../../core/graph/term.ts';
import type { PointTerms } from '../../core/space/point-terms.ts';
import { latentTerms } from '../../kriging/process/column-terms.ts';
import type { LatentTerms } from '../../kriging/process/process-terms.ts';
import { type CoKrigingColumn, type CoKrigingStep, doubt, noiseOf, squareRatio } from './column.ts';

/** A column as arithmetic, at a point without its resolution and at the level with this index; see {@link CoKrigingColumn.evaluate}. */
export function coKrigingTerms({ response, steps }: CoKrigingColumn, point: PointTerms, level: Term): ColumnTerms {
  const levels: LatentTerms[] = [];
  for (const step of steps) levels.push(climbed(step, point, levels.at(-1) ?? NOTHING));
  const here = (of: (t: number) => Term) =>
    steps.reduceRight<Term>(
      (rest, _, t) => (t === steps.length - 1 ? of(t) : choose(level, 'equal', t, of(t), rest)),
      ZERO,
    );
  const mean = here((t) => levels[t].mean);
  const observed = here((t) => add(levels[t].variance, noiseOf(steps[t])));
  return {
    mean: response.meanTerm(mean),
    variance: response.varianceTerm(
      mean,
      here((t) => levels[t].variance),
    ),
    observed: response.varianceTerm(mean, observed),
  };
}

const ZERO = number(0);
const NOTHING: LatentTerms = { mean: ZERO, variance: ZERO };

function climbed(step: CoKrigingStep, point: PointTerms, below: LatentTerms): LatentTerms {
  const { kriging, response, calibration } = step.column;
  const { mean, variance } = kriging
    ? latentTerms(kriging, step.kind === 'regressor' ? { ...point, u: [...point.u, below.mean] } : point)
    : { mean: ZERO, variance: ZERO };
  const own = kriging ? multiply(calibration, response.varianceTerm(mean, variance)) : doubt(step.rows.length);
  const answer = response.meanTerm(mean);
  return {
    mean: step.kind === 'difference' ? add(answer, below.mean) : answer,
    variance: add(own, multiply(squareRatio(step), below.variance)),
  };
}
