import { wilson } from '../../numerics/statistics.ts';
import type { AblationScore } from '../../study/chain/ablation.ts';
import { type ClassFidelity, type Fidelity, scoreOf } from '../../study/chain/fidelity.ts';
import type { TeacherResults } from '../../study/chain/outside-teacher.ts';
import type { StageResults } from '../../study/chain/results.ts';
import { TEACHER } from '../../study/scenario/stage.ts';
import type { Study } from '../../study/study.ts';
import { type Block, type Figure, type Figures, type Table, table, text } from '../document.ts';
import {
  errorBudget,
  greatestLoss,
  type Loss,
  leastFaithfulText,
  needlessCommittees,
  needlessHalves,
} from '../error-budget.ts';
import { hasTestRows, hopGains, scoreName, truthName, truthOf, worst } from '../findings.ts';
import { count, duration, isKnown, number, percent, plural, score, times } from '../format.ts';
import { micro } from '../money.ts';
import { type ChainNode, chainPlot } from '../plots/chain-plot.ts';
import { confusionPlot } from '../plots/confusion-plot.ts';
import { imagePlot } from '../plots/image-plot.ts';

/** Pictures of confusion at most, and classes of one. */
const MOST_PICTURES = 8;
const MOST_CLASSES = 30;
/** Inputs of a disagreement that are shown at most. */
const MOST_INPUTS = 8;

/** The chain hop by hop: who learned from whom, how much of it is kept at what size, and where it is lost. */
export function chainBlocks(study: Study): Block[] {
  const { stages, teacher } = study.results;
  if (stages.length === 0) return [];
  const losses = errorBudget(stages, teacher);
  const blocks: Block[] = stages.length > 1 || teacher ? [graph(study)] : [];
  blocks.push(hopTable(study, losses));
  if (losses.length > 0) blocks.push(budgetTable(losses, study));
  const most = greatestLoss(losses);
  if (most && stages.length > 1)
    blocks.push(text(`Least faithful step: ${leastFaithfulText(most, stages)}. ${scoredOn(stages)}`));
  blocks.push(
    ...[...needlessCommittees(stages, teacher), ...needlessHalves(stages)].map(text),
    ...stages.flatMap(evidenceTable),
    ...stages.flatMap(ablationTable),
    ...confusions(stages),
    ...stages.flatMap(disagreements),
  );
  return blocks;
}

function scoredOn(stages: readonly StageResults[]): string {
  if (!hasTestRows(stages))
    return 'The first student is scored on points that it did not learn, later ones on the design of the first, so that a hop can seem to win.';
  const together = stages.some(({ committee }) => committee)
    ? ' Teachers together are a hop of their own, which loses what they lack.'
    : '';
  return `All are scored on the same rows, which nothing in the chain has learned: the losses on the way to a student add up to what it lacks of 1.${together}`;
}

function graph({ results: { stages, subject, teacher } }: Study): Figures {
  const first = [...new Set(stages.flatMap((stage) => teachersOf(stage)))].filter(
    (name) => !stages.some((stage) => stage.name === name),
  );
  const nodes: ChainNode[] = [
    ...first.map((name): ChainNode => {
      if (teacher && name === TEACHER) return { name, teachers: [], lines: teacherLines(teacher) };
      return { name, teachers: [], lines: name === subject.name ? [] : [subject.name] };
    }),
    ...stages.map((stage): ChainNode => {
      const own = worst(truthOf(stage));
      const sampler = stage.transfer?.sampler;
      return {
        name: stage.name,
        teachers: teachersOf(stage),
        lines: [
          stage.student,
          `${count(stage.runs.completed)} points${sampler ? `, ${sampler}` : ''}`,
          own ? `${scoreName(own)} ${score(scoreOf(own))}` : '',
          stage.size ? `${count(stage.size.bytes)} bytes` : '',
        ].filter(Boolean),
      };
    }),
  ];
  const figure = {
    caption: 'Who learned from whom; the score is that of the output that is known least',
    svg: chainPlot(nodes),
    wide: true,
  };
  return { kind: 'figures', figures: [figure] };
}

function teacherLines({ name, accuracy, size }: TeacherResults): string[] {
  const own = worst(accuracy);
  return [
    name,
    ...(own ? [`${scoreName(own)} ${score(scoreOf(own))}`] : []),
    ...(size ? [`${count(size.bytes)} bytes`] : []),
  ];
}

