import { geometricMean, median } from './statistics.ts';

/** The cells of a row of `honesty` that are judged; null is a figure that is missing or infinite. */
export interface HonestyRow {
  readonly function: string;
  readonly instance: number;
  readonly d: number;
  readonly n: number;
  readonly design: string;
  readonly noise: number;
  readonly seed: number;
  /** Points that differ: on a grid not those that were asked for. */
  readonly points: number;
  readonly nrmse: number | null;
  readonly told: number | null;
  readonly q2Told: number | null;
  readonly coverage: number | null;
  readonly width: number | null;
  readonly verdict: string;
  readonly verdictDue: string;
}

const VERDICTS = ['prediction', 'optimization', 'insufficient'];
/** Points for each input from which on figures are judged. */
const ENOUGH = 10;
/** A grid is of about n points. */
const GRID = 0.8;
/** An error below this is that of rounding, and told well enough by any number as small. */
const NOTHING = 1e-6;

/** The verdict that an error on fresh points calls for. */
export function verdictDue(nrmse: number): string {
  return VERDICTS[nrmse <= 0.1 ? 0 : nrmse <= 0.5 ? 1 : 2];
}

/** The rows held against what is promised of them, and what misses it. */
export function honestySummary(all: readonly HonestyRow[]): string[] {
  if (all.length === 0) return [];
  const rows = all.filter(({ points, d, design }) => points >= ENOUGH * d * (design === 'grid' ? GRID : 1));
  const share = (of: readonly HonestyRow[], holds: (row: HonestyRow) => boolean) => of.filter(holds).length / of.length;
  const flattered = rows.filter((row) => ratioOf(row) < 1 / 3);
  const far = all.filter(({ verdict, verdictDue }) => VERDICTS.indexOf(verdictDue) - VERDICTS.indexOf(verdict) > 1);
  const wide = all.filter(({ width }) => width === null || width > 20);
  const byFunction = coverages(rows, (row) => row.function);
  const byDesign = coverages(rows, (row) => row.design);
  const inside = byFunction.filter(([, coverage]) => coverage >= 0.93 && coverage <= 0.97).length / byFunction.length;
  const least = Math.min(...byDesign.map(([, coverage]) => coverage));
  return [
    `  of ${rows.length} rows of at least ten points for each input (asked for in brackets):`,
    `  error told within 1.5x: ${percent(share(rows, (row) => Math.abs(Math.log(ratioOf(row))) <= Math.log(1.5)))} (80 %); below a third: ${percent(flattered.length / rows.length)} (0.5 %)`,
    ...flattered.map((row) => `    ${nameOf(row)}: told ${show(row.told)}, is ${show(row.nrmse)}`),
    `  coverage of 93 to 97 %: ${percent(inside)} of the functions (75 %): ${listed(byFunction)}`,
    `  coverage of the least design: ${percent(least)} (90 %): ${listed(byDesign)}`,
    `  widths above 20 spreads, in all ${all.length} rows: ${wide.length} (0)`,
    ...wide.map((row) => `    ${nameOf(row)}: ${show(row.width)}`),
    `  verdicts two steps too favorable: ${far.length} (0)`,
    ...far.map((row) => `    ${nameOf(row)}: ${row.verdict}, due ${row.verdictDue}`),
    ...all.flatMap(({ q2Told, ...row }) =>
      row.function === 'noise' ? [`  pure noise: q2 told ${show(q2Told)} (0.02)`] : [],
    ),
    ...adaptiveLines(all),
  ];
}

/** The error that is told over the one that is; 0 where either is missing. */
function ratioOf({ told, nrmse }: HonestyRow): number {
  if (told === null || nrmse === null) return 0;
  return Math.max(told, NOTHING) / Math.max(nrmse, NOTHING);
}

function coverages(rows: readonly HonestyRow[], by: (row: HonestyRow) => string): [string, number][] {
  return [...new Set(rows.map(by))].map((name) => {
    const own = rows.filter((row) => by(row) === name);
    return [name, own.reduce((sum, { coverage }) => sum + (coverage ?? 0), 0) / own.length];
  });
}

/** What rows of an adaptive design are worth, beside a hypercube of as many. */
function adaptiveLines(rows: readonly HonestyRow[]): string[] {
  const pairs = rows.flatMap((row) => {
    const other = rows.find(
      ({ design, ...one }) =>
        design === 'ese' &&
        (['function', 'instance', 'noise', 'seed', 'n'] as const).every((column) => one[column] === row[column]),
    );
    const ratio = row.design === 'adaptive' && other && row.nrmse && other.nrmse ? row.nrmse / other.nrmse : 0;
    return ratio > 0 ? [{ name: `${row.function}, noise ${row.noise}`, ratio }] : [];
  });
  const names = [...new Set(pairs.map(({ name }) => name))];
  return names.map((name) => {
    const ratios = pairs.filter((pair) => pair.name === name).map(({ ratio }) => ratio);
    return `  adaptive rows of ${name}: ${geometricMean(ratios).toFixed(2)} times the error of a hypercube (median ${median(ratios).toFixed(2)}, ${ratios.length} designs)`;
  });
}

function nameOf({ function: name, instance, n, design, noise, seed }: HonestyRow): string {
  return `${name} #${instance}, n = ${n}, ${design}, noise ${noise}, seed ${seed}`;
}

function listed(coverages: readonly (readonly [string, number])[]): string {
  return coverages.map(([name, coverage]) => `${name} ${percent(coverage)}`).join(', ');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function show(value: number | null): string {
  return value === null ? 'nothing' : value.toPrecision(3);
}
