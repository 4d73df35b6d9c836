import type { ClassFidelity, Fidelity } from '../../study/chain/fidelity.ts';
import type { StageResults } from '../../study/chain/results.ts';
import type { Study } from '../../study/study.ts';
import { expectedErrorText } from '../answers/sureness.ts';
import { type Block, type Figure, type Section, table } from '../document.ts';
import { learningTexts, unitOf } from '../findings.ts';
import { count, isKnown, number, percent, plural, score, tidy, UNDEFINED } from '../format.ts';
import { parityPlot } from '../plots/parity-plot.ts';
import { calibrationError, reliabilityBins, reliabilityPlot } from '../plots/reliability-plot.ts';
import { residualPlot } from '../plots/residual-plot.ts';

/** Outputs of a stage that get pictures. */
const DRAWN_OUTPUTS = 6;
/** Points in all pictures of this section together, and the most in one. */
const POINTS = 2400;
const POINTS_EACH = 400;

/** How well each student knows its teacher. */
export function qualitySection({ results: { stages: chain, search, outputs } }: Study): Section | undefined {
  const stages = search?.model ? [...chain, search.model] : chain;
  if (stages.length === 0) return undefined;
  const blocks: Block[] = [
    table(
      'Fidelity of each student to its teacher, at points that a fit had not learned (with left-out points that is a fit to fewer rows, against answers with their noise)',
      [
        'stage',
        'student',
        'teacher',
        'output',
        '>q2',
        '>NRMSE at left-out points',
        '>in 95 % interval',
        '>agreement',
        '>log loss',
        '>Brier score',
        '>points',
        'method',
      ],
      stages.flatMap((stage) => stage.fidelity.map((fidelity) => rowOf(stage, fidelity))),
    ),
  ];
  for (const { name, notes } of stages)
    if (notes.length > 0) blocks.push({ kind: 'list', items: notes.map((note) => `${name}: ${tidy(note)}`) });
  blocks.push(...stages.flatMap(confusionTables));
  blocks.push(...trustBlocks(stages));
  const learning = stages.flatMap(learningTexts);
  if (learning.length > 0) blocks.push({ kind: 'list', items: learning });
  const drawn = stages.reduce((sum, { fidelity }) => sum + 2 * Math.min(DRAWN_OUTPUTS, fidelity.length), 0);
  const limit = Math.min(POINTS_EACH, Math.max(60, Math.floor(POINTS / Math.max(1, drawn))));
  for (const stage of stages) {
    const drawn = stage.fidelity.slice(0, DRAWN_OUTPUTS).filter(({ parity }) => parity.length > 0);
    const unit = ({ output }: Fidelity) => unitOf(output, outputs);
    const parities = drawn.map((one) =>
      one.kind === 'class' ? classFigure(stage, one) : parityFigure(stage, one, unit(one), limit),
    );
    const residuals = drawn
      .filter(({ kind }) => kind === 'number')
      .map((one) => residualFigure(stage, one, unit(one), limit));
    if (parities.length > 0) blocks.push({ kind: 'figures', figures: parities });
    if (residuals.length > 0)
      blocks.push({
        kind: 'fold',
        title: `Residuals of ${stage.name}`,
        blocks: [{ kind: 'figures', figures: residuals }],
      });
  }
  return { id: 'quality', title: 'Surrogate quality', blocks };
}

/** Classes beyond which a table of all pairs would not fit a page. */
const MOST_CLASSES = 12;

/** What the teacher says beside what the student says, for each class output. */
function confusionTables({ name, teacher, fidelity }: StageResults): Block[] {
  return fidelity.flatMap((one) => {
    if (one.kind !== 'class' || one.confusion.length === 0 || one.classes.length > MOST_CLASSES) return [];
    return [
      table(
        `${one.output}, ${plural(one.points, 'point')}: what ${teacher} says in rows, what ${name} says in columns`,
        ['', ...one.classes.map((label) => `>${label}`)],
        one.confusion.map((row, c) => [one.classes[c], ...row.map((points) => count(points))]),
      ),
    ];
  });
}

