import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { readRows } from '../../../adapters/lake/rows.js';
import { readMatchStates } from '../../../adapters/postgres/match-states.js';
import { declareSourcePrecedence } from '../../../adapters/postgres/source-precedence.js';
import { inTransaction } from '../../../adapters/postgres/transaction.js';
import { fillSilver, goldOfTheHouse, openSilver } from '../../support/gold-duckdb.js';
import { historyOf, plans, type History } from '../../support/gold-history.js';
import { openHouse, type TestHouse } from '../../support/house.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';
import { collapsedAt, type Collapsed } from '../../support/precedence-reference.js';
import { registerMatches, tell } from '../../support/told-matches.js';

let postgres: TestPostgres;
let house: TestHouse;
let connection: DuckDBConnection;
let timeline: string;
beforeAll(async () => {
  postgres = await startTestPostgres();
  house = openHouse(postgres.url);
  await registerMatches(house.pool, 130);
  await inTransaction(house.pool, ({ client }) => declareSourcePrecedence(client));
  connection = await openSilver();
  const { models } = await goldOfTheHouse();
  timeline = models.find(({ name }) => name === 'match_timeline')?.sql ?? '';
});
afterAll(async () => {
  connection.closeSync();
  await house.close();
  await postgres.stop();
});

/** What the timeline and the states have in common; the timeline leaves the precision to silver.matches. */
type State = Omit<Collapsed, 'precision'>;
const withoutPrecision = ({ kickoff, status, score, venue, referee, present }: Collapsed): State => ({
  kickoff,
  status,
  score,
  venue,
  referee,
  present,
});
const Goals = z.number().nullable();
const Name = z.string().nullable();

type Said = Omit<State, 'kickoff' | 'status' | 'score'> & {
  readonly status: string;
  readonly home: number | null;
  readonly away: number | null;
};

const stateOf = (kickoff: number, { status, home, away, ...rest }: Said): State => ({
  kickoff,
  status: z.enum(['scheduled', 'postponed', 'live', 'completed', 'cancelled']).parse(status),
  score: home === null || away === null ? null : { home, away },
  ...rest,
});

async function inPostgres(history: History, instant: number): Promise<Map<number, State>> {
  const asOf = instant === Infinity ? 'infinity' : new Date(instant);
  const states = await readMatchStates(
    house.pool,
    history.map(({ id }) => id),
    asOf,
  );
  return new Map(
    [...states].map(
      ([
        id,
        {
          matchTime,
          matchStatus: status,
          homeScore: home,
          awayScore: away,
          venue,
          referee,
          sourcePresent: present,
        },
      ]) => [id, stateOf(matchTime.getTime(), { status, home, away, venue, referee, present })],
    ),
  );
}

const TimelineRow = z.object({
  match_id: z.number(),
  kickoff: z.number(),
  status: z.string(),
  home: Goals,
  away: Goals,
  venue: Name,
  referee: Name,
  present: z.boolean(),
});

async function inDuckDb(instant: number): Promise<Map<number, State>> {
  const at = instant === Infinity ? `timestamptz '9999-01-01'` : `make_timestamptz(${instant * 1000})`;
  const rows = await readRows(
    connection,
    `select match_id, epoch_ms(match_time)::double as kickoff, match_status as status, home_score as home,
       away_score as away, venue, referee, source_present as present
     from temp.match_timeline where valid_from <= ${at} and ${at} < valid_to`,
  );
  return new Map(
    rows.map((row) => {
      const { match_id: id, kickoff, ...rest } = TimelineRow.parse(row);
      return [id, stateOf(kickoff, rest)];
    }),
  );
}

async function tellAll(history: History): Promise<void> {
  await house.pool.query('truncate fixture_revisions');
  const told = history.flatMap(({ id, revisions }) => revisions.map((revision) => ({ id, revision })));
  await tell(
    house.pool,
    told.map(({ id, revision }) => ({
      match: id,
      source: revision.source,
      knownAt: new Date(revision.knownAt).toISOString(),
      kickoff: new Date(revision.kickoff).toISOString(),
      precision: revision.precision,
      status: revision.status,
      score: revision.score === null ? null : `${revision.score.home}-${revision.score.away}`,
      venue: revision.venue,
      referee: revision.referee,
      present: revision.present,
    })),
  );
}

it('Postgres as of an instant, the timeline in DuckDB and a slow, plain reference say the same of several sources', async () => {
  const around = fc.record({ pick: fc.nat(), shift: fc.constantFrom(-1, 0, 0, 1) });
  await fc.assert(
    fc.asyncProperty(plans, fc.array(around, { minLength: 4, maxLength: 4 }), async (matches, places) => {
      const history = historyOf(matches);
      const known = history.flatMap(({ revisions }) => revisions.map(({ knownAt }) => knownAt));
      await tellAll(history);
      await fillSilver(connection, history);
      await connection.run(`create or replace temp table match_timeline as ${timeline}`);
      const instants = places.map(({ pick, shift }) => (known[pick % known.length] ?? 0) + shift);
      for (const instant of [...instants, Infinity]) {
        const [states, intervals] = [await inPostgres(history, instant), await inDuckDb(instant)];
        for (const { id, revisions } of history) {
          const wanted = collapsedAt(revisions, instant);
          const plain = wanted === undefined ? undefined : withoutPrecision(wanted);
          expect(states.get(id), `Postgres, match ${id} at ${instant}`).toEqual(plain);
          expect(intervals.get(id), `DuckDB, match ${id} at ${instant}`).toEqual(plain);
        }
      }
    }),
    { numRuns: 30 },
  );
});
