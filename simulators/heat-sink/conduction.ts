import { conjugateGradients, type SymmetricMatrix } from './sparse.ts';

/** Steady conduction in a plane section, per metre of depth. Cell (i, j) is number j (x.length - 1) + i; j counts upwards. */
export interface Section {
  /** The grid's lines, m, increasing. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** 1 where the cell is metal, 0 where it is air. */
  readonly solid: Uint8Array;
  /** Of the metal, W/(m K). */
  readonly conductivity: number;
  /** Heat-transfer coefficient between metal and air, W/(m^2 K). The border of the grid is insulated. */
  readonly film: number;
  /** Heat that enters through the bottom face of each cell of the lowest row, W/m. */
  readonly source: Float64Array;
}

/** What conducts where: temperatures are above that of the air. */
export interface TemperatureField {
  /** Mean temperature of each cell, K; 0 in the air. */
  readonly cells: Float64Array;
  /** Temperature of the bottom faces of the lowest row, K. */
  readonly bottom: Float64Array;
  /** Heat given to the air, W/m. */
  readonly released: number;
  readonly unknowns: number;
  readonly iterations: number;
}

/**
 * Finite volumes: the heat through a face between two cells is k (T_1 - T_2) area / distance, through a face to the air
 * T area / (1 / film + half width / k). Second order in the width of the cells where the temperature is smooth, also on grids
 * whose widths vary [ForsythSammon1988].
 */
export function solveConduction(section: Section): TemperatureField {
  const { solid, source, conductivity } = section;
  const { matrix, toAir, cellOf, numberOf } = assemble(section);
  const b = Float64Array.from(cellOf, (cell) => (cell < source.length ? source[cell] : 0));
  const { x, iterations } = conjugateGradients(matrix, b);
  const cells = Float64Array.from(solid, (metal, cell) => (metal ? x[numberOf[cell]] : 0));
  const half = (section.y[1] - section.y[0]) / 2;
  const bottom = source.map((heat, i) => cells[i] + (heat * half) / (conductivity * (section.x[i + 1] - section.x[i])));
  const released = x.reduce((sum, temperature, i) => sum + temperature * toAir[i], 0);
  return { cells, bottom, released, unknowns: x.length, iterations };
}

interface Assembly {
  readonly matrix: SymmetricMatrix;
  /** Conductance of each unknown's faces to the air, W/(m K). */
  readonly toAir: Float64Array;
  /** The cell of each unknown, and the unknown of each cell of metal. */
  readonly cellOf: Int32Array;
  readonly numberOf: Int32Array;
}

function assemble({ x, y, solid, conductivity, film }: Section): Assembly {
  const nx = x.length - 1;
  const ny = y.length - 1;
  const count = solid.reduce((sum, metal) => sum + metal, 0);
  const cellOf = new Int32Array(count);
  const numberOf = new Int32Array(nx * ny).fill(-1);
  const diagonal = new Float64Array(count);
  const toAir = new Float64Array(count);
  const start = new Int32Array(count + 1);
  const column = new Int32Array(2 * count);
  const value = new Float64Array(2 * count);
  let [number, entries] = [0, 0];
  const join = (i: number, j: number, area: number, distance: number) => {
    const conductance = (conductivity * area) / distance;
    diagonal[i] += conductance;
    diagonal[j] += conductance;
    column[entries] = j;
    value[entries++] = -conductance;
  };
  const expose = (i: number, area: number, width: number) => {
    const conductance = area / (1 / film + width / (2 * conductivity));
    diagonal[i] += conductance;
    toAir[i] += conductance;
  };
  for (let cell = 0; cell < nx * ny; cell++) {
    if (!solid[cell]) continue;
    const [i, j] = [cell % nx, Math.floor(cell / nx)];
    const width = x[i + 1] - x[i];
    const height = y[j + 1] - y[j];
    cellOf[number] = cell;
    numberOf[cell] = number;
    start[number] = entries;
    if (j > 0) {
      if (solid[cell - nx]) join(number, numberOf[cell - nx], width, (y[j + 1] - y[j - 1]) / 2);
      else expose(number, width, height);
    }
    if (i > 0) {
      if (solid[cell - 1]) join(number, number - 1, height, (x[i + 1] - x[i - 1]) / 2);
      else expose(number, height, width);
    }
    if (j < ny - 1 && !solid[cell + nx]) expose(number, width, height);
    if (i < nx - 1 && !solid[cell + 1]) expose(number, height, width);
    number++;
  }
  start[count] = entries;
  const matrix = { diagonal, start, column: column.subarray(0, entries), value: value.subarray(0, entries) };
  return { matrix, toAir, cellOf, numberOf };
}
