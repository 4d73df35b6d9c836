/** What kind of mistake an {@link ImagoError} reports; stable, for programs to branch on. */
export type ErrorCode =
  /** A parameter, space or point is malformed. */
  | 'invalid-space'
  /** A simulator definition is malformed. */
  | 'invalid-simulator'
  /** A scenario is malformed, or names something that does not exist. */
  | 'invalid-scenario'
  /** An expression cannot be parsed, or its names or units do not fit. */
  | 'invalid-expression'
  /** An argument has the wrong shape, type or range. */
  | 'invalid-argument'
  /** Data cannot be read or do not fit their space. */
  | 'invalid-data'
  /** A plug-in file cannot be loaded. */
  | 'plugin'
  /** The evaluation store is locked, damaged or of another study. */
  | 'store'
  /** The run was cancelled through its signal. */
  | 'cancelled'
  /** Every evaluation failed, so that there is nothing to go on with. */
  | 'no-data';

/** The one error class: a mistake of the caller, never a failed simulation (that is an {@link Evaluation}). */
export class ImagoError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ImagoError';
    this.code = code;
  }
}

/** Throws an {@link ImagoError} unless `condition` holds. */
export function ensure(condition: unknown, code: ErrorCode, message: string): asserts condition {
  if (!condition) throw new ImagoError(code, message);
}

/** Writes a value for an error message: strings quoted, long values cut. */
export function show(value: unknown): string {
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`;
  const text =
    typeof value === 'string' ? `'${value}'` : typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