/** Studies of before do not say who taught a stage. */
function teachersOf({ teachers, teacher }: StageResults): readonly string[] {
  return teachers ?? [teacher];
}

/** Who learned what from whom, how large a student is and how long it takes to answer, and how much of its teacher it keeps. */
function hopTable(study: Study, losses: readonly Loss[]): Table {
  const { stages, teacher } = study.results;
  const onTest = hasTestRows(stages);
  return table(
    `The hops of the chain. Bytes are those of the numbers that a model has to remember; times differ from run to run. Fidelity and accuracy are of the output that is known least, with the 95 % interval by Wilson; real from made is the chance to tell a made point from a real one, 0.5 where they look alike`,
    [
      ...['stage', 'student', 'learned from', '>points', '>bytes', '>smaller than its teacher'],
      ...['>fit', '>single call', '>call in a batch', '>faster than its teacher'],
      ...[
        'transfer set',
        '>real from made',
        '>fidelity to its teacher',
        `>${onTest ? 'accuracy on test rows' : 'against the truth'}`,
        '>loses',
      ],
    ],
    [...(teacher ? [teacherRow(study, teacher, losses)] : []), ...stages.map((stage) => hopRow(study, stage, losses))],
  );
}

/** A teacher from outside, which learned from nobody here. */
function teacherRow(study: Study, { name, size, accuracy }: TeacherResults, losses: readonly Loss[]): string[] {
  return [
    ...[TEACHER, name, '', '', size ? count(size.bytes) : '', ''],
    ...['', ...timeCells(study, TEACHER), '', '', '', ''],
    ...[intervalText(worst(accuracy)), lostText(losses, TEACHER)],
  ];
}

function timeCells({ measurements: { hops } }: Study, stage: string): string[] {
  const time = hops?.find((hop) => hop.stage === stage)?.predictMicroseconds;
  return [time ? micro(time.single) : '', time ? micro(time.batched) : ''];
}

function lostText(losses: readonly Loss[], stage: string): string {
  const lost = losses.filter((loss) => loss.stage === stage && isKnown(loss.lost)).map((loss) => loss.lost);
  return lost.length > 0 ? score(Math.max(...lost), 3) : '';
}

function hopRow(study: Study, stage: StageResults, losses: readonly Loss[]): string[] {
  const { name, student, teacher, runs, size, transfer, realTest, fidelity, accuracy } = stage;
  const time = study.measurements.hops?.find((hop) => hop.stage === name);
  const { smaller, faster } = hopGains(study, stage);
  return [
    ...[
      name,
      student,
      teacher,
      count(runs.completed),
      size ? count(size.bytes) : '',
      isKnown(smaller) ? times(smaller) : '',
    ],
    time ? duration(time.fitSeconds) : '',
    ...timeCells(study, name),
    isKnown(faster) ? times(faster) : '',
    transfer?.sampler ?? '',
    transfer?.realism ? `${number(transfer.realism.auc, 2)} ± ${number(1.96 * transfer.realism.standardError, 1)}` : '',
    intervalText(worst(realTest ?? fidelity)),
    intervalText(worst(accuracy ?? [])),
    lostText(losses, name),
  ];
}

/** An agreement with its interval, or a q2. */
function intervalText(fidelity: Fidelity | undefined): string {
  if (!fidelity || !isKnown(scoreOf(fidelity))) return '';
  if (fidelity.kind === 'number') return `q2 ${score(fidelity.q2)}`;
  const { accuracy: p, points: n } = fidelity;
  if (!(n > 0)) return percent(p);
  const [low, high] = wilson(p * n, n);
  return `${score(p)} (${score(low, 3)} to ${score(high, 3)})`;
}

function budgetTable(losses: readonly Loss[], study: Study): Table {
  const truth = truthName(study);
  const names = [...new Set(losses.map(({ stage }) => stage))];
  const outputs = [...new Set(losses.map(({ output }) => output))];
  return table(
    `Error budget: score of each student against ${truth} (q2, or the agreement of a class), and what its hop loses`,
    ['output', ...names.flatMap((name) => [`>${name}`, '>loses']), 'most lost at'],
    [
      ['scored on', ...names.flatMap((name) => [losses.find(({ stage }) => stage === name)?.on ?? '', '']), ''],
      ...outputs.map((output) => {
        const own = losses.filter((loss) => loss.output === output);
        const cells = names.flatMap((name) => {
          const loss = own.find(({ stage }) => stage === name);
          return [score(loss?.score), score(loss?.lost, 3)];
        });
        return [output, ...cells, greatestLoss(own)?.stage ?? '-'];
      }),
    ],
  );
}

