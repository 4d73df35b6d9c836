/** The middle value; NaN of nothing. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which the share `p` lies, by linear interpolation; NaN of nothing. */
export function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) return Number.NaN;
  const at = p * (sorted.length - 1);
  const below = Math.floor(at);
  if (sorted[below] === (sorted[below + 1] ?? sorted[below])) return sorted[below];
  return sorted[below] + (at - below) * ((sorted[below + 1] ?? sorted[below]) - sorted[below]);
}

/** NaN of nothing. */
export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** Cells of a row of `peers-accuracy` that are compared. */
interface PeerRow {
  readonly function?: unknown;
  readonly n?: unknown;
  readonly seed?: unknown;
  readonly instance?: unknown;
  readonly surrogate?: unknown;
  readonly system?: unknown;
  readonly nrmse?: unknown;
}

/** Resamples of the seeds. */
const RESAMPLES = 2000;

/**
 * How imago's error compares with the best model of each other system (the one with the least median on the function and n): the geometric
 * mean over functions and n of the ratio of median errors, and the cells whose ratio is above 1.15 with a bootstrap interval, over paired seeds, that
 * excludes 1.15.
 */
export function peerSummary(rows: readonly PeerRow[]): string[] {
  const cells = groupBy(rows, (row) => `${row.function} n=${row.n}${row.instance ? ` #${row.instance}` : ''}`);
  const systems = [...new Set(rows.map(({ system }) => String(system)))].filter((system) => system !== 'imago');
  return systems.flatMap((system) => {
    const ratios: number[] = [];
    const worse: string[] = [];
    for (const [cell, all] of cells) {
      const own = bySeed(all.filter((row) => row.system === 'imago'));
      const models = [
        ...groupBy(
          all.filter((row) => row.system === system),
          (row) => row.surrogate,
        ),
      ].map(([name, of]) => ({ name, errors: bySeed(of) }));
      models.sort((a, b) => median([...a.errors.values()]) - median([...b.errors.values()]));
      const pairs = [...own].flatMap(([seed, error]) => {
        const other = models[0]?.errors.get(seed);
        return other === undefined ? [] : [[error, other] as const];
      });
      if (pairs.length === 0) continue;
      const ratio = ratioOf(pairs);
      ratios.push(ratio);
      const [low, high] = bootstrap(pairs, ratioOf);
      if (ratio > 1.15)
        worse.push(
          `  ${cell}: ${ratio.toFixed(2)} times the error of ${system} ${models[0].name} (${low.toFixed(2)} to ${high.toFixed(2)})${low > 1.15 ? ', beyond doubt' : ''}`,
        );
    }
    if (ratios.length === 0) return [];
    return [
      `  error relative to the best model of ${system}: geometric mean ${geometricMean(ratios).toFixed(3)} over ${ratios.length} cells`,
      ...worse,
    ];
  });
}

function bySeed(rows: readonly PeerRow[]): Map<unknown, number> {
  return new Map(rows.map(({ seed, nrmse }) => [seed, Number(nrmse)]));
}

function ratioOf(pairs: readonly (readonly [number, number])[]): number {
  return median(pairs.map(([own]) => own)) / median(pairs.map(([, other]) => other));
}

/** The central 95 % of a statistic over resamples of the items, from a fixed sequence. */
export function bootstrap<T>(items: readonly T[], statistic: (items: readonly T[]) => number): [number, number] {
  let state = 1;
  const draw = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return items[Math.floor((state / 4294967296) * items.length)];
  };
  const drawn = Array.from({ length: RESAMPLES }, () => statistic(items.map(draw)));
  return [quantile(drawn, 0.025), quantile(drawn, 0.975)];
}

function groupBy<T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}
