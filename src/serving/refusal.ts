import { ImagoError } from '../core/errors.ts';
import { RunFailure } from './served-simulator.ts';

/** Why a request is not answered: one sentence, and how HTTP calls it. */
export class Refusal extends Error {
  readonly status: number;
  /** A name for programs, such as `InvalidInput`. */
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, type: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.type = type;
    this.headers = headers;
  }
}

/** What an error means to the client. An internal error is reported as one, without its details. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof RunFailure) return failedRun(error.failed, error.message);
  if (error instanceof ImagoError) {
    if (error.code === 'invalid-data') return new Refusal(400, 'InvalidInput', error.message);
    if (error.code === 'cancelled') return unavailable('the server is closing');
    return unavailable(error.message);
  }
  return new Refusal(500, 'InternalError', 'the server made a mistake; its log has more');
}

/** A run without an answer; causes that say nothing of the simulator are the server's. */
export function failedRun(failed: RunFailure['failed'], reason: string): Refusal {
  if (failed === 'cancelled' || failed === 'infrastructure') return unavailable(`${failed}: ${reason}`);
  const isOutput = ['not-finite', 'missing-output', 'out-of-range'].includes(failed);
  return new Refusal(500, isOutput ? 'InvalidOutput' : 'RunFailed', `${failed}: ${reason}`);
}

function unavailable(message: string): Refusal {
  return new Refusal(503, 'Unavailable', message);
}
