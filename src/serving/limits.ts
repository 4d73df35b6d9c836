import { ensure, show } from '../core/errors.ts';

/** What a server puts up with. */
export interface ServeLimits {
  /** Bytes of a body that is read as a whole, and of a line of one that is not. Default 8 MiB. */
  readonly bytes?: number;
  /** Points in one JSON body; a stream of CSV or NDJSON may have any number. Default 100,000. */
  readonly rows?: number;
  /** Objects and lists inside each other in a JSON text. Default 8. */
  readonly depth?: number;
  /** In which a body, or the next part of a stream, must come, and an answer must be taken, at most 2,000,000. How long a run may take is up to its executor. Default 30. */
  readonly seconds?: number;
  /** At a time; who comes beyond that is turned away. Default 256. */
  readonly connections?: number;
}

const DEFAULTS: Required<ServeLimits> = {
  bytes: 8 * 2 ** 20,
  rows: 100_000,
  depth: 8,
  seconds: 30,
  connections: 256,
};

/** In seconds: timers cannot wait for more than 2^31 ms. */
const LONGEST = 2_000_000;

/** The limits with defaults; throws `invalid-argument` where one is unknown, no positive number, or too long for a timer. */
export function checkedLimits(given: ServeLimits = {}): Required<ServeLimits> {
  for (const [name, value] of Object.entries(given)) {
    ensure(
      Object.hasOwn(DEFAULTS, name),
      'invalid-argument',
      `serve: there is no limit '${name}'; known: ${Object.keys(DEFAULTS).join(', ')}`,
    );
    const isCount = name !== 'seconds';
    ensure(
      typeof value === 'number' && value > 0 && (!isCount || Number.isInteger(value)),
      'invalid-argument',
      () => `serve: limits.${name} must be a positive ${isCount ? 'whole ' : ''}number, got ${show(value)}`,
    );
  }
  const limits = { ...DEFAULTS, ...given };
  ensure(
    limits.seconds <= LONGEST,
    'invalid-argument',
    () => `serve: limits.seconds must be ${LONGEST} at most, got ${show(limits.seconds)}`,
  );
  return limits;
}
