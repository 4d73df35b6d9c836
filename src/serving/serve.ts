import { readFileSync } from 'node:fs';
import type { Dataset } from '../core/dataset.ts';
import { ensure, show } from '../core/errors.ts';
import type { Executor } from '../core/executor.ts';
import type { Model } from '../core/model.ts';
import type { AnySimulator } from '../core/simulator.ts';
import type { ModelDescription } from '../export/model-file.ts';
import { handle, type Shared } from './handler.ts';
import { httpServer } from './http-server.ts';
import { checkedLimits, type ServeLimits } from './limits.ts';
import { CHARGE, Room } from './request-body.ts';
import type { Served } from './served.ts';
import { servedModel } from './served-model.ts';
import { servedSimulator } from './served-simulator.ts';

/** A fitted model to be served. */
export interface ServedModel {
  /** By which requests name it: one line of text. */
  readonly name: string;
  readonly model: Model;
  /** What its file says of it; `/models` tells it. */
  readonly about?: ModelDescription;
  /** The rows that it was fitted to. Default: those that its state has. */
  readonly data?: Dataset;
}

/** A simulator to be served, and where its runs take place. Whoever made the executor closes it after the server. */
export interface ServedSimulator {
  /** Default: the name of the simulator. */
  readonly name?: string;
  readonly simulator: AnySimulator;
  readonly executor: Executor;
}

/** Options of {@link serve}. */
export interface ServeOptions {
  /** 0 for any that is free. Default 4242. */
  readonly port?: number;
  /** The address that is listened on. Default 127.0.0.1, which nobody but this machine reaches. */
  readonly host?: string;
  /** Names beside the address by which requests may call the server, such as that of the machine. */
  readonly names?: readonly string[];
  /** Origins whose pages may ask, such as `https://example.org`; `*` for all. Default none. */
  readonly origins?: readonly string[];
  readonly limits?: ServeLimits;
  /** Closes the server. */
  readonly signal?: AbortSignal;
  /** Told of mistakes of the server itself. Default: a warning of the process. */
  readonly notice?: (text: string) => void;
}

/** A server that listens. */
export interface ModelServer extends AsyncDisposable {
  /** Such as `http://127.0.0.1:4242`. */
  readonly url: string;
  /** Of the models, in the order of `/Info`. */
  readonly names: readonly string[];
  /** Fulfilled when it is closed. */
  readonly closed: Promise<void>;
  /** Lets nobody in any more, answers what runs, and breaks off what takes longer than `limits.seconds`. */
  close(): Promise<void>;
}

/** Bytes of bodies that may be answered at once at least, where none may be as large. */
const LEAST_ROOM = 8 * 2 ** 20;

/**
 * Serves models and simulators over HTTP: UM-Bridge 1.0 [Seelinger2023], whose clients there are for Python, C++, MATLAB, R and Julia, and
 * a plain JSON API that `/openapi.json` describes. Throws `invalid-argument` where two have one name, a limit is wrong, or the port is taken.
 */
export async function serve(
  subjects: readonly (ServedModel | ServedSimulator)[],
  options: ServeOptions = {},
): Promise<ModelServer> {
  const { port = 4242, host = '127.0.0.1', names = [], origins = [], signal, notice = warn } = options;
  const limits = checkedLimits(options.limits);
  const models = new Map<string, Served>();
  for (const subject of subjects) {
    const served = servedOf(subject);
    ensure(
      !models.has(served.name),
      'invalid-argument',
      `serve: two are called ${show(served.name)}; give one another name`,
    );
    models.set(served.name, served);
  }
  ensure(models.size > 0, 'invalid-argument', 'serve: there is nothing to serve');
  const room = new Room(CHARGE * Math.max(LEAST_ROOM, limits.bytes));
  const shared: Shared = { models, limits, room, version: versionOfImago() };
  const { url, closed, close } = await httpServer(
    { port, host, names, origins },
    { limits, notice, ...(signal && { signal }) },
    (exchange) => handle(shared, exchange),
  );
  return { url, names: [...models.keys()], closed, close, [Symbol.asyncDispose]: close };
}

function servedOf(subject: ServedModel | ServedSimulator): Served {
  const { name = 'simulator' in subject ? subject.simulator.name : undefined } = subject;
  ensure(
    typeof name === 'string' && /^[^\p{Cc}]+$/u.test(name),
    'invalid-argument',
    () => `serve: a name is one line of text, got ${show(name)}`,
  );
  return 'simulator' in subject
    ? servedSimulator(name, subject.simulator, subject.executor)
    : servedModel(name, subject.model, subject.about, subject.data);
}

function versionOfImago(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

const warn = (text: string) => process.emitWarning(text);
