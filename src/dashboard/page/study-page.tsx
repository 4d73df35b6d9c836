import type { ComponentChildren } from 'preact';
import { count } from '../../report/format.ts';
import type { Quantity } from '../live/quantity.ts';
import { linkTo } from '../live/route.ts';
import { useStudy } from '../live/use-study.ts';
import { Control } from '../panels/control.tsx';
import { Notes } from '../panels/notes.tsx';
import { Convergence } from '../plots/convergence.tsx';
import { Free, Front } from '../plots/pairs.tsx';
import { AxisChoice, Parallel } from '../plots/parallel.tsx';
import { Timeline } from '../plots/timeline.tsx';
import type { StudyDetails, WireRun } from '../shared/wire.ts';
import { Failures } from './failures.tsx';
import { Head } from './head.tsx';
import { Limits } from './limits.tsx';
import { ModelMap } from './model-map.tsx';
import { ModelViews } from './model-views.tsx';
import { Quality } from './quality.tsx';
import { RunValues } from './run-values.tsx';
import { RunsTable } from './runs-table.tsx';

/** A study: how it stands, its best design, and its runs in linked plots. */
export function StudyPage({ id }: { readonly id: string }) {
  const study = useStudy(id);
  const details = study.details.value;
  if (study.trouble.value && !details) return <p class="warning">{study.trouble.value}</p>;
  if (!details) return <p class="quiet">Reading the study …</p>;
  const [objective] = study.quantities.value.filter(({ kind }) => kind === 'objective');
  const [output] = study.quantities.value.filter(({ kind }) => kind === 'output');
  const shown = objective ?? output;
  const isEmpty = study.table.count === 0;
  return (
    <>
      <Head details={details} />
      {study.trouble.value && <p class="warning">{study.trouble.value}</p>}
      <Control study={study} />
      <Notes study={study} run={null} />
      {isEmpty && <p class="quiet">{whyEmpty(details)}</p>}
      {!isEmpty && (
        <>
          {details.objectives.length > 1 && (
            <Section id="front" title="Trade-off between the objectives">
              <Front study={study} />
            </Section>
          )}
          <div class="pair">
            {details.best && <BestDesign details={details} best={details.best} />}
            <Section id="convergence" title={convergenceTitle(details, shown)}>
              {shown && <Convergence study={study} quantity={shown} />}
            </Section>
          </div>
          <Section id="parameters" title="All runs">
            <Parallel study={study} />
            <Limits study={study} />
            <AxisChoice study={study} />
          </Section>
          <Section id="two" title="Any two quantities">
            <Free study={study} />
          </Section>
          <Section id="runs" title="Runs">
            <RunsTable study={study} />
          </Section>
          {details.failures.length > 0 && (
            <Section id="failures" title="Failures">
              <Failures study={study} />
            </Section>
          )}
          <Section id="timeline" title="Timeline">
            <Timeline study={study} />
          </Section>
        </>
      )}
      {details.quality.length > 0 && (
        <Section id="quality" title="Quality of the models">
          <Quality quality={details.quality} />
        </Section>
      )}
      {(details.models.length > 0 || details.hasReport) && (
        <Section id="models" title="What the model knows">
          <ModelViews study={study} />
          {details.models.length > 0 && <ModelMap study={study} details={details} />}
        </Section>
      )}
    </>
  );
}

/** Why no run is shown. */
function whyEmpty({ card }: StudyDetails): string {
  if (card.isFromData) return 'The study learns from rows of data: it runs no simulator.';
  return card.state === 'running'
    ? 'No run has ended yet; the first one shows here within a second of its end.'
    : 'No run has ended.';
}

/** A part of the page under a heading. */
export function Section(props: { readonly id: string; readonly title: string; readonly children: ComponentChildren }) {
  const { id, title, children } = props;
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {children}
    </section>
  );
}

function BestDesign({ details, best }: { readonly details: StudyDetails; readonly best: WireRun }) {
  const { key } = details.card;
  return (
    <Section id="best" title="Best design so far">
      <p class="quiet">
        <a href={linkTo(['study', key, 'run', best.row + 1])}>run {count(best.row + 1)}</a>, as the simulator answered
        it
      </p>
      <RunValues details={details} run={best} />
    </Section>
  );
}

/** What becomes of the shown quantity over the runs; without an objective nothing converges. */
function convergenceTitle({ objectives }: StudyDetails, shown: Quantity | undefined): string {
  if (objectives.length === 1 || !shown) return 'Convergence';
  return objectives.length === 0 ? `Every run: ${shown.name}` : `Convergence of ${shown.name}`;
}
