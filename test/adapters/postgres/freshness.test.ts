import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readFreshness } from '../../../adapters/postgres/freshness.js';
import { openDatabase, type OpenDatabase } from '../../../adapters/postgres/open-database.js';
import { dueLimits } from '../../../domain/quality/freshness.js';
import type { DueKind } from '../../../schemas/records/freshness.js';
import { instantFromIso } from '../../../schemas/values.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';
import {
  insertRevision,
  insertRow,
  matchRow,
  quoteRow,
  seedMatch,
  type SeededMatch,
} from '../../support/silver-rows.js';

let postgres: TestPostgres;
let database: OpenDatabase;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  database = openDatabase(await postgres.freshDatabase(), { applicationName: 'test', max: 2 });
  return () => database.db.destroy();
});

const kickoff = '2024-03-09T15:00:00Z';

/** A match that is in silver and known since the day before. */
async function match(precision: 'minute' | 'day' = 'minute'): Promise<SeededMatch> {
  const seeded = await seedMatch(database.pool, kickoff);
  await insertRow(database.pool, 'matches', {
    ...matchRow(seeded),
    ...{ match_status: 'scheduled', home_score: null, away_score: null, kickoff_precision: precision },
  });
  await insertRevision(database.pool, seeded, { knownAt: '2024-03-08T12:00:00Z', kickoff, precision });
  return seeded;
}

/** The source says of it that it ended, at an instant. */
async function ended({ matchId }: SeededMatch, knownAt: string, status = 'completed'): Promise<void> {
  await database.pool.query(
    `insert into fixture_revisions (match_id, data_source, known_at, known_at_basis, raw_id, match_time, kickoff_precision,
       match_status, home_score, away_score)
     select match_id, data_source, $2, 'observed', raw_id, match_time, kickoff_precision, $3::text,
       case when $3::text = 'completed' then 1 end, case when $3::text = 'completed' then 0 end
     from fixture_revisions where match_id = $1`,
    [matchId, knownAt, status],
  );
}

const at = (iso: string) => readFreshness(database.pool, instantFromIso(iso), dueLimits);
const dueOf = async (kind: DueKind, iso: string) => (await at(iso)).due.find((one) => one.kind === kind);

describe('the score of a match', () => {
  it('is due three hours after kick-off, and missing until it is known', async () => {
    const seeded = await match();
    await ended(seeded, '2024-03-09T18:30:00Z');
    expect(await dueOf('score', '2024-03-09T17:59:59Z')).toMatchObject({ due: 0, missing: 0 });
    expect(await at('2024-03-09T18:00:00Z')).toMatchObject({
      due: [{ kind: 'lineups' }, { kind: 'closing_price' }, { kind: 'score', due: 1, missing: 1 }, {}, {}],
      missingMatches: [
        {
          matchId: seeded.matchId,
          lacks: 'score',
          kickoff: '2024-03-09T15:00:00.000Z',
          dueAt: '2024-03-09T18:00:00.000Z',
        },
      ],
    });
    expect(await dueOf('score', '2024-03-09T18:30:00Z')).toMatchObject({ due: 1, missing: 0 });
  });

  it('is due three hours after the day where only that is known', async () => {
    await match('day');
    expect(await dueOf('score', '2024-03-10T18:59:59Z')).toMatchObject({ due: 0 });
    expect(await dueOf('score', '2024-03-10T19:00:00Z')).toMatchObject({ due: 1, missing: 1 });
  });

  it('is not due of a match that was put off, nor asked for after four weeks', async () => {
    await ended(await match(), '2024-03-09T14:00:00Z', 'postponed');
    await match();
    expect(await dueOf('score', '2024-03-10T12:00:00Z')).toMatchObject({ due: 1 });
    expect(await dueOf('score', '2024-04-10T12:00:00Z')).toMatchObject({ due: 0 });
  });
});

