import { type Fidelity, scoreOf } from '../study/chain/fidelity.ts';
import type { StageResults } from '../study/chain/results.ts';
import type { Study } from '../study/study.ts';
import { hopGains, worst } from './findings.ts';
import { isKnown, percent, plural, score, times } from './format.ts';

/** What a student keeps of its teachers, and what it costs less. */
export interface Kept {
  readonly stage: StageResults;
  /** Of the output that it keeps least. */
  readonly fidelity: Fidelity;
  /** The same in words: `97.5 %`, `q2 0.974`. */
  readonly share: string;
  /** `12x smaller`, `1.5x slower`; empty where neither is known. */
  readonly gains: readonly string[];
}

/** The students of a study that learned from another model: all but the first where that learned from a simulator or data. */
export function laterStages({ results: { stages, teacher } }: Study): readonly StageResults[] {
  return teacher ? stages : stages.slice(1);
}

/** How much of its teachers a student keeps at points that it did not learn; undefined where that is not known. */
export function keptBy(study: Study, stage: StageResults): Kept | undefined {
  const fidelity = worst(stage.realTest ?? stage.fidelity);
  if (!fidelity) return undefined;
  const { smaller, faster } = hopGains(study, stage);
  const gains = [...gainText(smaller, 'smaller', 'larger', 'large'), ...gainText(faster, 'faster', 'slower', 'fast')];
  const share = fidelity.kind === 'class' ? percent(fidelity.accuracy) : `q2 ${score(scoreOf(fidelity))}`;
  return { stage, fidelity, share, gains };
}

/** What a chain is about that is not searched: the student that keeps most of a model; others may be there to be compared with it. */
export function mostKept(study: Study): Kept | undefined {
  const { search, subject } = study.results;
  if (search) return undefined;
  const all = laterStages(study)
    .filter(({ teacher }) => teacher !== subject.kind)
    .flatMap((stage) => keptBy(study, stage) ?? []);
  return all.reduce<Kept | undefined>(
    (most, one) => (most && scoreOf(most.fidelity) >= scoreOf(one.fidelity) ? most : one),
    undefined,
  );
}

/** `tree keeps 97.5 % of the answers of net (digit, 10,000 test rows), 1,230x smaller, 286x faster` */
export function keptText({ stage: { name, teacher }, fidelity, share, gains }: Kept): string {
  const where = plural(fidelity.points, fidelity.method === 'test' ? 'test row' : 'left-out point');
  const what =
    fidelity.kind === 'class' ? `keeps ${share} of the answers of ${teacher}` : `follows ${teacher} with ${share}`;
  return [`${name} ${what} (${fidelity.output}, ${where})`, ...gains].join(', ');
}

function gainText(ratio: number | undefined, more: string, less: string, same: string): string[] {
  if (!isKnown(ratio)) return [];
  const text = times(Math.max(ratio, 1 / ratio));
  if (text === times(1)) return [`as ${same}`];
  return [`${text} ${ratio < 1 ? less : more}`];
}
