import { now } from '../../execution/own.ts';
import { Rng } from '../../numerics/random.ts';
import { reportDocument } from '../../report/content.ts';
import { sectionHtml } from '../../report/html.ts';
import { keptModels } from '../../study/kept-models.ts';
import { centerOf } from '../../study/sensitivity/center.ts';
import { effectsOfModel } from '../../study/sensitivity/effects.ts';
import type { Study } from '../../study/study.ts';
import type { WirePart } from '../shared/wire.ts';
import type { ModelSource } from './model-source.ts';

/** Sections of a report that tell what models know. */
const TOLD = ['effects', 'quality', 'rules', 'left-out'];

/** What the models of a study know, as a report tells it; of a study that has not ended, what the models say that it has kept so far. */
export async function modelParts(source: ModelSource): Promise<WirePart[]> {
  return reportDocument(await withEffects(source))
    .sections.filter(({ id }) => TOLD.includes(id))
    .map((section) => ({ id: section.id, title: section.title, html: sectionHtml(section) }));
}

/** The study with the effects of its inputs as the first model that it has kept sees them, where it has not told any itself. */
async function withEffects({ study, store, subject }: ModelSource): Promise<Study> {
  const [kept] = study.results.effects.length > 0 ? [] : keptModels(store);
  if (!kept) return study;
  const { space, outputs, problem } = subject;
  const run = { rng: new Rng(`${study.results.seed}/dashboard`), clock: now };
  const center = centerOf(study.results.search);
  const effects = await effectsOfModel({ model: kept.model, space, outputs, problem }, center, run);
  return { ...study, results: { ...study.results, effects } };
}