describe('the closing price of a match', () => {
  const observed = { collected_at: '2024-03-09T12:00:00Z', recorded_at: '2024-03-09T12:00:00Z' };

  it('is due at kick-off where a bookmaker was followed', async () => {
    const seeded = await match();
    await match();
    await insertRow(database.pool, 'odds', { ...quoteRow(seeded), ...observed });
    expect(await dueOf('closing_price', '2024-03-09T15:00:00Z')).toMatchObject({ due: 0 });
    expect(await dueOf('closing_price', '2024-03-09T15:10:00Z')).toMatchObject({ due: 1, missing: 1 });
    await insertRow(database.pool, 'odds', {
      ...quoteRow(seeded),
      ...{ price_phase: 'closing', collected_at: kickoff, recorded_at: kickoff },
    });
    expect(await dueOf('closing_price', '2024-03-09T15:10:00Z')).toMatchObject({ due: 1, missing: 0 });
  });

  it('is not due where all prices are of a file that came later', async () => {
    await insertRow(database.pool, 'odds', {
      ...quoteRow(await match()),
      ...{ ...observed, known_at_basis: 'estimated' },
    });
    expect(await dueOf('closing_price', '2024-03-09T20:00:00Z')).toMatchObject({ due: 0 });
  });
});

describe('the line-ups of a match', () => {
  /** Tells line-ups of a match, of which the source has an id. */
  async function lineups({ matchId }: SeededMatch, collectedAt: string): Promise<void> {
    const key = `key ${matchId}`;
    await database.pool.query(
      `insert into match_external_ids (data_source, external_id, match_id) values ('api_football', $1, $2)`,
      [key, matchId],
    );
    await database.pool.query(
      `insert into source_match_ids (data_source, source_id, external_match_id) values ('api_football', $1, $2)`,
      [String(matchId), key],
    );
    await database.pool.query(
      `insert into raw_lineups_data (data_source, raw_data, collected_at, external_match_id, dedup_key, record_key, content_hash, last_seen_at)
       values ('api_football', '{}', $2, $1::text, sha256(convert_to($1::text, 'UTF8')), 'team', '\\x00', $2)`,
      [String(matchId), collectedAt],
    );
  }

  it('are due forty minutes before kick-off in a league whose line-ups are told', async () => {
    const seeded = await match();
    expect(await dueOf('lineups', '2024-03-09T14:30:00Z')).toMatchObject({ due: 0 });
    await lineups(seeded, '2024-03-09T14:25:00Z');
    const { rows } = await database.pool.query<{ id: number }>(
      `insert into match_registry (match_time, league_id, season, home_team_id, away_team_id)
       values ($1, $2, '2023-24', $3, $4) returning id`,
      [kickoff, seeded.leagueId, seeded.awayId, seeded.homeId],
    );
    const other = { ...seeded, homeId: seeded.awayId, awayId: seeded.homeId, matchId: rows[0]?.id ?? NaN };
    await insertRow(database.pool, 'matches', {
      ...matchRow(other),
      ...{ match_status: 'scheduled', home_score: null, away_score: null },
    });
    await insertRevision(database.pool, other, { knownAt: '2024-03-08T12:00:00Z', kickoff });
    expect(await dueOf('lineups', '2024-03-09T14:19:59Z')).toMatchObject({ due: 0 });
    expect(await at('2024-03-09T14:30:00Z')).toMatchObject({
      due: [{ kind: 'lineups', due: 2, missing: 1 }, {}, {}, {}, {}],
      missingMatches: [{ matchId: other.matchId, lacks: 'lineups' }],
    });
  });
});

