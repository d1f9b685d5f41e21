/**
 * Whose word counts where sources say different things of a match, declared once: Postgres and the lake join it as
 * `source_precedence`. The fields of a group go together, so that a status never meets another source's score.
 *
 * In each group the latest word of every source is put in this order, and the first has it:
 *
 * 1. a source that still has the match, before one that no longer has it;
 * 2. who says more: a minute before a day; `completed`, `cancelled` or `abandoned` before `live`, that before
 *    `postponed`, that before `scheduled`; a name, or any count, before none. What a source has not heard yet
 *    never hides what another has;
 * 3. the order below; for a result of status `live` that of `live_result`;
 * 4. the sources that are not listed, by name.
 */
export const sourcePrecedence = {
  /**
   * The fixture feeds follow a match that moves; a bookmaker's feed does too, since bets are settled by it. Files come
   * after the event or with the season's plan; football-data.co.uk writes its dates after the match, openfootball before.
   */
  kickoff: ['api_football', 'scores_api', 'odds_api', 'football_data', 'openfootball'],
  /**
   * football-data.co.uk states the result beside the score and corrects its files for years; a live feed is not
   * looked at again once the match is over. Half-time scores come with the result; where it has none, from the first
   * source that says the same status and score. How a match stands in play is `live_result`'s.
   */
  result: ['football_data', 'api_football', 'openfootball', 'scores_api', 'odds_api'],
  /** The feed of scores is looked at all the time; the list of the fixture feed is as old as its last collection. */
  live_result: ['scores_api', 'api_football'],
  /** Only the fixture feed knows the ground of a match that is played elsewhere. */
  venue: ['api_football', 'openfootball', 'football_data'],
  /** football-data.co.uk names who refereed, the feed who was to. */
  referee: ['football_data', 'api_football', 'openfootball'],
  /** Counts go together, as one count in two sources follows two definitions. */
  statistics: ['football_data', 'api_football'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Fields of a match that come from one source together. */
export type FieldGroup = keyof typeof sourcePrecedence;

/** One line of `source_precedence`: 1 is the source whose word counts first. */
export interface SourceRank {
  readonly fieldGroup: FieldGroup;
  readonly dataSource: string;
  readonly rank: number;
}

const ranksOf = (fieldGroup: FieldGroup): SourceRank[] =>
  sourcePrecedence[fieldGroup].map((dataSource, index) => ({ fieldGroup, dataSource, rank: index + 1 }));

/** The declaration as the rows of `source_precedence`. */
export const sourceRanks: readonly SourceRank[] = [
  ...ranksOf('kickoff'),
  ...ranksOf('result'),
  ...ranksOf('live_result'),
  ...ranksOf('venue'),
  ...ranksOf('referee'),
  ...ranksOf('statistics'),
];
