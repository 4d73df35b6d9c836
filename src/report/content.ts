import type { Study } from '../study/study.ts';
import type { ReportDocument } from './document.ts';
import { convergenceSection } from './sections/convergence.ts';
import { designSection } from './sections/design.ts';
import { effectsSection } from './sections/effects.ts';
import { failuresSection } from './sections/failures.ts';
import { measurementsSection } from './sections/measurements.ts';
import { optimumSection } from './sections/optimum.ts';
import { problemSection } from './sections/problem.ts';
import { qualitySection } from './sections/quality.ts';
import { resultSection } from './sections/result.ts';
import { rulesSection } from './sections/rules.ts';
import { unfinishedSection } from './sections/unfinished.ts';

const SECTIONS: readonly ((study: Study) => ReportDocument['sections'][number])[] = [
  resultSection,
  problemSection,
  designSection,
  failuresSection,
  qualitySection,
  convergenceSection,
  effectsSection,
  rulesSection,
  optimumSection,
  measurementsSection,
];

/** The report of a study, before it has a format. */
export function reportDocument(study: Study): ReportDocument {
  const { name, description, seed, subject, stages, search } = study.results;
  const id = search?.best?.id ?? stages[0]?.evaluations[0]?.id;
  return {
    title: name,
    lead: description,
    sections: [unfinishedSection(study) ?? [], ...SECTIONS.map((section) => section(study))].flat(),
    footer: [
      `Seed ${seed}. ${subject.kind === 'data' ? 'Data' : 'Simulator'}: ${subject.identity}.`,
      ...(id !== undefined && subject.kind === 'simulator'
        ? [`Any evaluation can be run again by its id: imago replay <store> ${id}`]
        : []),
    ],
  };
}
