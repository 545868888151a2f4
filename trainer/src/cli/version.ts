/** The version of Querent, as in the manifest of this package. */
export const version = '0.1.0';
