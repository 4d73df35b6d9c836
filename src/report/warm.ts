import type { Study } from '../study/study.ts';
import { count, isKnown, listing, plural, quantity } from './format.ts';

/** Share of a value by which a simulator may differ from old data before they count as of another one. */
const AGREEMENT = 0.01;

/** What the search was given to begin with, and whether the simulator agrees with it; undefined when nothing was given. */
export function warmText({ results: { search, goal, subject } }: Study): string | undefined {
  if (!search?.warm) return undefined;
  const { rows, failed, initial, best } = search.warm;
  const data =
    failed > 0 ? `${plural(rows, 'row')} of data, ${count(failed)} of them failed` : `${plural(rows, 'row')} of data`;
  const given = [...(rows > 0 ? [data] : []), ...(initial > 0 ? [`${plural(initial, 'point')} of yours`] : [])];
  const known = `Known before: ${given.length === 2 && failed > 0 ? given.join(', and ') : listing(given)}`;
  if (!best || !isKnown(best.said)) return known;
  const unit = goal?.unit ?? '';
  const said = `${known}; where the data say ${quantity(best.said, unit)}, at best, the simulator`;
  if (!isKnown(best.answered)) return `${said} fails: they do not agree`;
  const agree =
    Math.abs(best.answered - best.said) <= AGREEMENT * Math.max(Math.abs(best.said), Math.abs(best.answered));
  const verdict = subject.stochastic ? 'once' : agree ? 'they agree' : 'they do not agree';
  return `${said} answers ${quantity(best.answered, unit)}${subject.stochastic ? ` ${verdict}` : `: ${verdict}`}`;
}
