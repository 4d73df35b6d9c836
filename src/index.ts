export * from './core/parameter.ts';
export { defineSimulator } from './core/simulator.ts';
