import type { Dataset } from '../../core/dataset.ts';
import type { Optimizer } from '../../core/optimizer.ts';
import { label, type Oracle } from '../../core/oracle.ts';
import type { Problem } from '../../core/problem.ts';
import { childRun, type Run } from '../../core/run.ts';
import type { Journal } from '../../core/store.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { addedUnder, type Helm } from '../control/helm.ts';
import { progressOf, type Search, wholeRuns } from './progress.ts';

interface InFlightLimits {
  readonly budget: number;
  readonly batch: number;
  readonly journal: Journal | undefined;
  readonly helm: Helm | undefined;
}

/**
 * As `search`, without a barrier: keeps up to `batch` points in flight, and proposes the next one as soon as any answer arrives, given the
 * points still in flight. Proposals depend on the order of the answers; with a journal, a search that is run again follows the
 * order of the first time as far as it goes.
 */
export async function searchInFlight(
  problem: Problem,
  optimizer: Optimizer,
  oracle: Oracle,
  start: Dataset,
  { budget, batch, journal, helm }: InFlightLimits,
  run: Run,
): Promise<Search> {
  const asking: Run = { ...childRun(run, 'suggest'), progress: undefined };
  const quiet: Run = { ...run, progress: undefined };
  const flying = new Map<string, { readonly u: Float64Array; readonly answer: Promise<readonly [string, Dataset]> }>();
  let history = start;
  let proposed = 0;
  let [total, remaining] = [budget, budget];
  let stop: Search['stop'] | undefined;

  const launch = (x: Matrix, prefix: string) => {
    const id = `${prefix}/${proposed}`;
    remaining -= problem.cost(x);
    const answer = label(oracle, x, prefix, quiet, proposed++).then((data) => [id, data] as const);
    flying.set(id, { u: x.row(0), answer });
  };
  const fill = async () => {
    while (stop === undefined && flying.size < batch && wholeRuns(remaining) > 0) {
      const pending = Matrix.from(
        [...flying.values()].map(({ u }) => u),
        problem.space.dimension,
      );
      const suggestion = await optimizer.suggest(problem, { history, pending, remaining }, 1, asking);
      if (suggestion.x.rows > 0) launch(suggestion.x, run.rng.path);
      stop = suggestion.stop;
      if (suggestion.x.rows === 0) return;
    }
  };

  const obey = (n: number) => {
    const orders = helm?.next(n, () => journal?.read(n) === undefined);
    remaining += (orders?.budget ?? total) - total;
    total = orders?.budget ?? total;
    const points = orders?.points;
    for (let i = 0; points && i < points.rows; i++) launch(points.select([i]), addedUnder(run.rng.path));
  };

  run.progress?.(progressOf(problem, start, start, total, run));
  try {
    for (let n = 0; ; n++) {
      obey(n);
      await fill();
      if (flying.size === 0) return { history, stop: stop ?? 'budget' };
      const first = flying.get(journal?.read(n) ?? '');
      const [id, data] = await (first?.answer ?? Promise.race([...flying.values()].map(({ answer }) => answer)));
      journal?.write(n, id);
      flying.delete(id);
      history = history.concat(data);
      run.progress?.(progressOf(problem, start, history, total, run));
    }
  } finally {
    // When one is cancelled so are the others; nobody else is there to hear of it.
    await Promise.allSettled([...flying.values()].map(({ answer }) => answer));
  }
}
