import { ImagoError } from '../../core/errors.ts';

/** What a JSON text says; throws `invalid-data` where it is none, in the name of who reads it. */
export function parsedJson(reader: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ImagoError('invalid-data', `${reader}: the text is no JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
