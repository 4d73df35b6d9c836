export { commandSimulator } from './bridges/command.ts';
export type { CommandDefinition, InputFile } from './bridges/command-definition.ts';
export type { CommandOutput, Reading } from './bridges/reading.ts';
export { inlineExecutor } from './execution/inline.ts';
export { loadModule, loadSimulator } from './execution/plugin.ts';
export { simulatorIdentity, sourceHash } from './execution/source-hash.ts';
export { threadExecutor } from './execution/threads.ts';
export * from './index.ts';
export { sqliteStore } from './storage/sqlite-store.ts';
