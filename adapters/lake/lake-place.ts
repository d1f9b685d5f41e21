import path from 'node:path';

/** Whether a place of the lake is in an object store: `s3://bucket/prefix`. */
export const isInStore = (place: string): boolean => place.startsWith('s3://');

/** A place below another: of folders as the system writes it, of keys with a slash. */
export const placeBelow = (root: string, ...parts: readonly string[]): string =>
  isInStore(root) ? [root.replace(/\/+$/, ''), ...parts].join('/') : path.join(root, ...parts);

/** Whether a file lies below a place. */
export const isBelow = (root: string, file: string): boolean =>
  file.startsWith(placeBelow(root) + (isInStore(root) ? '/' : path.sep));

/** The bucket of a place in an object store. */
export const bucketOf = (place: string): string => new URL(place).hostname;
