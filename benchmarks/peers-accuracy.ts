import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auto, conformal } from 'imago';
import { type AccuracyData, accuracyData, accuracyFigures, accuracyRow, around, wantedCases } from './accuracy.ts';
import type { Benchmark, Row } from './harness.ts';
import { type Answer, ModelPeers, numbersOf } from './peers/models.ts';
import { peerSummary } from './statistics.ts';

/** The default surrogate and the models of other systems, in turns on the same designs and test sets. */
export default {
  question: 'how accurate is the default surrogate beside SMT, scikit-learn, OpenTURNS, BoTorch and egobox?',
  columns: [
    ...['function', 'd', 'n', 'seed', 'surrogate', 'system', 'nrmse', 'q2Loo', 'intervalCoverage', 'intervalScore'],
    ...['fitMilliseconds', 'predictMicroseconds', 'instance'],
  ],
  async run(request) {
    const { quick, seeds = quick ? 1 : 10, instances = [0], surrogates, has, say } = request;
    const python = process.env.IMAGO_PEERS_PYTHON;
    if (!python) {
      say('  skipped: set IMAGO_PEERS_PYTHON to a Python that has the peers, see docs/benchmarks.md');
      return;
    }
    const peers = ModelPeers.installed(python).filter(
      ({ system }) => surrogates?.includes(system) ?? (!quick || system === 'sklearn' || system === 'openturns'),
    );
    const folder = mkdtempSync(join(tmpdir(), 'imago-peers-'));
    const server = new ModelPeers(python);
    const rows: Row[] = [];
    const emit = (row: Row) => {
      rows.push(row);
      request.emit(row);
    };
    try {
      for (let seed = 1; seed <= seeds; seed++)
        for (const one of wantedCases(request))
          for (const k of instances)
            for (const n of one.sizes) {
              const data = accuracyData(one, k, n, seed);
              const key = { function: one.name, d: data.train.space.dimension, n, seed, instance: k };
              const file = join(folder, `${one.name}-${k}-${n}-${seed}.json`);
              writeFileSync(file, JSON.stringify(numbersOf(data)));
              if ((surrogates?.includes('imago') ?? true) && !has({ ...key, system: 'imago' })) {
                const {
                  rescaledScore: _,
                  verdict: __,
                  ...figures
                } = await accuracyRow(conformal(auto()), data, `accuracy/${one.name}/${k}/${n}/${seed}/fit`);
                emit({ ...key, surrogate: 'auto', system: 'imago', ...figures });
              }
              for (const peer of peers) {
                const name = { surrogate: peer.model, system: peer.system };
                if (has({ ...key, ...name })) continue;
                const answer = await server.ask({ file, ...peer });
                if ('error' in answer) say(`  ${one.name}, n = ${n}, ${peer.system}, ${peer.model}: ${answer.error}`);
                else emit({ ...key, ...name, ...figuresOf(answer, data) });
              }
            }
    } finally {
      server.end();
      rmSync(folder, { recursive: true });
    }
    for (const line of peerSummary(rows)) say(line);
  },
} satisfies Benchmark;

function figuresOf(answer: Exclude<Answer, { error: string }>, { test }: AccuracyData) {
  const mean = Float64Array.from(answer.mean);
  const bounds =
    answer.deviation === null
      ? undefined
      : around(
          mean,
          Float64Array.from(answer.deviation, (s) => s * s),
        );
  return {
    ...accuracyFigures(test.y.column(0), mean, bounds),
    q2Loo: null,
    fitMilliseconds: 1000 * answer.fitSeconds,
    predictMicroseconds: (1e6 * answer.predictSeconds) / test.size,
  };
}
