/**
 * An emergency department over four weeks, by discrete events: which staff, how many beds, and which patients for the fast track.
 *
 * Model: patients come as a Poisson process whose rate follows the time of day [WhittZhang2017], with an acuity in [0, 1]. A nurse
 * sees each in the order of arrival; those below the cut wait for a doctor of the fast track, the others for a bed and then, in it,
 * for a doctor; the graver first, nobody is interrupted. Some need an x-ray and the doctor again; some are admitted and
 * hold their bed until a ward has room, the boarding that crowds departments [Hoot2008]. Treatments are lognormal
 * [WhittZhang2017], other times exponential. Who is not critical loses patience, and may go without being seen [Batt2015].
 *
 * Validity: the numbers of the town are invented, of the size of those in the sources; staff works around the clock without shifts.
 * Stochastic: runs of equal streams meet the same patients, whatever the staff (common random numbers). The 95th percentile of
 * one run varies by about a tenth between streams.
 */
import { defineSimulator, integer, real } from 'imago';
import { costOf, fourWeeks } from './quality.ts';

export default defineSimulator(import.meta.url, {
  name: 'emergency-department',
  description: 'Cost and waits of an emergency department: nurses, doctors, fast track, beds, x-ray',
  stochastic: true,
  parameters: {
    nurses: integer(1, 4, { description: 'at triage' }),
    doctors: integer(2, 9),
    fastDoctors: integer(1, 4, { description: 'of the fast track' }),
    beds: integer(6, 30),
    xrays: integer(1, 3, { description: 'rooms' }),
    fastTrackBelow: real(0.1, 0.7, { description: 'acuity below which patients take the fast track' }),
  },
  outputs: {
    wait95: { unit: 'min', description: '95th percentile of the time from arrival to a doctor' },
    waitCritical: { unit: 'min', description: 'mean of that time for the critical patients' },
    left: { description: 'share that goes without being seen', valid: [0, 1] },
  },
  formulas: { cost: { unit: 'EUR/h', description: 'of staff, beds and rooms', value: costOf } },
  run: (staffing, { rng }) => fourWeeks(staffing, rng),
});
