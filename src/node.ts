export { commandSimulator } from './bridges/command.ts';
export type { CommandDefinition, InputFile } from './bridges/command-definition.ts';
export type { CommandOutput, Reading } from './bridges/reading.ts';
export { type StoreControlOptions, storeControl } from './control/store-control.ts';
export { type Dashboard, type DashboardOptions, dashboard } from './dashboard/dashboard.ts';
export { type InlineOptions, inlineExecutor } from './execution/inline.ts';
export { presence } from './execution/own.ts';
export { type LoadOptions, loadModule, loadSimulator } from './execution/plugin.ts';
export { type ProcessOptions, processExecutor } from './execution/processes.ts';
export type { QueuePlace } from './execution/queue/desk.ts';
export { type QueueExecutorOptions, queueExecutor } from './execution/queue/queue-executor.ts';
export { type QueueState, queueState } from './execution/queue/queue-state.ts';
export { type QueueWorker, type QueueWorkerOptions, queueWorker } from './execution/queue/queue-worker.ts';
export type { Known, StudyRecord, WorkerRecord } from './execution/queue/registry.ts';
export { type SlurmOptions, slurmExecutor } from './execution/slurm/slurm.ts';
export { simulatorIdentity } from './execution/source-hash.ts';
export { type ThreadOptions, threadExecutor } from './execution/threads.ts';
export type { WorkerOptions } from './execution/worker-executor.ts';
export * from './index.ts';
export type { ServeLimits } from './serving/limits.ts';
export {
  type ModelServer,
  type ServedModel,
  type ServedSimulator,
  type ServeOptions,
  serve,
} from './serving/serve.ts';
export { EXPORT_ENDINGS, type ExportReport, exportModel, type FileSubject } from './shipping/export-model.ts';
export { readModel, writeModel } from './shipping/model-files.ts';
export { type CommandFile, commandFile } from './storage/command-file.ts';
export { type SqliteStoreOptions, sqliteStore } from './storage/sqlite-store.ts';
export { storeHolder } from './storage/store-holder.ts';
export { scenarioJsonSchema } from './study/yaml/scenario-schema.ts';
