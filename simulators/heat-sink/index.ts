/**
 * A plate-fin heat sink in a duct: 100 mm x 100 mm, a chip of 150 W on a strip 30 mm wide under its middle, air between the fins.
 *
 * Physics: steady conduction in the cross-section, uniform along the air, by finite volumes on a mesh that follows the metal and
 * is dense at its corners, solved by preconditioned conjugate gradients. The heat-transfer coefficient of the gaps is the mean
 * of laminar developing flow between isothermal fins, against the temperature of the incoming air [Teertstra2000]; the pressure
 * drop is that of laminar flow in the gaps, with entry and exit [Culham2001, ShahLondon1978]. Air at 300 K [Incropera2007];
 * metals 6063-T5, AZ91D and C11000 [ASM1990].
 *
 * Validity: the duct closes on the tips and flanks, which give off no heat, as does the underside; no radiation. The air is taken as
 * laminar: the Reynolds number of the hydraulic diameter stays below 3900, and is above 2300 in an eighth of the box, where few fins
 * stand in fast air. The mesh of 12 cells through each fin and gap leaves errors below 0.2 %; `heatSinkOfCells` makes others:
 * 4 cells take milliseconds, 32 cells seconds.
 */
import { defineSimulator } from 'imago';
import { heatSinkDefinition } from './definition.ts';
import { defaultCells } from './plate-fin.ts';

export { default as heatSinkOfCells } from './refined.ts';
export { default as heatSinkResolved } from './resolved.ts';

export default defineSimulator(import.meta.url, heatSinkDefinition('heat-sink', defaultCells));
