/** Whether a call to the file system failed because there is nothing of that name. */
export const isAbsent = (error: unknown): boolean => fileError(error) === 'ENOENT';

/** The code of a failed call to the file system, as `ENOSPC`; undefined of any other failure. */
export const fileError = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