/** Verdicts and intervals, and where `auto` chose, what it chose from. */
function trustBlocks(stages: readonly StageResults[]): Block[] {
  const known = stages.flatMap(({ name, trust }) => (trust ? [{ name, trust }] : []));
  const judged = known.flatMap(({ name, trust }) => trust.outputs.map((one) => ({ name, trust, one })));
  if (judged.length === 0) return [];
  const blocks: Block[] = [
    table(
      'How far each student can be relied on: the error that is to be expected over the space, with all rows and without the noise of answers; intervals are conformal, at the middle of their widths',
      [
        'stage',
        'output',
        'verdict',
        '>expected error over the whole space, of a standard deviation',
        '>95 % interval',
        '>variance adequacy (0 is right)',
        '>space inside',
      ],
      judged.map(({ name, trust, one }) => [
        name,
        one.output,
        VERDICTS[one.verdict],
        expectedErrorText(one.nrmse),
        isKnown(one.halfWidth) ? `+- ${number(one.halfWidth, 3)}` : '',
        isKnown(one.varianceAdequacy) ? one.varianceAdequacy.toFixed(2) : UNDEFINED,
        percent(trust.insideShare),
      ]),
    ),
    { kind: 'list', items: judged.map(({ name, one }) => `${name}: ${tidy(one.text)}.`) },
  ];
  const chosen = known.flatMap(({ name, trust }) =>
    (trust.evidence ?? []).flatMap(({ output, candidates }) => candidates.map((one) => ({ name, output, one }))),
  );
  if (chosen.length > 0)
    blocks.push(
      table(
        'What the surrogates were chosen from: error at points that none of them had learned, all of them fitted to three quarters of the rows',
        ['stage', 'output', 'candidate', '>NRMSE at left-out points', '>share of the answer'],
        chosen.map(({ name, output, one }) => [name, output, one.candidate, number(one.nrmse, 3), percent(one.weight)]),
      ),
    );
  return blocks;
}

const VERDICTS = {
  prediction: 'good for prediction',
  optimization: 'good for optimization',
  insufficient: 'not good enough',
};

function rowOf({ name, student, teacher }: StageResults, fidelity: Fidelity): string[] {
  const isNumber = fidelity.kind === 'number';
  return [
    name,
    student,
    teacher,
    fidelity.output,
    score(fidelity.q2),
    isNumber ? number(fidelity.nrmse, 3) : '',
    isNumber ? percent(fidelity.intervalCoverage) : '',
    isNumber ? '' : percent(fidelity.accuracy),
    isNumber ? '' : number(fidelity.logLoss, 3),
    isNumber ? '' : number(fidelity.brier, 3),
    count(fidelity.points),
    fidelity.method,
  ];
}

function parityFigure({ name, teacher }: StageResults, fidelity: Fidelity, unit: string, limit: number): Figure {
  const { output, parity, method, q2 } = fidelity;
  const truth = teacher === 'data' ? 'given' : `answered by ${teacher}`;
  return {
    caption: `${output} of ${name} against ${teacher}, ${method}: q2 ${score(q2)}${shownText(fidelity, limit)}.`,
    svg: parityPlot(parity, { title: `${name}: parity of ${output}`, unit, truth, limit }),
  };
}

function residualFigure({ name }: StageResults, fidelity: Fidelity, unit: string, limit: number): Figure {
  const { output, parity } = fidelity;
  return {
    caption: `Residuals of ${output} of ${name}${shownText(fidelity, limit)}.`,
    svg: residualPlot(parity, { title: `${name}: residuals of ${output}`, unit, limit }),
  };
}

function classFigure({ name, teacher }: StageResults, { output, parity, method, accuracy }: ClassFidelity): Figure {
  return {
    caption: `${output} of ${name} against ${teacher}, ${method}: agreement ${percent(accuracy)}. The diagram is of its most frequent class; predicted and observed shares differ by ${percent(calibrationError(reliabilityBins(parity)))} in the mean (calibration error).`,
    svg: reliabilityPlot(parity, { title: `${name}: reliability of ${output}` }),
  };
}

function shownText({ parity }: Fidelity, limit: number): string {
  return parity.length > limit ? `; ${count(limit)} of ${count(parity.length)} points drawn` : '';
}
