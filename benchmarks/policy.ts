import { policyNumbers, withPolicy } from 'imago/internal';
import type { Benchmark } from './harness.ts';
import { nameOf, optimumOf, REGRET_PROBLEMS, searchOnce } from './regret.ts';
import { median } from './statistics.ts';

/** Numbers that are varied when none is named: those of the default search that were chosen by hand. */
const NUMBERS = [
  'auto.turns.memoryUnits',
  'auto.turns.priorGain',
  'basins.settled.idleUnits',
  'basins.reach.earlyUnits',
];

/** A number is halved and doubled. */
const FACTORS = [0.5, 1, 2];

/** Instances kept for development: nothing is reported of them. */
const DEVELOPMENT = [51, 52, 53, 54, 55, 56, 57, 58, 59, 60];

/** What a number of the search's policy is worth. `--only` names numbers and problems. */
export default {
  question: 'what is a number of the search worth? (median regret on development instances, the number times a factor)',
  columns: ['number', 'factor', 'problem', 'budget', 'runs', 'regret'],
  async run({ quick, seeds = 1, instances = quick ? [51] : DEVELOPMENT, wants, once, say }) {
    const all = [...policyNumbers()].flatMap(([path, value]) => (typeof value === 'number' ? [{ path, value }] : []));
    const named = all.filter(({ path }) => wants(path));
    const isNamed = named.length > 0 && named.length < all.length;
    const numbers = isNamed ? named : all.filter(({ path }) => NUMBERS.includes(path));
    const some = REGRET_PROBLEMS.filter((problem) => wants(nameOf(problem)));
    const problems = some.length > 0 ? some : REGRET_PROBLEMS;
    for (const { path, value } of quick ? numbers.slice(0, 1) : numbers)
      for (const options of quick ? problems.slice(0, 1) : problems) {
        const [problem, budget] = [nameOf(options), quick ? options.budget / 2 : options.budget];
        const told: string[] = [];
        for (const factor of FACTORS) {
          const { regret } = await once({ number: path, factor, problem, budget, runs: seeds * instances.length }, () =>
            withPolicy(path, value * factor, async () => {
              const regrets: number[] = [];
              for (const k of instances)
                for (let seed = 1; seed <= seeds; seed++) {
                  const { best } = await searchOnce(options, k, seed, budget);
                  regrets.push(best[best.length - 1] - optimumOf(options, k));
                }
              return { regret: median(regrets) };
            }),
          );
          told.push(`${(value * factor).toPrecision(3)}: ${regret.toExponential(1)}`);
        }
        say(`  ${path} on ${problem}: ${told.join(', ')}`);
      }
  },
} satisfies Benchmark;
