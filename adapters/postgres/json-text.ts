/**
 * A value as text that `jsonb` takes: NUL and halves of surrogate pairs, in keys too, become U+FFFD, as they do in files.
 */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value ?? null).replace(
    // Of a pair of backslashes the second escapes nothing.
    /(\\\\)|\\u(?:0000|d[89a-f][0-9a-f]{2})/g,
    (_found, pair?: string) => pair ?? '\ufffd',
  );