/** What each sampler was worth to a stage that chose among some. */
function evidenceTable({ name, transfer }: StageResults): Table[] {
  const evidence = transfer?.evidence;
  if (!evidence) return [];
  const [{ points, judged }] = evidence;
  return [
    table(
      `How the transfer set of ${name} was chosen: error of a student of ${count(points)} points of each at ${plural(judged, 'row')} of the data, over the spread of its teacher's answers`,
      ['sampler', '>error', ''],
      evidence.map(({ candidate, error, chosen }) => [candidate, number(error, 3), chosen ? 'chosen' : '']),
    ),
  ];
}

/** What other transfer sets would have taught the student of a stage. */
function ablationTable({ name, teacher, ablation = [] }: StageResults): Table[] {
  if (ablation.length === 0) return [];
  const [{ scores }] = ablation;
  const hasTruth = scores.some(({ accuracy }) => accuracy !== undefined);
  const told = ({ output, kind }: AblationScore) =>
    `${scores.length > 1 ? `${output}: ` : ''}${kind === 'class' ? 'agreement' : 'q2'}`;
  return [
    table(
      `What ${name} learns from other transfer sets, judged on ${hasTruth ? 'the test rows' : `points that ${teacher} answered beside`}, as far as it has not learned them`,
      [
        ...['transfer', '>points'],
        ...scores.flatMap((one) => [
          `>${told(one)} with ${teacher}`,
          ...(hasTruth ? [`>${told(one)} with the truth`] : []),
        ]),
        '',
      ],
      ablation.map(({ transfer, asked, own, scores: reached }) => [
        ...[transfer, count(asked)],
        ...reached.flatMap(({ fidelity, accuracy }) => [score(fidelity), ...(hasTruth ? [score(accuracy)] : [])]),
        own ? 'learned' : '',
      ]),
    ),
  ];
}

/** What students take for what, on rows that nothing has learned: against the truth, and against their teachers. */
function confusions(stages: readonly StageResults[]): Block[] {
  if (!hasTestRows(stages)) return [];
  const figures = stages.flatMap(({ name, teacher, accuracy, realTest }): Figure[] => {
    const of = (told: readonly Fidelity[] | null | undefined, rows: string) =>
      (told ?? [])
        .filter((one): one is ClassFidelity => one.kind === 'class' && one.classes.length <= MOST_CLASSES)
        .filter(({ confusion }) => confusion.length > 0)
        .map(({ output, classes, confusion }) => ({
          caption: `${output}: what ${name} says where ${rows === 'truth' ? 'the truth' : rows} is of a class`,
          svg: confusionPlot(classes, confusion, { title: `${name} against ${rows}`, rows, columns: name }),
        }));
    return [...of(accuracy, 'truth'), ...of(realTest, teacher)];
  });
  return figures.length === 0 ? [] : [{ kind: 'figures', figures: figures.slice(0, MOST_PICTURES) }];
}

/** Where a student differs although its teacher was sure. */
function disagreements({ name, teacher, disagreements: rows = [] }: StageResults): Block[] {
  if (rows.length === 0) return [];
  const inputs = Object.keys(rows[0].point).slice(0, MOST_INPUTS);
  const images = rows.flatMap(({ image, id, truth, teacher: theirs, sureness, student, columns }): Figure[] =>
    image && columns
      ? [
          {
            caption: `${id}: ${theirs} with ${percent(sureness)} says ${teacher}, ${student} says ${name}; it is ${truth}`,
            svg: imagePlot(image, columns, {
              title: `${theirs} or ${student}`,
              summary: `Test row ${id}, which is ${truth}.`,
            }),
          },
        ]
      : [],
  );
  const told = table(
    `Test rows at which ${name} differs although its teacher was surest`,
    ['row', 'output', 'truth', teacher, '>its share', name, ...inputs],
    rows.map(({ id, output, truth, teacher: theirs, sureness, student, point }) => [
      ...[id, output, truth, theirs, percent(sureness), student],
      ...inputs.map((input) =>
        typeof point[input] === 'number' ? number(point[input], 4) : String(point[input] ?? ''),
      ),
    ]),
  );
  return images.length > 0 ? [told, { kind: 'figures', figures: images }] : [told];
}
