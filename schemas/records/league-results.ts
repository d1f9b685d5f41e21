/** A result as it is compared between files: `2-1/1-0` at the end and at half-time, `2-1/` where half-time is not told, empty of a match without a result. */
export type ToldResult = string;

/** The results of a league's season, in the order of its file. */
export interface LeagueResults {
  readonly league: string;
  readonly results: readonly ToldResult[];
}
