/** Imports a package by its name; rejects where it is not installed. */
export type Load = (name: string) => Promise<unknown>;

/** Bundlers leave the import alone: whoever has not installed the package can still bundle imago. */
export const loadPackage: Load = (name) => import(/* @vite-ignore */ name);

/** Whether a package, rather than something that it needs, is not there: engines and bundlers say so in different words. */
export function isMissing(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  return (
    code === 'ERR_MODULE_NOT_FOUND' ||
    /Cannot find (package|module)|(Failed to|Could not) (resolve|load)|bare specifier/.test(message ?? '')
  );
}
