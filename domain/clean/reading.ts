/** A field's value once it is cleaned, or why it has none. Every cleaning rule answers with one, and none throws. */
export type Reading<T> = { readonly value: T } | { readonly reason: string };

/** A value as a reason can show it, whatever it is; long texts are cut. */
export function shown(value: unknown): string {
  if (typeof value === 'string') {
    return JSON.stringify(value.length > longestShown ? `${value.slice(0, longestShown)}…` : value);
  }
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value);
  return value === null || value === undefined ? 'nothing' : `a ${typeof value}`;
}

const longestShown = 60;
