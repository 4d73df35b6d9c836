import type { Study } from '../../study/study.ts';
import type { EvaluationSummary, RunSummary } from '../../study/summary.ts';
import { type Block, type Section, type Table, table, text } from '../document.ts';
import { chanceText, simulatorRuns } from '../findings.ts';
import { count, isKnown, labeled, number, percent, scalar, short, tidy } from '../format.ts';

/** The most inputs that are reported. */
const MOST_PLACES = 30;

/** Evaluations without an answer, by cause, and where they lie. */
export function failuresSection(study: Study): Section | undefined {
  const own = simulatorRuns(study);
  const runs: (readonly [string, RunSummary])[] = [
    ...(own ? [[study.results.search ? 'design and search' : 'design', own] as const] : []),
    ...study.results.comparison.map((one) => [`comparison: ${one.optimizer}`, one.runs] as const),
  ];
  const rows = runs.flatMap(([where, { total, failures }]) =>
    failures.map((failure) => [
      where,
      failure.cause,
      count(failure.count),
      percent(total > 0 ? failure.count / total : undefined),
      short(tidy(failure.example), 160),
    ]),
  );
  if (rows.length === 0) return undefined;
  const blocks: Block[] = [table('Failures by cause', ['of', 'cause', '>count', '>share of runs', 'example'], rows)];
  const chance = chanceText(study);
  if (chance) blocks.push(text(`By the design of ${study.results.stages[0].name}, ${chance}.`));
  const where = placesTable(study);
  if (where) blocks.push(where, text('The crosses and dashed lines in the pictures of the design are its failures.'));
  return { id: 'failures', title: 'Failures', folded: true, blocks };
}

/** Where the design's failures lie, the input that sets them apart most on top. */
function placesTable({ results: { stages, parameters } }: Study): Table | undefined {
  const evaluations = stages[0]?.evaluations ?? [];
  const failed = evaluations.filter(({ failure }) => failure !== null);
  const completed = evaluations.filter(({ failure }) => failure === null);
  if (failed.length === 0 || completed.length === 0) return undefined;
  const rows = parameters.map(({ name, unit }, k) => {
    const inFailed = sortedBy(failed, name, k);
    const inCompleted = sortedBy(completed, name, k);
    const shift = Math.abs((middle(inFailed)?.u[k] ?? 0.5) - (middle(inCompleted)?.u[k] ?? 0.5));
    const at = (one: EvaluationSummary | undefined) => scalar(one?.point[name], 3);
    return {
      shift,
      cells: [
        labeled(name, unit),
        at(inFailed[0]),
        at(inFailed.at(-1)),
        at(middle(inFailed)),
        at(middle(inCompleted)),
        number(shift, 2),
      ],
    };
  });
  const isPart =
    rows.length > MOST_PLACES ? `; the ${MOST_PLACES} of ${count(rows.length)} inputs that are shifted most` : '';
  return table(
    `Where the design's failures lie; the shift is that of the middle, as a share of the range${isPart}`,
    ['input', '>failed from', '>failed to', '>middle of failed', '>middle of completed', '>shift'],
    rows
      .sort((a, b) => b.shift - a.shift)
      .slice(0, MOST_PLACES)
      .map(({ cells }) => cells),
  );
}

function sortedBy(evaluations: readonly EvaluationSummary[], name: string, k: number): EvaluationSummary[] {
  return evaluations.filter(({ point, u }) => name in point && isKnown(u[k])).sort((a, b) => a.u[k] - b.u[k]);
}

function middle<T>(sorted: readonly T[]): T | undefined {
  return sorted[(sorted.length - 1) >> 1];
}