describe('of a match that begins within a day', () => {
  /** A live source was asked about something last, and answered. */
  const polled = (kind: 'fixtures' | 'odds', subject: string, iso: string) =>
    database.pool.query(
      `insert into provider_polls (data_source, kind, subject, asked_at, answered_at) values ('football_data', $1, $2, $3, $3)
       on conflict (data_source, kind, subject) do update set answered_at = excluded.answered_at`,
      [kind, subject, iso],
    );
  const listed = ({ matchId }: SeededMatch, uri: string) =>
    database.pool.query(
      `with edition as (
         insert into source_editions (data_source, uri, edition_no, file_kind, sha256, fetched_from, edition_time, edition_time_basis,
           fetched_at, encoding, header, run_id, row_count, stored_count, duplicate_count, held_count)
         values ('football_data', $2, 1, 'fixtures', repeat('a', 64), 'x', now(), 'fetched', now(), 'utf-8', '[]', 'r', 1, 1, 0, 0) returning id)
       insert into edition_rows (edition_id, row_no, raw_id)
       select e.id, 1, f.raw_id from edition e, fixture_revisions f where f.match_id = $1`,
      [matchId, uri],
    );

  it('the list in which it stands is due from a live source once a day, whatever that says of others', async () => {
    await listed(await match(), 'events/one.json');
    const now = '2024-03-09T12:00:00Z';
    expect(await dueOf('fixtures', now)).toMatchObject({ due: 0 });
    await polled('fixtures', 'events/one.json', '2024-03-08T10:00:00Z');
    await polled('fixtures', 'events/other.json', now);
    expect(await dueOf('fixtures', '2024-03-08T13:59:59Z')).toMatchObject({ due: 0 });
    expect(await dueOf('fixtures', now)).toMatchObject({ due: 1, missing: 1 });
    await polled('fixtures', 'events/one.json', '2024-03-09T11:00:00Z');
    expect(await dueOf('fixtures', now)).toMatchObject({ due: 1, missing: 0 });
    expect(await dueOf('fixtures', '2024-03-09T15:00:00Z')).toMatchObject({ due: 0 });
  });

  it('a price is due once a day of a live source that had one, and not of a file', async () => {
    const { matchId, ...seeded } = await match();
    const now = '2024-03-09T12:00:00Z';
    const told = { collected_at: '2024-03-08T09:00:00Z', recorded_at: '2024-03-08T09:00:00Z' };
    await insertRow(database.pool, 'odds', { ...quoteRow({ matchId, ...seeded }), ...told });
    expect(await dueOf('odds', now)).toMatchObject({ due: 0 });
    await polled('odds', 'other', now);
    expect(await dueOf('odds', now)).toMatchObject({ due: 1, missing: 1 });
    await database.pool.query(
      `insert into odds_last_seen (match_id, data_source, bookmaker, market_type, price_phase, last_seen_at)
       values ($1, 'football_data', 'bet365', '1x2', 'prematch', '2024-03-09T11:00:00Z')`,
      [matchId],
    );
    expect(await dueOf('odds', now)).toMatchObject({ due: 1, missing: 0 });
  });
});

it('ages are those of the last list that was looked at and of the last price that was seen, null where there was none', async () => {
  expect(await at('2024-03-09T12:00:00Z')).toMatchObject({ fixturesLastUpdate: null, oddsLastUpdate: null });
  const { matchId } = await match();
  await database.pool.query(
    `insert into odds_last_seen (match_id, data_source, bookmaker, market_type, price_phase, last_seen_at)
     values ($1, 's', 'bet365', '1x2', 'prematch', '2024-03-09T10:30:00Z')`,
    [matchId],
  );
  await database.pool.query(
    `insert into provider_polls (data_source, kind, subject, asked_at, answered_at)
     values ('s', 'fixtures', 'E0', '2024-03-09T09:00:00Z', '2024-03-09T09:00:00Z')`,
  );
  expect(await at('2024-03-09T12:00:00Z')).toMatchObject({ fixturesLastUpdate: 3, oddsLastUpdate: 1.5 });
  // Prices of files are told and never seen again.
  await database.pool.query(
    `insert into odds (match_id, data_source, bookmaker, market_type, quote_kind, price_phase, home_odds, draw_odds, away_odds,
       collected_at, recorded_at, known_at_basis, raw_id)
     values ($1, 's', 'bwin', '1x2', 'book', 'prematch', 2, 3, 4, '2024-03-09T11:30:00Z', '2024-03-09T11:30:00Z', 'observed', 1)`,
    [matchId],
  );
  expect(await at('2024-03-09T12:00:00Z')).toMatchObject({ oddsLastUpdate: 0.5 });
});
