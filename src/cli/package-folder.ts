/** The folder of this package. Sources, compiled files and bundled ones that ask for it all lie two levels below. */
export const PACKAGE_FOLDER: URL = new URL('../../', import.meta.url);
