import { labeled } from '../../report/format.ts';
import { typeset } from '../../report/typeset.ts';
import { exact } from '../live/words.ts';
import type { StudyDetails, WireRun } from '../shared/wire.ts';

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
          ([name, { unit = '' }]) => [labeled(name, unit), exact(run.outputs?.[name]) || '–'] as const,
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
                <th scope="row">{typeset(name)}</th>
                <td class="figure">{value}</td>
              </tr>
            ))}
          </tbody>
        ))}
        {run.constraints.length > 0 && (
          <tbody>
            {run.constraints.map(({ text, holds }) => (
              <tr key={text}>
                <th scope="row">{typeset(text)}</th>
                <td class={`figure ${holds ? 'good' : 'bad'}`}>{holds ? 'holds' : 'does not hold'}</td>
              </tr>
            ))}
          </tbody>
        )}
      </table>
    </div>
  );
}
