import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import { ensure, ImagoError, show } from '../core/errors.ts';
import { Gate } from './gate.ts';
import type { ServeLimits } from './limits.ts';
import { Gone, sendRefusal } from './outlet.ts';
import { Refusal, refusalOf } from './refusal.ts';

/** Where a server listens, and whom it answers. */
export interface Address {
  /** 0 for any that is free. */
  readonly port: number;
  readonly host: string;
  /** Names beside the address by which requests may call the server. */
  readonly names: readonly string[];
  /** Origins whose pages may ask; `*` for all. */
  readonly origins: readonly string[];
}

/** A request that is let in, and what becomes of it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborted when who asked has gone, or the server cannot wait. */
  readonly signal: AbortSignal;
}

/** Answers a request once it has been let in; throws a {@link Refusal} or whatever else is in the way. */
export type Handle = (exchange: Exchange) => void | Promise<void>;

/** How a server behaves beside what it answers. */
export interface Manner {
  readonly limits: Required<ServeLimits>;
  /** Told of mistakes of the server itself. */
  readonly notice: (text: string) => void;
  /** Closes the server. */
  readonly signal?: AbortSignal;
  /** Ends answers that would never end by themselves, before a closing server waits for others. */
  readonly leave?: () => void;
}

/** A server that listens. */
export interface HttpServer {
  readonly url: string;
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/** Bytes of the headers of a request. */
const HEADER_BYTES = 16 * 1024;

/** Listens; whoever is let in by its {@link Gate} is answered by `handle`. Throws `invalid-argument` where the port is none or taken. */
export async function httpServer(address: Address, manner: Manner, handle: Handle): Promise<HttpServer> {
  const { port, host, names, origins } = address;
  const { limits, signal, leave } = manner;
  ensure(
    Number.isInteger(port) && port >= 0 && port < 65_536,
    'invalid-argument',
    () => `serve: port must be a whole number from 0 to 65535, got ${show(port)}`,
  );
  const milliseconds = Math.ceil(limits.seconds * 1000);
  const running = new Set<AbortController>();
  let gate: Gate | undefined;
  const admitted = (by: Handle, exchange: Exchange) => {
    const headers = (gate as Gate).admit(exchange.request);
    for (const [name, value] of Object.entries(headers)) exchange.response.setHeader(name, value);
    return by(exchange);
  };
  const answered = (by: Handle) => (request: IncomingMessage, response: ServerResponse) => {
    // What a closing server still answers was the last on its connection.
    response.once('close', () => server.listening || setImmediate(() => server.closeIdleConnections()));
    void answer(by, request, response, running, manner);
  };
  const server: Server = createServer(
    {
      // The gate says what is amiss.
      requireHostHeader: false,
      maxHeaderSize: HEADER_BYTES,
      connectionsCheckingInterval: 1000,
      headersTimeout: milliseconds,
      requestTimeout: 0,
      keepAliveTimeout: milliseconds,
    },
    answered((exchange) => admitted(handle, exchange)),
  );
  server.on(
    'checkExpectation',
    answered((exchange) => admitted(refuseExpectation, exchange)),
  );
  server.maxConnections = limits.connections;
  server.on('clientError', refuseRaw);
  await listen(server, port, host);
  gate = new Gate({ host, port: (server.address() as AddressInfo).port }, names, origins);
  const closed = new Promise<void>((resolve) => server.once('close', resolve));
  const close = async () => {
    const late = setTimeout(() => {
      for (const one of running) one.abort();
      server.closeAllConnections();
    }, milliseconds);
    if (server.listening) server.close();
    leave?.();
    server.closeIdleConnections();
    await closed;
    clearTimeout(late);
  };
  signal?.addEventListener('abort', () => void close(), { once: true });
  if (signal?.aborted) await close();
  return { url: gate.url, closed, close };
}

function refuseExpectation({ request }: Exchange): never {
  throw new Refusal(417, 'InvalidInput', `nothing is known of ${show(request.headers.expect)}, which is expected`);
}

async function answer(
  handle: Handle,
  request: IncomingMessage,
  response: ServerResponse,
  running: Set<AbortController>,
  { limits, notice }: Manner,
): Promise<void> {
  const controller = new AbortController();
  running.add(controller);
  response.once('close', () => {
    running.delete(controller);
    if (!response.writableFinished) controller.abort();
  });
  try {
    await handle({ request, response, signal: controller.signal });
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
  finish(request, response, limits.seconds);
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
