import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { planBudgets } from '../../activities/plan-budgets.js';
import { spend } from '../../adapters/postgres/budget-account.js';
import { decideSpend } from '../../domain/budget/decide-spend.js';
import { instant, instantFromIso, type Instant } from '../../schemas/values.js';
import { aMatch, anAnswer } from '../support/api-football-payloads.js';
import { aBudget, aRequest } from '../support/budgets.js';
import { openHouse, type TestHouse } from '../support/house.js';
import { startLocalServer, type LocalServer } from '../support/local-server.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { scoresOf, stoppedAt } from '../support/score-house.js';

const minute = 60_000;
const at = (time: string): Instant => instantFromIso(`2026-09-12T${time}:00Z`);
const kickoffs = ['12:30', '15:00', '17:30', '20:00'];
const pairings = [
  ['Arsenal', 'Everton'],
  ['Chelsea', 'Fulham'],
  ['Burnley', 'Liverpool'],
  ['Brighton', 'Sunderland'],
];
const ids = kickoffs.map((_, index) => String(index + 1));

/** How long after its kick-off a match is over, its half-time and what is added included. */
const overAfter = 112 * minute;

let postgres: TestPostgres;
let house: TestHouse;
let provider: LocalServer;
let now = at('06:00');

/** The match of a kick-off as API-Football tells it now: a goal a half. */
function told(kickoff: string, index: number): Record<string, unknown> {
  const begun = (now - at(kickoff)) / minute;
  const code =
    begun < 0 ? 'NS' : begun < 47 ? '1H' : begun < 62 ? 'HT' : begun * minute < overAfter ? '2H' : 'FT';
  const goals = { NS: null, '1H': 0, HT: 1, '2H': 1, FT: 2 }[code];
  const elapsed = { NS: null, '1H': Math.floor(begun) + 1, HT: 45, '2H': Math.floor(begun) - 15, FT: 90 }[
    code
  ];
  const id = index + 1;
  const [home = '', away = ''] = pairings[index] ?? [];
  const date = at(kickoff);
  return {
    ...aMatch({
      code,
      fixture: { id, date: new Date(date).toISOString(), timestamp: date / 1_000 },
      status: { elapsed: elapsed === null ? null : Math.min(elapsed, 90) },
      league: { season: 2026 },
      goals: { home: goals, away: goals === null ? null : 0 },
      score: { halftime: { home: null, away: null } },
    }),
    teams: {
      home: { id: 2 * id, name: home, winner: null },
      away: { id: 2 * id + 1, name: away, winner: null },
    },
  };
}
const isInPlay = (kickoff: string): boolean => now >= at(kickoff) && now < at(kickoff) + overAfter;

beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  house = openHouse(await postgres.freshDatabase());
  provider = await startLocalServer();
  provider.answer(({ query }, response) => {
    const named = query.get('ids')?.split('-');
    const listed = kickoffs
      .map((kickoff, index) => ({ kickoff, entry: told(kickoff, index), id: ids[index] ?? '' }))
      .filter(({ kickoff, id }) => named?.includes(id) ?? (query.has('live') ? isInPlay(kickoff) : true));
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify(anAnswer(listed.map(({ entry }) => entry))));
  });
});
afterEach(async () => {
  await provider.close();
  await house.close();
});

/** Collects the list of the season, and refines it. */
async function collectList(): Promise<void> {
  const [list] = await house.list(provider.url, 'api_football', { seasons: ['2026-27'], divisions: ['E0'] });
  if (list === undefined) throw new Error('There is no list of the Premier League');
  await house.collectFile({ file: list, runId: 'list', reading: 'if-changed', clock: stoppedAt(now) });
  await house.refine();
}

it('a Saturday of four kick-offs is followed to the end of its last match on the hundred requests of a free plan', async () => {
  const budget = aBudget();
  const { pool } = house.pools.writer;
  now = at('06:00');
  await collectList();
  await planBudgets({ pool, budgets: [budget] }, now);

  const scores = scoresOf(house, provider, 'api_football', [budget]);
  const polls: Instant[] = [];
  for (now = at('12:00'); now <= at('23:00'); now = instant(now + 2 * minute)) {
    const clock = stoppedAt(now);
    // Others take whatever the plan leaves them.
    await spend(pool, { budget, at: now }, aRequest({ priority: 'regular' }), decideSpend);
    const source = await scores.source({ clock });
    if (source.kind !== 'open') continue;
    const { dataSource } = source;
    const { changedMatches } = await scores.collect({ dataSource, liveOnly: false, clock });
    polls.push(now);
    if (changedMatches > 0) await house.refineBatch(1_000);
  }

  const apart = polls.slice(1).map((poll, index) => (poll - (polls[index] ?? NaN)) / minute);
  expect(Math.min(...apart)).toBeGreaterThanOrEqual(15);
  for (const kickoff of kickoffs) {
    const during = polls.filter((poll) => poll >= at(kickoff) && poll < at(kickoff) + overAfter);
    expect(during.length, kickoff).toBeGreaterThanOrEqual(6);
  }
  const { rows } = await pool.query<{ ended: string }>(
    `select match_status || ' ' || home_score || '-' || away_score as ended from matches order by match_time`,
  );
  expect(rows.map(({ ended }) => ended)).toEqual(kickoffs.map(() => 'completed 2-0'));

  const account = await pool.query<{ spent: number; limit: number }>(
    `select spent, unit_limit as limit from provider_accounts where period_kind = 'day'`,
  );
  expect(account.rows).toHaveLength(1);
  expect(account.rows[0]).toMatchObject({ limit: 100 });
  expect(account.rows[0]?.spent).toBeLessThanOrEqual(100);
  const skipped = await pool.query<{ priority: string }>('select distinct priority from provider_skips');
  expect(skipped.rows).toEqual([{ priority: 'regular' }]);
}, 120_000);

it('matches that are named are asked about at once, and put no other poll off', async () => {
  const budget = aBudget();
  now = at('06:00');
  await collectList();
  const { rows } = await house.pool.query<{ id: number }>(
    'select id from matches order by match_time limit 1',
  );
  const matchIds = rows.map(({ id }) => id);
  const scores = scoresOf(house, provider, 'api_football', [budget]);
  now = at('12:40');
  const clock = stoppedAt(now);
  const poll = { dataSource: 'api_football', liveOnly: false, clock } as const;
  await scores.collect({ ...poll, matchIds });
  expect(await scores.source({ clock })).toMatchObject({ kind: 'open' });
  await scores.collect(poll);
  expect(await scores.source({ clock })).toEqual({
    ...{ kind: 'closed', dataSource: 'api_football' },
    reason: 'api_football is asked every 15 minutes, and was a short while ago',
  });
  expect(await scores.source({ clock, matchIds })).toMatchObject({ kind: 'open' });
});
