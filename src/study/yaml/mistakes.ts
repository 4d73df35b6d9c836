import { ImagoError, showPlace } from '../../core/errors.ts';
import type { Mistake, Path } from './yaml-document.ts';

/** What is wrong with the parts of a file, collected while they are made. */
export class Mistakes {
  readonly list: Mistake[] = [];

  add(mistake: Mistake): void {
    this.list.push(mistake);
  }

  /** What is made of the part at that path; undefined where it cannot be, which is then a mistake of that part. */
  try<T>(path: Path, make: () => T): T | undefined {
    try {
      return make();
    } catch (error) {
      this.#take(path, error);
      return undefined;
    }
  }

  /** The same of what takes time. */
  async await<T>(path: Path, make: () => Promise<T>): Promise<T | undefined> {
    try {
      return await make();
    } catch (error) {
      this.#take(path, error);
      return undefined;
    }
  }

  #take(path: Path, error: unknown): void {
    // The operating system refuses a name that is too long, or a file that may not be read.
    if (error instanceof Error && 'syscall' in error) this.add({ path, message: error.message });
    else if (!(error instanceof ImagoError)) throw error;
    else {
      const { place, message } = placeOf(error);
      this.add({ path: [...path, ...place], message });
    }
  }
}

/** Where below a path an error is: its place or its text says so, as in `scenario 'x', chain[0].name: is taken`. */
function placeOf({ place, message }: ImagoError): { place: Path; message: string } {
  if (place) {
    const prefix = `${showPlace(place)}: `;
    return { place, message: message.startsWith(prefix) ? message.slice(prefix.length) : message };
  }
  const parts = /^scenario '.*?', ([\w.[\]]+): (.*)$/s.exec(message);
  if (!parts) return { place: [], message };
  const steps = (parts[1].match(/\w+/g) ?? []).map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  return { place: steps, message: parts[2] };
}
