/** A section of the NACA four-digit family; lengths are fractions of the chord. */
export interface Section {
  /** Greatest height of the mean line above the chord, e.g. 0.02 for NACA 2412; 0 is a symmetrical section. */
  camber: number;
  /** Where along the chord the mean line is highest, in (0, 1), e.g. 0.4 for NACA 2412. */
  camberPosition: number;
  /** Greatest thickness, e.g. 0.12 for NACA 2412. */
  thickness: number;
}

/** A closed polygon: nodes run from the trailing edge over the upper surface to the leading edge and back below. */
export interface Contour {
  /** Abscissae of the nodes, first and last at the trailing edge. */
  x: Float64Array;
  /** Ordinates of the nodes. */
  y: Float64Array;
}

/**
 * Half the thickness of the section at `x` in [0, 1], closed at the trailing edge [Jacobs1933]:
 * `y = 5 t (0.2969 sqrt(x) - 0.1260 x - 0.3516 x^2 + 0.2843 x^3 - 0.1036 x^4)`. The published last coefficient, 0.1015,
 * leaves a gap of 0.2 % of the chord that a potential flow cannot pass; 0.1036 closes it.
 */
function halfThickness(thickness: number, x: number): number {
  return 5 * thickness * (0.2969 * Math.sqrt(x) + x * (-0.126 + x * (-0.3516 + x * (0.2843 - 0.1036 * x))));
}

/** Height and slope of the mean line at `x` in [0, 1]: two parabolas that meet at the highest point [Jacobs1933]. */
function meanLine({ camber, camberPosition: p }: Section, x: number): { height: number; slope: number } {
  const scale = x < p ? camber / (p * p) : camber / ((1 - p) * (1 - p));
  const height = x < p ? scale * x * (2 * p - x) : scale * (1 - 2 * p + x * (2 * p - x));
  return { height, slope: 2 * scale * (p - x) };
}

/**
 * The contour of a section in `panels` (even) straight panels; thickness is laid off at right angles to the mean line
 * and the stations `x = (1 - cos b) / 2` are uniform in `b`, hence dense at both edges.
 */
export function contour(section: Section, panels: number): Contour {
  const half = panels / 2;
  const x = new Float64Array(panels + 1);
  const y = new Float64Array(panels + 1);
  for (let i = 0; i <= half; i++) {
    const station = (1 - Math.cos((Math.PI * i) / half)) / 2;
    const offset = i === half ? 0 : halfThickness(section.thickness, station);
    const { height, slope } = meanLine(section, station);
    const cos = 1 / Math.sqrt(1 + slope * slope);
    x[half - i] = station - offset * slope * cos;
    y[half - i] = height + offset * cos;
    x[half + i] = station + offset * slope * cos;
    y[half + i] = height - offset * cos;
  }
  return { x, y };
}
