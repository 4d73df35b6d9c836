import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import type { Dataset } from '../core/dataset.ts';
import { ensure, ImagoError, show } from '../core/errors.ts';
import type { Executor } from '../core/executor.ts';
import type { Model } from '../core/model.ts';
import type { AnySimulator } from '../core/simulator.ts';
import type { ModelDescription } from '../export/model-file.ts';
import { Gate } from './gate.ts';
import { handle, type Shared } from './handler.ts';
import { checkedLimits, type ServeLimits } from './limits.ts';
import { Gone, sendRefusal } from './outlet.ts';
import { type Refusal, refusalOf } from './refusal.ts';
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

/** Bytes of the headers of a request. */
const HEADER_BYTES = 16 * 1024;
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
  const milliseconds = Math.ceil(limits.seconds * 1000);
  ensure(
    Number.isInteger(port) && port >= 0 && port < 65_536,
    'invalid-argument',
    () => `serve: port must be a whole number from 0 to 65535, got ${show(port)}`,
  );
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
  const running = new Set<AbortController>();
  const room = new Room(CHARGE * Math.max(LEAST_ROOM, limits.bytes));
  let shared: Shared | undefined;
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES,
      connectionsCheckingInterval: 1000,
      headersTimeout: milliseconds,
      requestTimeout: 0,
      keepAliveTimeout: milliseconds,
    },
    (request, response) => {
      // What a closing server still answers was the last on its connection.
      response.once('close', () => server.listening || setImmediate(() => server.closeIdleConnections()));
      void answer(shared as Shared, request, response, running, notice);
    },
  );
  server.maxConnections = limits.connections;
  server.on('clientError', refuseRaw);
  await listen(server, port, host);
  const address = server.address() as AddressInfo;
  shared = {
    models,
    limits,
    room,
    version: versionOfImago(),
    gate: new Gate({ host, port: address.port }, names, origins),
  };
  const closed = new Promise<void>((resolve) => server.once('close', resolve));
  const close = async () => {
    const late = setTimeout(() => {
      for (const one of running) one.abort();
      server.closeAllConnections();
    }, milliseconds);
    if (server.listening) server.close();
    server.closeIdleConnections();
    await closed;
    clearTimeout(late);
  };
  signal?.addEventListener('abort', () => void close(), { once: true });
  if (signal?.aborted) await close();
  return { url: shared.gate.url, names: [...models.keys()], closed, close, [Symbol.asyncDispose]: close };
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

async function answer(
  shared: Shared,
  request: IncomingMessage,
  response: ServerResponse,
  running: Set<AbortController>,
  notice: (text: string) => void,
): Promise<void> {
  const controller = new AbortController();
  running.add(controller);
  response.once('close', () => {
    running.delete(controller);
    if (!response.writableFinished) controller.abort();
  });
  const { seconds } = shared.limits;
  try {
    await handle(shared, { request, response, signal: controller.signal });
  } catch (error) {
    // Nobody is there to be told.
    if (error instanceof Gone || response.destroyed) response.destroy();
    else {
      const refusal = refusalOf(error);
      if (refusal.type === 'InternalError')
        notice(`a request to ${request.url} failed: ${(error as Error)?.stack ?? error}`);
      refuse(response, refusal);
    }
  }
  finish(request, response, seconds);
}

/** Says why; where part of an answer is on its way already, it is broken off, so that nobody takes it for the whole. */
function refuse(response: ServerResponse, refusal: Refusal): void {
  if (response.headersSent) response.destroy();
  else sendRefusal(response, refusal);
}

/** Sees an answer off: what is left of a body is passed over, and who neither takes nor ends in time is left. */
function finish(request: IncomingMessage, response: ServerResponse, seconds: number): void {
  request.resume();
  const isOver = () => request.socket.destroyed || (response.writableFinished && request.complete);
  if (isOver()) return;
  const timer = setTimeout(() => request.socket.destroy(), seconds * 1000);
  const look = () => isOver() && clearTimeout(timer);
  response.once('finish', look).once('close', look);
  request.once('end', look).once('close', look);
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const reason =
        cause.code === 'EADDRINUSE' ? 'it is taken; give another, or 0 for any that is free' : cause.message;
      reject(new ImagoError('invalid-argument', `cannot listen on port ${port} of ${host}: ${reason}`, { cause }));
    });
    server.listen(port, host, resolve);
  });
}

/** What is no request is answered as well, unless an answer is on its way, into which nothing may be written. */
function refuseRaw(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const [status, type, message] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'TooLarge', `the headers have more than ${HEADER_BYTES} bytes`]
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'TooSlow', 'the headers did not come in time']
        : ['400 Bad Request', 'InvalidInput', 'this is no request of HTTP'];
  const body = JSON.stringify({ error: { type, message } });
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

function versionOfImago(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

const warn = (text: string) => process.emitWarning(text);
