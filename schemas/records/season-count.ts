/** What is counted of a league's season, of the matches that some source has, whatever became of them. */
export interface SeasonCount {
  /** `E0` */
  readonly league: string;
  /** `2021-22` */
  readonly season: string;
  readonly teams: number;
  readonly matches: number;
  /** How often a team plays although it has played on that day of UTC. */
  readonly secondMatches: number;
}

/** How many matches a team of a league's season has behind it, of those that some source has. */
export interface TeamCount {
  /** `E0` */
  readonly league: string;
  /** `2021-22` */
  readonly season: string;
  readonly team: string;
  readonly matches: number;
}
