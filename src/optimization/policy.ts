import { ensure, show } from '../core/errors.ts';
import { AUTO_POLICY } from './auto/policy.ts';
import { BASINS_POLICY } from './basins/policy.ts';
import { BAYESIAN_POLICY } from './bayesian/policy.ts';
import { CONSTRAINED_RBF_POLICY } from './constrained-rbf/policy.ts';
import { DIRECT_POLICY } from './direct/policy.ts';
import { FAILURES_POLICY } from './failures/policy.ts';
import { INNER_SEARCH_POLICY } from './inner-search/policy.ts';
import { MULTI_RESOLUTION_POLICY } from './multi-resolution/policy.ts';

/** A tuned number, or a few that belong together. */
type PolicyNumber = number | readonly number[];

/** The numbers of an engine by section and name. */
type Page = Record<string, Record<string, PolicyNumber>>;

const PAGES: Readonly<Record<string, Page>> = {
  auto: AUTO_POLICY,
  basins: BASINS_POLICY,
  bayesian: BAYESIAN_POLICY,
  'constrained-rbf': CONSTRAINED_RBF_POLICY,
  direct: DIRECT_POLICY,
  failures: FAILURES_POLICY,
  'inner-search': INNER_SEARCH_POLICY,
  'multi-resolution': MULTI_RESOLUTION_POLICY,
};

/** Every tuned number of the search by its path, such as `auto.turns.memoryUnits`. */
export function policyNumbers(): Map<string, PolicyNumber> {
  return new Map(
    Object.entries(PAGES).flatMap(([engine, page]) =>
      Object.entries(page).flatMap(([section, numbers]) =>
        Object.entries(numbers).map(([name, value]) => [`${engine}.${section}.${name}`, value] as const),
      ),
    ),
  );
}

/**
 * Does something with another value of one number, for benchmarks that ask what a number is worth. Optimizers have to be made inside of `action`, and
 * nothing else may search in this thread meanwhile. Throws `invalid-argument` where there is no such number, or the value is of another shape.
 */
export async function withPolicy<T>(path: string, value: PolicyNumber, action: () => Promise<T>): Promise<T> {
  const before = policyNumbers().get(path);
  ensure(
    before !== undefined,
    'invalid-argument',
    () => `there is no policy number '${path}'; known: ${[...policyNumbers().keys()].join(', ')}`,
  );
  ensure(
    lengthOf(value) === lengthOf(before) && [value].flat().every(Number.isFinite),
    'invalid-argument',
    () =>
      `the policy number '${path}' is ${show(before)} and cannot be ${show(value)}: it needs as many finite numbers`,
  );
  const [engine, section, name] = path.split('.');
  PAGES[engine][section][name] = value;
  try {
    return await action();
  } finally {
    PAGES[engine][section][name] = before;
  }
}

function lengthOf(value: PolicyNumber): number | undefined {
  return typeof value === 'number' ? undefined : value.length;
}
