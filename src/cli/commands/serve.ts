import { basename, extname } from 'node:path';
import { ensure, keptModels } from '../../index.ts';
import { type ServedModel, type ServedSimulator, type ServeLimits, serve, sqliteStore } from '../../node.ts';
import { type ExecutorOptions, executorFor } from '../executor.ts';
import { isStore, modelAt } from '../kept-model.ts';
import { checkRunnable, findSubject } from '../load.ts';
import type { Terminal } from '../terminal.ts';

/** Options of `imago serve`. */
export interface ServeCommandOptions extends ExecutorOptions {
  readonly port: number;
  readonly host: string;
  /** Names by which requests may call the server. */
  readonly name?: readonly string[];
  /** Origins whose pages may ask. */
  readonly origin?: readonly string[];
  /** Such as `rows=1000`. */
  readonly limit?: readonly string[];
}

/** Serves models of files and stores, and simulators, until Ctrl-C; each may be given another name as in `beam=model.json`. */
export async function serveCommand(
  given: readonly string[],
  options: ServeCommandOptions,
  terminal: Terminal,
): Promise<void> {
  const subjects: (ServedModel | ServedSimulator)[] = [];
  try {
    for (const one of given) subjects.push(...(await subjectsOf(one, options, terminal)));
    const { port, host, name: names = [], origin: origins = [] } = options;
    const notice = (text: string) => terminal.tell(`note: ${text}`);
    await using server = await serve(subjects, {
      port,
      host,
      names,
      origins,
      limits: limitsOf(options.limit),
      notice,
      signal: terminal.signal,
    });
    terminal.print(`Serving ${server.names.join(', ')} at ${server.url}`);
    terminal.tell(`${server.url}/openapi.json says what there is; clients of UM-Bridge take the address as it is.`);
    await server.closed;
  } finally {
    for (const one of subjects) if ('executor' in one) await one.executor[Symbol.asyncDispose]();
  }
}

/** Limits of texts such as `rows=1000`; the server says which there are. */
function limitsOf(given: readonly string[] = []): ServeLimits {
  return Object.fromEntries(
    given.map((text) => {
      const [, name, value] = /^(\w+)=(.+)$/.exec(text) ?? [];
      ensure(
        name !== undefined,
        'invalid-argument',
        `--limit is a name and a number, such as rows=1000, got '${text}'`,
      );
      return [name, Number(value)];
    }),
  );
}

async function subjectsOf(
  given: string,
  options: ServeCommandOptions,
  terminal: Terminal,
): Promise<(ServedModel | ServedSimulator)[]> {
  const [, name, path] = /^([^=/\\]+)=(.+)$/s.exec(given) ?? [undefined, undefined, given];
  if (isStore(path)) {
    await using store = await sqliteStore(path, { readOnly: true });
    const models = keptModels(store);
    ensure(models.length > 0, 'invalid-argument', `${path} holds no models; run its scenario to the end first`);
    ensure(
      name === undefined || models.length === 1,
      'invalid-argument',
      `${path} holds ${models.length} models, which are called as their stages: ${models.map(({ stage }) => stage).join(', ')}; leave '${name}=' out`,
    );
    return models.map(({ stage, model, about }) => ({ name: name ?? stage, model, about }));
  }
  if (extname(path) === '.json') {
    const { model, about } = await modelAt(path, terminal.tell);
    return [{ name: name ?? basename(path, '.json'), model, about }];
  }
  const simulator = await findSubject(path);
  await checkRunnable(simulator);
  const executor = executorFor(simulator, options, terminal.tell);
  return [{ ...(name !== undefined && { name }), simulator, executor }];
}
