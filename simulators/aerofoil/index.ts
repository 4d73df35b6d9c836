/**
 * Aerofoil sections of the NACA four-digit family in steady incompressible flow: lift, profile drag and pitching moment.
 *
 * Physics: the section [Jacobs1933], closed at the trailing edge, is a closed vortex sheet of linearly varying strength with
 * Kutta's condition [Drela1989], [KatzPlotkin2001]. Its surface velocity drives an integral boundary layer on each side:
 * Thwaites' method while laminar [Thwaites1949]; transition by Michel's criterion [Michel1951] or a separation bubble
 * [Horton1968], spread over Dhawan & Narasimha's zone [DhawanNarasimha1958]; Head's entrainment method with Ludwieg &
 * Tillmann's friction while turbulent [Head1958], [LudwiegTillmann1950], [CebeciBradshaw1977]; and Squire & Young's drag
 * [SquireYoung1938].
 *
 * Validity: the layers do not act back on the pressures, so lift and moment are those of an ideal fluid, which lift in a wind
 * tunnel falls short of by about a tenth. Drag of a smooth section in a quiet stream is within about a tenth of measured
 * [AbbottDoenhoff1959] while flow is attached. Where a turbulent layer separates ahead of the last 5 % of the chord there is
 * no attached solution and the run fails, naming the place: about one point in thirteen of the box, at high incidence of
 * thick or strongly cambered sections.
 */
import { defineSimulator, real } from 'imago';
import { aerodynamics } from './aerodynamics.ts';
import { drawing } from './drawing.ts';

export default defineSimulator(import.meta.url, {
  name: 'aerofoil',
  description: 'Lift, drag and moment of a NACA four-digit section by a panel method with an integral boundary layer',
  parameters: {
    camber: real(0, 0.06, { description: 'greatest camber, fraction of the chord' }),
    camberPosition: real(0.3, 0.6, { description: 'place of greatest camber, fraction of the chord' }),
    thickness: real(0.08, 0.18, { description: 'greatest thickness, fraction of the chord' }),
    alpha: real(-2, 10, { unit: 'deg', description: 'angle of attack' }),
    reynolds: real(1e6, 1e7, { scale: 'log', description: 'Reynolds number of the chord' }),
  },
  outputs: {
    cl: { description: 'lift coefficient' },
    cd: { description: 'profile drag coefficient', valid: [0, 0.2] },
    cm: { description: 'moment coefficient about the quarter chord, nose up positive' },
  },
  run({ camber, camberPosition, thickness, alpha, reynolds }) {
    return aerodynamics({ camber, camberPosition, thickness }, { alpha, reynolds });
  },
  draw({ camber, camberPosition, thickness, alpha }, { cl, cd }) {
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
    const shape = `${percent(camber)} camber, ${percent(thickness)} thick, at ${alpha.toFixed(1)}°`;
    return drawing({ camber, camberPosition, thickness }, alpha, `Lift / drag ${(cl / cd).toFixed(1)}: ${shape}`);
  },
});
