/** What one source says of a match, in the random histories. */

export interface Score {
  readonly home: number;
  readonly away: number;
}

/** One version of what a source says of a match. Instants are epoch milliseconds. */
export interface Revision {
  readonly source: string;
  readonly knownAt: number;
  readonly kickoff: number;
  readonly precision: 'minute' | 'day';
  readonly status: 'scheduled' | 'postponed' | 'live' | 'completed' | 'cancelled';
  readonly score: Score | null;
  readonly venue: string | null;
  readonly referee: string | null;
  readonly present: boolean;
}

export interface Statistic {
  readonly source: string;
  readonly knownAt: number;
  readonly shots: Score | null;
  readonly shotsOnTarget: Score | null;
  readonly corners: Score | null;
}
