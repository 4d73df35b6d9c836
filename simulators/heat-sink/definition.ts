import { categorical, integer, real } from 'imago';
import { heatSink } from './plate-fin.ts';

const mm = 1e-3;

/** What the simulator takes and answers, on a mesh of `cells` cells through each fin, gap and the base. */
export function heatSinkDefinition(name: string, cells: number) {
  return {
    name,
    description: 'Temperature, pressure drop and mass of a plate-fin heat sink by finite-volume conduction',
    parameters: {
      finHeight: real(10, 60, { unit: 'mm' }),
      finThickness: real(0.5, 2, { unit: 'mm' }),
      fins: integer(14, 36, { description: 'on a width of 100 mm' }),
      baseThickness: real(2, 12, { unit: 'mm' }),
      airSpeed: real(1, 4, { unit: 'm/s', description: 'ahead of the fins' }),
      metal: categorical('aluminium', 'magnesium', 'copper'),
    },
    outputs: {
      rise: { unit: 'K', description: 'of the hottest place above the incoming air' },
      resistance: { unit: 'K/W', description: 'mean rise of the source by its heat' },
      mass: { unit: 'kg' },
      pressureDrop: { unit: 'Pa', description: 'of the air through the fins' },
    },
    run(point: {
      readonly finHeight: number;
      readonly finThickness: number;
      readonly fins: number;
      readonly baseThickness: number;
      readonly airSpeed: number;
      readonly metal: 'aluminium' | 'magnesium' | 'copper';
    }) {
      const sink = {
        ...point,
        finHeight: point.finHeight * mm,
        finThickness: point.finThickness * mm,
        baseThickness: point.baseThickness * mm,
      };
      const { rise, resistance, mass, pressureDrop } = heatSink(sink, cells);
      return { rise, resistance, mass, pressureDrop };
    },
  };
}
