import { Dataset } from '../../src/core/dataset.ts';
import type { Model } from '../../src/core/model.ts';
import { dataOracle, modelOracle, simulatorOracle, storedOracle } from '../../src/core/oracle.ts';
import { memoryStore } from '../../src/core/store.ts';
import { inlineExecutor } from '../../src/execution/inline.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { oracleLaws } from '../../src/testing/oracle-laws.ts';
import typed from '../fixtures/typed.ts';

const inline = inlineExecutor();
const { space } = typed;
const outputs = [{ name: 'size' }, { name: 'verdict', classes: ['small', 'middling', 'large'] }];

/** size = u0 + 2 u1, and the three probabilities of its class. */
const model: Model = {
  health: { points: 1, notes: [] },
  predict: (x) =>
    Matrix.from(
      Array.from({ length: x.rows }, (_, i) => {
        const size = x.row(i)[0] + 2 * x.row(i)[1];
        return [size, size < 1 ? 0.6 : 0.1, 0.3, size < 1 ? 0.1 : 0.6];
      }),
      4,
    ),
};

const known = Dataset.empty(space, typed.outputs).append(
  [0.1, 0.5, 0.9].map((a, i) => ({
    id: String(i),
    u: space.canonical([a, 0.4]),
    milliseconds: 0,
    status: 'completed' as const,
    values: Float64Array.of(10 * a),
  })),
);

oracleLaws('simulatorOracle', () => simulatorOracle(typed, inline));
oracleLaws('storedOracle', () => storedOracle(simulatorOracle(typed, inline), memoryStore(), 'typed@1'));
oracleLaws('modelOracle', () => modelOracle(space, outputs, model));
oracleLaws('dataOracle', () => dataOracle(known));
