/** The kinds of records that are told while the season runs, each with a raw table of its own. */
export type ToldKind = 'odds' | 'scores' | 'lineups' | 'injuries' | 'weather';

/** A value that is looked up beside a payload. */
export type LookupValue = string | number | Date | null;

/** One record of an answer on its way to bronze. */
export interface ToldRow {
  /** The provider's id of the match; null where it speaks of no match. */
  readonly externalMatchId: string | null;
  /** What it is about within its match. */
  readonly recordKey: string;
  /** What it says, hashed: two rows of one record say the same exactly where it is equal. */
  readonly content: Buffer;
  /** By the columns of its table. */
  readonly lookup: Readonly<Record<string, LookupValue>>;
  readonly raw: unknown;
}
