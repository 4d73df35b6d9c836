/**
 * Van der Vusse's reactions A -> B -> C and 2 A -> D: the synthesis of cyclopentenol from cyclopentadiene, with the constants of the
 * benchmark reactor [Chen1995, KlattEngell1998]. Concentrations in mol/l, temperatures in K, time in h, heat in kJ.
 */
const rate1 = { factor: 1.287e12, activation: 9758.3, heat: 4.2 };
const rate2 = { factor: 1.287e12, activation: 9758.3, heat: -11 };
const rate3 = { factor: 9.043e9, activation: 8560, heat: -41.85 };

/** Of the mixture, kJ/(l K). */
const heatCapacity = 0.9342 * 3.01;

const rate = ({ factor, activation }: typeof rate1, temperature: number) =>
  factor * Math.exp(-activation / temperature);

/** Writes the rates of change by reaction of cA, cB (mol/(l h)) and T (K/h). */
export function react(cA: number, cB: number, temperature: number, out: Float64Array): void {
  const r1 = rate(rate1, temperature) * cA;
  const r2 = rate(rate2, temperature) * cB;
  const r3 = rate(rate3, temperature) * cA * cA;
  out[0] = -r1 - r3;
  out[1] = r1 - r2;
  out[2] = -(r1 * rate1.heat + r2 * rate2.heat + r3 * rate3.heat) / heatCapacity;
}

/** Writes the derivatives of those three by cA, cB and T, row by row. */
export function reactJacobian(cA: number, cB: number, temperature: number, out: Float64Array): void {
  const [k1, k2, k3] = [rate(rate1, temperature), rate(rate2, temperature), rate(rate3, temperature)];
  const square = temperature * temperature;
  const [r1T, r2T] = [(k1 * cA * rate1.activation) / square, (k2 * cB * rate2.activation) / square];
  const r3T = (k3 * cA * cA * rate3.activation) / square;
  const r3A = 2 * k3 * cA;
  out[0] = -k1 - r3A;
  out[1] = 0;
  out[2] = -r1T - r3T;
  out[3] = k1;
  out[4] = -k2;
  out[5] = r1T - r2T;
  out[6] = -(k1 * rate1.heat + r3A * rate3.heat) / heatCapacity;
  out[7] = (-k2 * rate2.heat) / heatCapacity;
  out[8] = -(r1T * rate1.heat + r2T * rate2.heat + r3T * rate3.heat) / heatCapacity;
}

/** Volume, l; heat transfer to the jacket, kJ/(h K); mass of the coolant in it, kg, and its heat capacity, kJ/(kg K). */
export const vessel = {
  volume: 10,
  heatCapacity: 10 * heatCapacity,
  transfer: 4032 * 0.215,
  coolantMass: 5,
  coolantHeatCapacity: 2,
};
