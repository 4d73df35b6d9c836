import { integer, real } from 'imago';
import { commandSimulator } from 'imago/node';

/**
 * A synchronous buck converter from 12 V to 3.3 V at 3 A over 80 cycles, of which the last ten are measured; needs the program
 * ngspice. It ends with exit code 0 whatever happens; a design whose efficiency comes out above 1 has not settled.
 */
export default commandSimulator({
  name: 'buck-converter',
  description: 'A buck converter from 12 V to 3.3 V as a circuit; needs ngspice',
  parameters: {
    fsw: real(100, 1200, { unit: 'kHz', scale: 'log', description: 'switching frequency' }),
    duty: real(0.2, 0.4, { description: 'duty cycle' }),
    inductance: real(0.5, 22, { unit: 'uH', scale: 'log' }),
    capacitance: real(10, 470, { unit: 'uF', scale: 'log' }),
    width: integer(1, 8, { description: 'transistors in parallel' }),
    deadTime: real(5, 80, { unit: 'ns', description: 'between the switching of one side and the other' }),
  },
  outputs: {
    vavg: { pattern: '^vavg\\s*=\\s*(\\S+)', unit: 'V', description: 'mean output voltage' },
    vpp: { pattern: '^vpp\\s*=\\s*(\\S+)', unit: 'V', description: 'ripple from peak to peak', valid: [0, 100] },
    ilmax: { pattern: '^ilmax\\s*=\\s*(\\S+)', unit: 'A', description: 'largest current of the inductor' },
    efficiency: { pattern: '^eff\\s*=\\s*(\\S+)', valid: [0, 1] },
    drift: { pattern: '^drift\\s*=\\s*(\\S+)', unit: 'V', description: 'output voltage when the measurement begins' },
  },
  files: { 'converter.cir': { template: new URL('./converter.cir', import.meta.url) } },
  command: ['ngspice', '-b', 'converter.cir'],
  version: ['ngspice', '--version'],
  timeLimit: 60_000,
});
