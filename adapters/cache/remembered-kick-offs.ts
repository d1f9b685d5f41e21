import type { KickOffs } from '../postgres/kick-offs.js';
import type { Instant } from '../../schemas/values.js';
import type { KnownWrites } from './known-writes.js';

/** So long at most: sooner than a write is forgotten that was heard of. */
const rememberedMs = 1_800_000;
const capacity = 50_000;

/**
 * When matches begin, asked once for as long as nothing is written of a match. What another process commits is known here as soon as it is heard of, some milliseconds
 * later; while writes are not heard of, each question is asked.
 */
export function rememberedKickOffs(
  ask: KickOffs,
  known: Pick<KnownWrites, 'floor' | 'isCurrent'>,
  now: () => number = () => performance.now(),
): KickOffs {
  const remembered = new Map<
    number,
    { readonly at: Instant | undefined; readonly mark: string; readonly until: number }
  >();
  const markOf = (id: number): string =>
    known
      .floor([
        { scope: 'all', id: 0 },
        { scope: 'match', id },
      ])
      .join('/');

  return async (matchIds) => {
    if (!known.isCurrent()) {
      remembered.clear();
      return ask(matchIds);
    }
    const told = new Map<number, Instant>();
    const missing = new Map<number, string>();
    for (const id of matchIds) {
      const mark = markOf(id);
      const before = remembered.get(id);
      if (before?.mark !== mark || before.until <= now()) missing.set(id, mark);
      else if (before.at !== undefined) told.set(id, before.at);
    }
    if (missing.size === 0) return told;
    const until = now() + rememberedMs;
    const answer = await ask([...missing.keys()]);
    if (remembered.size > capacity) remembered.clear();
    for (const [id, mark] of missing) {
      const at = answer.get(id);
      // With the mark of before it was asked: what was written meanwhile has another one.
      remembered.set(id, { at, mark, until });
      if (at !== undefined) told.set(id, at);
    }
    return told;
  };
}
