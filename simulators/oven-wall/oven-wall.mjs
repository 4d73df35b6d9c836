/**
 * A program, as your solver may be one: it takes numbers from its command line and prints numbers. The wall of an oven, brick inside and wool
 * outside, is heated from 20 to 900 degrees within an hour and kept there for seven. Conduction in one dimension, by finite volumes and
 * backward Euler. Usage: node oven-wall.mjs <brick, m> <wool, m> <density of the wool, kg/m3>
 */
const [brick, wool, density] = process.argv.slice(2).map(Number);
const CELLS = 300;
const STEPS = 4800;
const [AIR, FIRE, OUTSIDE] = [20, 900, 10]; // degrees, degrees, W/m2K
const HOURS = 8;

// The lighter the wool, the more heat passes as radiation between its fibers.
const layers = [
  { depth: brick, conductivity: 0.25, heat: 700 * 1000 },
  { depth: wool, conductivity: 0.035 + 3e-5 * density + 8 / density, heat: density * 1050 },
];
const cells = layers.flatMap(({ depth, ...material }) =>
  Array.from({ length: CELLS / 2 }, () => ({ size: depth / (CELLS / 2), ...material })),
);
const dt = (HOURS * 3600) / STEPS;
const half = cells.map(({ size, conductivity }) => size / 2 / conductivity);
// Conductances between neighbors, W/m2K: from the fire into the first cell, and from the last to the air.
const links = [1 / half[0], ...half.slice(1).map((r, i) => 1 / (half[i] + r)), 1 / (half[CELLS - 1] + 1 / OUTSIDE)];
const stored = cells.map(({ size, heat }) => (size * heat) / dt);

const t = new Float64Array(CELLS).fill(AIR);
const up = new Float64Array(CELLS);
let taken = 0;
for (let step = 1; step <= STEPS; step++) {
  const fire = AIR + (FIRE - AIR) * Math.min(1, (step * dt) / 3600);
  // A tridiagonal system: forward elimination, then back.
  for (let i = 0; i < CELLS; i++) {
    const below = i === 0 ? 0 : links[i];
    const pivot = stored[i] + links[i] + links[i + 1] - (i === 0 ? 0 : below * up[i - 1]);
    const right =
      stored[i] * t[i] + (i === 0 ? links[0] * fire : below * t[i - 1]) + (i === CELLS - 1 ? links[CELLS] * AIR : 0);
    up[i] = i === CELLS - 1 ? 0 : links[i + 1] / pivot;
    t[i] = right / pivot;
  }
  for (let i = CELLS - 2; i >= 0; i--) t[i] += up[i] * t[i + 1];
  taken += links[0] * (fire - t[0]) * dt;
}
console.log(`warming ${(t[CELLS - 1] - AIR) * (links[CELLS] / OUTSIDE)} K`);
console.log(`heat ${taken / 3.6e6} kWh/m2`);
