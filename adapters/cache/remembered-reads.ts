/**
 * Reads texts, and remembers what came of the last ones: of what is asked for hundreds of times a second the text is nearly always the one of before, and to read it
 * takes longer than all else. What is told is shared: nobody may change it.
 */
export function rememberedReads<Read>(
  read: (text: string) => Read,
  { capacity }: { readonly capacity: number },
): (text: string) => Read {
  const remembered = new Map<string, { readonly read: Read }>();
  return (text) => {
    const before = remembered.get(text);
    if (before !== undefined) return before.read;
    const now = { read: read(text) };
    remembered.set(text, now);
    if (remembered.size > capacity) {
      for (const [oldest] of remembered) {
        remembered.delete(oldest);
        break;
      }
    }
    return now.read;
  };
}
