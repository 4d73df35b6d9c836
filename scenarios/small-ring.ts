import {
  autoTransfer,
  Dataset,
  defineScenario,
  extraTrees,
  Matrix,
  munge,
  neuralNetwork,
  Rng,
  real,
  Space,
  uniform,
} from 'imago';

const INPUTS = 20;
const space = new Space(Object.fromEntries(Array.from({ length: INPUTS }, (_, j) => [`x${j + 1}`, real(-10, 10)])));

/** The ringnorm of [Breiman1996b]: a normal distribution of 20 numbers inside another one that is twice as wide. */
function ring(count: number, stream: string): Dataset {
  const rng = new Rng(`small-ring/${stream}`);
  const center = 2 / Math.sqrt(INPUTS);
  const x = new Matrix(count, INPUTS);
  const y = new Matrix(count, 1);
  for (let i = 0; i < count; i++) {
    const inner = rng.integer(2);
    const numbers = Array.from({ length: INPUTS }, () => (inner ? center + rng.normal() : 2 * rng.normal()));
    const point = numbers.map((value, j) => [`x${j + 1}`, Math.min(10, Math.max(-10, value))]);
    x.row(i).set(space.encode(Object.fromEntries(point)));
    y.set(i, 0, inner);
  }
  const rows = Array.from({ length: count }, (_, i) => ({
    ...{ id: `${stream}/${i}`, status: 'completed' as const, milliseconds: 0 },
  }));
  return new Dataset(space, [{ name: 'ring', classes: ['outer', 'inner'] }], x, y, rows);
}

const network = (hidden: number, members: number, epochs: number) =>
  neuralNetwork({ hidden: [hidden], members, epochs, calibrate: false });

/** A committee of trees and networks into one network a thousand times smaller. */
export default defineScenario({
  name: 'Small ring',
  description:
    'What a committee of 200 trees and eight networks knows of two nested distributions, in one small network.',
  seed: 1,
  start: { data: ring(2000, 'data'), test: ring(3000, 'test'), teacher: extraTrees({ trees: 200 }) },
  chain: [
    { name: 'networks', teacher: 'data', student: network(64, 8, 60) },
    { name: 'direct', teacher: 'data', student: network(32, 1, 60) },
    { name: 'net', teacher: ['teacher', 'networks'], transfer: munge(), size: 20_000, student: network(32, 1, 30) },
    {
      name: 'chosen',
      teacher: ['teacher', 'networks'],
      transfer: autoTransfer(),
      size: 20_000,
      student: network(32, 1, 30),
    },
    {
      name: 'uniform',
      teacher: ['teacher', 'networks'],
      transfer: uniform(),
      size: 20_000,
      student: network(32, 1, 30),
    },
  ],
});
