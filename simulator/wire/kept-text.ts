/** Writes the text of a thing, or gives the one that was written of it under the same words. */
export type KeptTexts = (thing: object, under: readonly string[], write: () => string) => string;

/**
 * Texts of things that never change, each made once and kept with its thing, for the last words under which it was written: every poll asks
 * for the same match.
 */
export function keptTexts(): KeptTexts {
  const kept = new WeakMap<object, { readonly under: string; readonly text: string }>();
  return (thing, under, write) => {
    const key = under.join('\n');
    const last = kept.get(thing);
    if (last?.under === key) return last.text;
    const text = write();
    kept.set(thing, { under: key, text });
    return text;
  };
}
