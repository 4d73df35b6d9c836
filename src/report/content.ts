import type { Study } from '../study/study.ts';
import type { ReportDocument, Section } from './document.ts';
import { designSection } from './sections/design.ts';
import { effectsSection } from './sections/effects.ts';
import { failuresSection } from './sections/failures.ts';
import { frontSection } from './sections/front.ts';
import { leftOutSection } from './sections/left-out.ts';
import { measurementsSection } from './sections/measurements.ts';
import { problemSection } from './sections/problem.ts';
import { qualitySection } from './sections/quality.ts';
import { remarksSection } from './sections/remarks.ts';
import { resultSection } from './sections/result.ts';
import { rulesSection } from './sections/rules.ts';
import { runsSection } from './sections/runs.ts';
import { searchSection } from './sections/search.ts';
import { unfinishedSection } from './sections/unfinished.ts';

/** Answers first, then pictures, then what is looked up; a section without content is left out. */
const SECTIONS: readonly ((study: Study) => Section | undefined)[] = [
  resultSection,
  remarksSection,
  frontSection,
  effectsSection,
  qualitySection,
  rulesSection,
  leftOutSection,
  problemSection,
  searchSection,
  designSection,
  failuresSection,
  runsSection,
  measurementsSection,
];

/** The report of a study, before it has a format. */
export function reportDocument(study: Study): ReportDocument {
  const { name, description, seed, subject, stages, search } = study.results;
  const id = search?.best?.id ?? stages[0]?.evaluations[0]?.id;
  return {
    title: name,
    lead: description,
    sections: [unfinishedSection, ...SECTIONS]
      .map((section) => section(study))
      .filter((section) => section !== undefined),
    footer: [
      `Seed ${seed}. ${subject.kind === 'data' ? 'Data' : 'Simulator'}: ${subject.identity}.`,
      ...(id !== undefined && subject.kind === 'simulator'
        ? [`Any evaluation can be run again by its id: imago replay <store> ${id}`]
        : []),
    ],
  };
}
