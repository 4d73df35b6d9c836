import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { count, labeled } from '../../report/format.ts';
import type { StudyDetails, WireRun } from '../shared/wire.ts';
import { Convergence } from './convergence.tsx';
import { Head } from './head.tsx';
import { Limits } from './limits.tsx';
import { type LiveStudy, studyOf } from './live-study.ts';
import { AxisChoice, Parallel } from './parallel.tsx';
import { linkTo } from './route.ts';
import { RunsTable } from './runs-table.tsx';
import { exact } from './words.ts';

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
      {isEmpty && <p class="quiet">No run has ended yet; the first one shows here within a second of its end.</p>}
      {!isEmpty && (
        <>
          <div class="pair">
            {details.best && <BestDesign details={details} best={details.best} />}
            <Section id="convergence" title="Convergence">
              {shown && <Convergence study={study} quantity={shown} />}
            </Section>
          </div>
          <Section id="parameters" title="All runs">
            <Limits study={study} />
            <Parallel study={study} />
            <AxisChoice study={study} />
          </Section>
          <Section id="runs" title="Runs">
            <RunsTable study={study} />
          </Section>
        </>
      )}
    </>
  );
}

/** The study of that key, kept up to date while it is shown. */
export function useStudy(id: string): LiveStudy {
  const study = studyOf(id);
  const version = study.card?.version;
  useEffect(() => void study.update(), [study, version]);
  return study;
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

/** A run as a table: its point, its answers, and what the goal makes of them. */
export function RunValues({ details, run }: { readonly details: StudyDetails; readonly run: WireRun }) {
  const { parameters, outputs, objectives } = details;
  const beside = [...objectives.keys()].filter((k) => !Object.hasOwn(outputs, objectives[k].text));
  const sections: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
    [
      'parameters',
      Object.entries(parameters).map(([name, { unit = '' }]) => [
        labeled(name, unit),
        exact(run.point[name]) || 'inactive',
      ]),
    ],
    [
      'answers',
      [
        ...Object.entries(outputs).map(
          ([name, { unit = '' }]) => [labeled(name, unit), exact(run.outputs?.[name])] as const,
        ),
        ...beside.map((k) => [labeled(objectives[k].text, objectives[k].unit), exact(run.objectives[k])] as const),
      ],
    ],
  ];
  return (
    <div class="scroll values" tabIndex={0} role="region" aria-label="Values of the run">
      <table>
        {sections.map(([title, rows]) => (
          <tbody key={title}>
            {rows.map(([name, value]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td class="figure">{value}</td>
              </tr>
            ))}
          </tbody>
        ))}
        {run.constraints.length > 0 && (
          <tbody>
            {run.constraints.map(({ text, holds }) => (
              <tr key={text}>
                <th scope="row">{text}</th>
                <td class={holds ? 'good' : 'bad'}>{holds ? 'holds' : 'does not hold'}</td>
              </tr>
            ))}
          </tbody>
        )}
      </table>
    </div>
  );
}
