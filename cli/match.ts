import { z } from 'zod';
import type { MatchTold, SourceConflict } from '../adapters/postgres/match-told.js';
import { BadInput } from '../schemas/errors.js';
import { command } from './command.js';
import { DivisionList, InstantOption, SeasonList, WholeNumber } from './settings.js';
import { textTable } from './table.js';
import { withDatabase } from './with-database.js';

export const match = command({
  path: ['match'],
  summary: 'a match as known at an instant, and what each source says of it',
  description: [
    'Prints the state of a match by the precedence of sources per field (docs/time.md), whose word each field is, every word of every',
    'source, where they contradict each other, and how many prices were known. With --as-of only what was known at that instant.',
  ].join('\n'),
  arguments: [{ flags: '<id>', about: 'the id of silver.matches' }],
  options: [{ flags: '--as-of <instant>', about: 'as 2023-11-01T12:00:00Z', otherwise: 'all that is known' }],
  examples: ['touchline match 4711', 'touchline match 4711 --as-of 2023-11-01T12:00:00Z --json'],
  json: [
    '{"matchId", "league", "season", "home", "away", "asOf", "state": {…}, "revisions": [{…}], "conflicts": [{…}], "prices"}; state is',
    'null where nothing was known by then; conflicts as touchline conflicts prints them.',
  ].join('\n'),
  settings: z.object({ id: WholeNumber, asOf: InstantOption.optional() }),
  async run({ id, asOf }, context) {
    const { readMatchTold } = await import('../adapters/postgres/match-told.js');
    const told = await withDatabase(context, { role: 'reader', name: 'match' }, ({ pool }) =>
      readMatchTold(pool, id, asOf ?? 'infinity'),
    );
    if (told === undefined) {
      throw new BadInput(`No match has the id ${id}`, {
        field: 'id',
        advice: 'touchline lake query "select id from silver.matches where …" finds ids.',
      });
    }
    await context.output.result({ ...told, asOf: asOf ?? null, state: told.state ?? null }, () =>
      matchText(told),
    );
    return 0;
  },
});

const score = (home: number | null, away: number | null): string | null =>
  home === null || away === null ? null : `${home}-${away}`;

function matchText({ league, season, home, away, state, revisions, conflicts, prices }: MatchTold): string {
  const title = `${league} ${season}  ${home} – ${away}`;
  if (state === undefined) return `${title}\nNothing was known of it by then.`;
  const { matchTime, kickoffPrecision, homeScore, awayScore, homeHalfTimeScore, awayHalfTimeScore } = state;
  return [
    title,
    textTable(
      ['field', 'value', 'says'],
      [
        ['kick-off', `${matchTime.toISOString()} (${kickoffPrecision})`, state.kickoffSource],
        [
          'result',
          [state.matchStatus, score(homeScore, awayScore)].filter((part) => part !== null).join(' '),
          state.resultSource,
        ],
        ['half-time', score(homeHalfTimeScore, awayHalfTimeScore), state.halfTimeSource],
        ['venue', state.venue, state.venueSource],
        ['referee', state.referee, state.refereeSource],
      ],
    ),
    ...(state.sourcePresent ? [] : ['No source has it any more.']),
    '',
    textTable(
      ['known at', 'source', 'kick-off', 'status', 'score', 'venue', 'referee', 'has it'],
      revisions.map((said) => [
        said.knownAt.toISOString(),
        said.dataSource,
        said.precision === 'day' ? said.matchTime.toISOString().slice(0, 10) : said.matchTime.toISOString(),
        said.status,
        score(said.homeScore, said.awayScore),
        said.venue,
        said.referee,
        said.sourcePresent ? 'yes' : 'no',
      ]),
    ),
    ...conflicts.map(
      (conflict) =>
        `Since ${conflict.since.toISOString()} ${conflict.otherSource} contradicts ${conflict.keptSource} on ${conflict.fieldGroup}: ${valueText(conflict.otherValue)}, not ${valueText(conflict.keptValue)}`,
    ),
    `${prices} prices known.`,
  ].join('\n');
}

/** The word of one source as a person reads it: `4-0 completed (half-time 2-0)`, a kick-off, a ground. */
function valueText(value: SourceConflict['keptValue']): string {
  const {
    home_score: home,
    away_score: away,
    home_ht_score: homeHalf,
    away_ht_score: awayHalf,
    ...rest
  } = value;
  const halfTime = pairOf(homeHalf, awayHalf);
  return [pairOf(home, away), ...Object.values(rest), halfTime === null ? null : `(half-time ${halfTime})`]
    .filter((part) => part !== null)
    .join(' ');
}

const pairOf = (home: unknown, away: unknown): string | null =>
  typeof home === 'number' && typeof away === 'number' ? `${home}-${away}` : null;

export const conflicts = command({
  path: ['conflicts'],
  summary: 'where sources contradict each other on kick-off, result or venue',
  description: [
    'Lists the matches on which two sources say different things now, the newest contradiction first, with the word that is kept by the',
    'precedence of sources and the one that is not. A source that has not heard of something contradicts nobody.',
  ].join('\n'),
  options: [
    { flags: '--league <list>', about: 'leagues, as E0,D1', otherwise: 'all' },
    { flags: '--season <list>', about: 'seasons, as 2122 or 2021-22', otherwise: 'all' },
    { flags: '--field <group>', about: 'kickoff, result or venue', otherwise: 'all' },
    { flags: '--limit <number>', about: 'how many are listed at most', otherwise: '100' },
  ],
  examples: ['touchline conflicts', 'touchline conflicts --league E0 --season 2021-22 --field result --json'],
  json: [
    'An array of {"matchId", "league", "season", "home", "away", "fieldGroup", "keptSource", "keptValue": {…}, "otherSource",',
    '"otherValue": {…}, "since"}.',
  ].join('\n'),
  settings: z.object({
    league: DivisionList.optional(),
    season: SeasonList.optional(),
    field: z.enum(['kickoff', 'result', 'venue'], 'Write kickoff, result or venue').optional(),
    limit: WholeNumber.default(100),
  }),
  async run({ league, season, field, limit }, context) {
    const { listConflicts } = await import('../adapters/postgres/match-told.js');
    const found = await withDatabase(context, { role: 'reader', name: 'conflicts' }, ({ pool }) =>
      listConflicts(pool, { leagues: league, seasons: season, fieldGroup: field, limit }),
    );
    await context.output.result(found, () =>
      found.length === 0
        ? 'No source contradicts another.'
        : textTable(
            ['match', 'league', 'season', 'home', 'away', 'field', 'kept', 'says', 'other', 'says', 'since'],
            found.map((one) => [
              one.matchId,
              one.league,
              one.season,
              one.home,
              one.away,
              one.fieldGroup,
              one.keptSource,
              valueText(one.keptValue),
              one.otherSource,
              valueText(one.otherValue),
              one.since.toISOString(),
            ]),
          ),
    );
    return 0;
  },
});
