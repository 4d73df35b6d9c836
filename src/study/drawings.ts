import { ensure, show } from '../core/errors.ts';
import type { AnySimulator } from '../core/simulator.ts';
import type { Scalar } from '../core/space/parameter.ts';
import type { Searched } from './search/study-search.ts';
import { namedOutputs, pointAt } from './summary.ts';

/** What a simulator drew of one of its runs. */
export interface DrawingSummary {
  readonly title: 'first run' | 'first feasible run' | 'best point';
  /** The evaluation that is drawn. */
  readonly id: string;
  /** The text of an SVG element, as the simulator's author wrote it: foreign markup, to be shown as an image and never as part of a page. */
  readonly svg: string;
}

type Drawn = Pick<Searched, 'history' | 'results'>;
type Values = Readonly<Record<string, Scalar>>;

/** What the simulator draws of the first feasible run, else of the first that completed, and of the best one; nothing where it does not draw, or found nothing. */
export async function drawingsOf(
  simulator: AnySimulator | undefined,
  searched: Drawn | undefined,
): Promise<DrawingSummary[]> {
  const best = searched?.results.best;
  if (!simulator?.draw || !best) return [];
  const first = firstOf(searched);
  const drawn = async (title: DrawingSummary['title'], id: string, point: Values, outputs: Values) => ({
    ...{ title, id },
    svg: checked(await simulator.draw?.(point, outputs), simulator.name),
  });
  return [
    ...(first && first.id !== best.id ? [await drawn(first.title, first.id, first.point, first.outputs)] : []),
    await drawn('best point', best.id, best.point, best.outputs),
  ];
}

function firstOf({ history, results: { steps } }: Drawn) {
  const feasible = steps.findIndex((step) => step.feasible);
  const row = feasible < 0 ? history.rows.findIndex(({ status }) => status === 'completed') : feasible;
  if (row < 0) return undefined;
  const { rows, x, y, space, outputs } = history;
  const title = feasible < 0 ? ('first run' as const) : ('first feasible run' as const);
  return { title, id: rows[row].id, point: pointAt(space, x.row(row)), outputs: namedOutputs(outputs, y.row(row)) };
}

function checked(svg: unknown, name: string): string {
  const [open] = typeof svg === 'string' ? (/^\s*<svg\b[^>]*>/.exec(svg) ?? []) : [];
  ensure(
    open !== undefined && /\bviewBox="/.test(open),
    'invalid-simulator',
    () =>
      `draw of simulator '${name}' must return the text of an SVG element with a viewBox, '<svg viewBox="0 0 400 300">...</svg>', got ${show(svg)}`,
  );
  return svg as string;
}
