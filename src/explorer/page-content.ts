import type { Dataset } from '../core/dataset.ts';
import type { Output } from '../core/output.ts';
import type { Scalar } from '../core/space/parameter.ts';
import type { Space } from '../core/space/space.ts';
import type { ExportedModel, OutputTerms } from '../export/exported.ts';
import type { SavedOutput } from '../export/model-file.ts';
import { score } from '../report/format.ts';
import { namedOutputs } from '../study/summary.ts';
import type { PageData, PageOutput, PageRuns, PageValues } from './page-data.ts';
import { pageRules } from './page-rules.ts';
import type { ExplorerGoal, ExplorerRuns, ExplorerStory } from './story.ts';

/** Runs that a page carries at most; of more, evenly many of all. */
const MOST_RUNS = 2000;

/** What a page of the model knows beside its arithmetic. */
export function pageData(exported: ExportedModel, data: Dataset, goal: ExplorerGoal, story: ExplorerStory): PageData {
  const { space } = exported;
  const outputs = exported.outputs.map(({ output }) => output);
  const { best, rules } = story;
  return {
    title: story.title ?? exported.name,
    notes: [...exported.notes, ...(story.notes ?? [])],
    parameters: Object.entries(space.parameters).map(([name, spec]) => ({ name, spec })),
    outputs: exported.outputs.map((one) => pageOutput(one, story.about?.outputs ?? [])),
    objectives: goal.objectives.map(({ text, unit, sense }) => ({
      ...{ text, unit, sense },
      output: outputs.findIndex(({ name }) => name === text),
    })),
    constraints: goal.constraints.map(({ text, equality }) => ({
      ...{ text, tolerance: equality ?? 0 },
      isEquality: equality !== undefined,
    })),
    runs: runs(story.runs ?? learned(data), space, outputs),
    best: best
      ? {
          point: space.names.map((name) => best.point[name] ?? null),
          ...{ name: best.name ?? 'best known point', words: best.words, isAllowed: best.isAllowed ?? false },
        }
      : null,
    rules: rules ? { title: rules.title, root: pageRules(rules.model.structure(), space, data.outputs) } : null,
  };
}

const VERDICTS = {
  prediction: 'good enough for prediction',
  optimization: 'good enough to guide an optimization',
  insufficient: 'not good enough',
};

function pageOutput({ output, interval, known }: OutputTerms, told: readonly SavedOutput[]): PageOutput {
  const { name, unit = '', description = '', classes = [] } = output;
  const { verdict, q2, coverage } = told.find((one) => one.name === name) ?? { name };
  const words = [
    verdict && VERDICTS[verdict],
    q2 !== undefined && Number.isFinite(q2) && `q2 ${score(q2, 3)}`,
    coverage !== undefined &&
      Number.isFinite(coverage) &&
      `${Math.round(100 * coverage)} % of answers in its intervals`,
  ];
  return {
    ...{ name, unit, description, classes },
    hasInterval: interval !== undefined,
    hasDomain: known !== undefined,
    quality: words.filter((one) => typeof one === 'string').join(', '),
    isPoor: verdict === 'insufficient',
  };
}

function learned({ x, y, rows, outputs }: Dataset): ExplorerRuns {
  const list = rows.map(({ id, status }, i) => ({
    ...{ id, u: x.row(i) },
    outputs: status === 'completed' ? namedOutputs(outputs, y.row(i)) : null,
  }));
  return { what: 'rows that the model learned', list };
}

function runs({ what, list }: ExplorerRuns, space: Space, outputs: readonly Output[]): PageRuns {
  const step = Math.max(1, list.length / MOST_RUNS);
  const kept = Array.from({ length: Math.min(list.length, MOST_RUNS) }, (_, k) => list[Math.floor(k * step)]);
  return {
    ...{ what, total: list.length },
    ids: kept.map(({ id }) => id),
    points: kept.map(({ u }) => valuesOf(space.names, space.decode(Float64Array.from(u)))),
    u: kept.map(({ u }) => Array.from(u)),
    outputs: kept.map(
      (one) =>
        one.outputs &&
        valuesOf(
          outputs.map(({ name }) => name),
          one.outputs,
        ),
    ),
  };
}

const valuesOf = (names: readonly string[], values: Readonly<Record<string, Scalar | undefined>>): PageValues =>
  names.map((name) => values[name] ?? null);
