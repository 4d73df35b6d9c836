import type { Study } from '../../study/study.ts';
import { type Block, type Section, table, text } from '../document.ts';
import { count, duration, times } from '../format.ts';
import { breakEvenText, micro } from '../money.ts';

/** Times and rates, which differ from run to run. */
export function measurementsSection({ measurements }: Study): Section {
  const { executor, seconds, simulated, recalled, assistedSeconds, directSeconds, refits, savings } = measurements;
  const blocks: Block[] = [
    text('These figures differ from run to run and from machine to machine; everything above is reproducible.'),
    table(
      'This process',
      ['measure', '>value'],
      [
        ['executor', executor],
        ['wall time of the study', duration(seconds)],
        ['evaluations simulated', count(simulated)],
        ['evaluations recalled from the store', count(recalled)],
        ['simulator time, chain, search and confirmation', duration(assistedSeconds)],
        ['refits in the search', refits ? `${count(refits.count)} in ${duration(refits.seconds)}` : '-'],
        ['simulator time, best direct optimizer', duration(directSeconds)],
      ],
    ),
  ];
  if (savings.length > 0)
    blocks.push(
      table(
        'Each student against the simulator',
        [
          'student',
          '>simulator run',
          '>fit',
          '>single call',
          '>call in a batch',
          '>speed-up, single',
          '>speed-up, batched',
          '>break-even calls',
        ],
        savings.map((one) => [
          one.stage,
          duration(one.secondsPerRun),
          duration(one.fitSeconds),
          micro(one.predictMicroseconds?.single),
          micro(one.predictMicroseconds?.batched),
          times(one.speedupSingle),
          times(one.speedupBatched),
          breakEvenText(one),
        ]),
      ),
    );
  return { id: 'measurements', title: 'Measurements', folded: true, blocks };
}
