import { categorical, defineSimulator, real } from 'imago';

/** Young's modulus, Pa, and density, kg/m^3. */
const MATERIALS = { steel: { modulus: 210e9, density: 7850 }, aluminium: { modulus: 69e9, density: 2700 } };

/** A square cantilever beam with a load at its free end, after Euler and Bernoulli. */
export default defineSimulator(import.meta.url, {
  name: 'cantilever-beam',
  description: 'Deflection and mass of a square cantilever beam with a load at its end',
  parameters: {
    length: real(0.5, 3, { unit: 'm' }),
    side: real(0.02, 0.1, { unit: 'm', description: 'of the square section' }),
    load: real(100, 5000, { unit: 'N', scale: 'log' }),
    material: categorical('steel', 'aluminium'),
  },
  outputs: { deflection: { unit: 'm' }, mass: { unit: 'kg', valid: [0, 1e4] } },
  run({ length, side, load, material }) {
    const { modulus, density } = MATERIALS[material];
    const inertia = side ** 4 / 12;
    return { deflection: (load * length ** 3) / (3 * modulus * inertia), mass: density * side ** 2 * length };
  },
});
