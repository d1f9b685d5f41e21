import type { Instant } from '../../schemas/values.js';

/** A stored version of a record, the one that was in force when another is told. */
export interface VersionInForce {
  /** What it says: equal texts say the same. */
  readonly content: string;
  readonly lastSeenAt: Instant;
}

/** What is to be done about a record that was told. */
export type ToldStep =
  /** A new row. Where what was in force has been seen later than this, it is stored again from then on. */
  | { readonly kind: 'new'; readonly repeatAt: Instant | null }
  /** Said before: it was still so at this instant. */
  | { readonly kind: 'seen' }
  /** Said before, and seen later. */
  | { readonly kind: 'known' };

/**
 * What a record told at an instant is beside the version that was in force then, `undefined` where there was none. The same again is no new
 * row; A, B, A is three. Whoever is told something late, after another has been told what came later, loses nothing: the row goes to its
 * place, and what was seen after it stands again after it.
 */
export function planTold(
  inForce: VersionInForce | undefined,
  told: { readonly content: string; readonly at: Instant },
): ToldStep {
  if (inForce === undefined) return { kind: 'new', repeatAt: null };
  const seenLater = inForce.lastSeenAt > told.at;
  if (inForce.content === told.content) return seenLater ? { kind: 'known' } : { kind: 'seen' };
  return { kind: 'new', repeatAt: seenLater ? inForce.lastSeenAt : null };
}
