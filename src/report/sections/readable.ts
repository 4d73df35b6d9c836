import type { StageResults } from '../../study/chain/results.ts';
import type { BoxesSummary, RuleSummary, RulesSummary } from '../../study/structure-summary.ts';
import type { OutputSummary, ParameterSummary } from '../../study/summary.ts';
import { type Block, table, text } from '../document.ts';
import { count, labeled, number, percent, plural, scalar, tidy } from '../format.ts';
import { boxPlot, trajectoryPlot } from '../plots/box-plot.ts';

/** The section of a stage whose model is a list of rules or a box. */
export function readableBlocks(
  stage: StageResults,
  parameters: readonly ParameterSummary[],
  outputs: readonly OutputSummary[],
): Block[] {
  const { name, teacher, rules, boxes } = stage;
  if (rules) return [rulesTable(rules, `stage ${name}, learned from ${teacher}`, outputs)];
  return boxes ? boxBlocks(stage, boxes, parameters) : [];
}

function rulesTable(
  { combine, rules, otherwise }: RulesSummary,
  whose: string,
  outputs: readonly OutputSummary[],
): Block {
  const isSum = combine === 'sum';
  const answers = ({ values, points }: RuleSummary) =>
    outputs.map(({ name, classes }) => {
      if (!points) return scalar(values[name]);
      return classes ? `${values[name]} ${signed(points[name])}` : signed(points[name]);
    });
  const line = (rule: RuleSummary, words: string) => [
    words,
    ...answers(rule),
    percent(rule.coverage),
    outputs.some(({ classes }) => classes) ? percent(rule.precision) : '',
  ];
  const all = [...rules.map((rule) => line(rule, rule.tests.map(tidy).join(' and ')))];
  const last = line(otherwise, isSum ? 'everywhere' : 'otherwise');
  const caption = isSum
    ? `Rules of ${whose}: what those that hold say is added up; covers is the share of the points, right that of them with the class that the rule speaks for`
    : `Rules of ${whose}: the first that holds answers; covers is the share of all points that it answers, right that of them with its class`;
  return table(
    caption,
    ['where', ...outputs.map(({ name, unit }) => `>${labeled(name, unit)}`), '>covers', '>right'],
    isSum ? [last, ...all] : [...all, last],
  );
}

function signed(value: number): string {
  return value < 0 ? number(value, 3) : `+${number(value, 3)}`;
}

function boxBlocks(
  { name, teacher, confirmation }: StageResults,
  boxes: BoxesSummary,
  parameters: readonly ParameterSummary[],
): Block[] {
  const { sought, trajectory, chosen, limits } = boxes;
  const { coverage, density, volume } = trajectory[chosen];
  const where = `Stage ${name}, learned from ${teacher}, looks for where ${sought}.`;
  if (limits.length === 0) return [text(`${where} Its box is the whole space, ${percent(density)} of which is.`)];
  const others = parameters.length - limits.length;
  const blocks: Block[] = [
    text(
      `${where} The box with ${plural(limits.length, 'limit')} below is ${percent(volume)} of the space; on the answers of ${teacher} it holds ${percent(coverage)} of what is sought, which is ${percent(density)} of the box.${others > 0 ? ` ${others === 1 ? 'The other input is' : `The other ${others} inputs are`} free.` : ''}${confirmed(confirmation)}`,
    ),
    {
      kind: 'figures',
      figures: [
        {
          caption: `The box of ${name}: what is inside of each input that it restricts`,
          svg: boxPlot(boxes, parameters),
          wide: true,
          table: limitTable(boxes, parameters, name),
        },
        { caption: `The boxes on the way to that of ${name}`, svg: trajectoryPlot(boxes, confirmation?.interval) },
      ],
    },
  ];
  return blocks;
}

function confirmed(confirmation: StageResults['confirmation']): string {
  if (!confirmation) return '';
  const { runs, failed, sought, density, interval } = confirmation;
  if (runs === 0) return ` None of ${plural(failed, 'fresh run')} inside has an answer.`;
  const lost = failed > 0 ? `, ${count(failed)} more failed` : '';
  return ` ${plural(runs, 'fresh run')} of the simulator inside${lost}: ${count(sought)} are, ${percent(density)} (95 % interval ${percent(interval[0])} to ${percent(interval[1])}).`;
}

function limitTable({ limits }: BoxesSummary, parameters: readonly ParameterSummary[], name: string) {
  return table(
    `The box of ${name}`,
    ['input', '>from', '>to', '>of its range'],
    limits.map(({ parameter, choices, from, to, within: [low, high] }) => {
      const spec = parameters.find((one) => one.name === parameter);
      const share = choices ? choices.length / (spec?.choices?.length ?? choices.length) : high - low;
      const shown = choices ? [choices.join(', '), ''] : [scalar(from), scalar(to)];
      return [labeled(parameter, spec?.unit ?? ''), ...shown, percent(share)];
    }),
  );
}
