import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GoldBuild } from '../../../adapters/lake/gold-compute.js';
import { goldOfTheHouse, madeOf, openSilver } from '../../support/gold-duckdb.js';
import { futureChangesNothing } from '../../support/gold-known-time.js';
import { planted, type Planted } from '../../support/gold-planted.js';

let connection: DuckDBConnection;
let build: GoldBuild;
beforeAll(async () => {
  connection = await openSilver();
  build = madeOf(await goldOfTheHouse(), 'match_features');
});
afterAll(() => {
  connection.closeSync();
});

it('no feature changes when rows known after the cutoff are added, changed or removed', async () => {
  await fc.assert(futureChangesNothing(connection, build), { numRuns: 25 });
});

const knownThen = 'and g.valid_from <= c.cutoff\n  and c.cutoff < g.valid_to';

const leaks: readonly Planted[] = [
  {
    name: 'a past has results as they became known later',
    model: 'past_games',
    from: knownThen,
    to: 'and isinf(g.valid_to)',
  },
  {
    name: 'a result is read before it was known',
    model: 'past_games',
    from: 'and g.valid_from <= c.cutoff\n',
    to: '',
  },
  {
    name: 'a result that was told late does not begin another past',
    model: 'team_pasts',
    from: 'where valid_from > first_asked',
    to: 'where false',
  },
  {
    name: 'a result that was corrected late does not begin another past',
    model: 'team_pasts',
    from: 'where valid_to > first_asked and isfinite(valid_to)',
    to: 'where false',
  },
  {
    name: 'form reads games of its past from after the cutoff',
    model: 'last_games',
    from: 'g.match_time < p.cutoff',
    to: 'g.match_time < p.cutoff + interval 30 day',
  },
  {
    name: 'head-to-head reads meetings of its past from after the cutoff',
    model: 'head_to_head',
    from: 'h.match_time < c.cutoff',
    to: 'h.match_time < c.cutoff + interval 400 day',
  },
  {
    name: 'the season so far reads games of its past from after the cutoff',
    model: 'season_form',
    from: 'f.league_id = c.league_id and f.season_start = c.season_start and f.match_time < c.cutoff',
    to: 'f.league_id = c.league_id and f.season_start = c.season_start and f.match_time < c.cutoff + interval 30 day',
  },
  {
    name: 'a match is placed by where it moved later',
    model: 'known_results',
    from: '  t.match_time,',
    to: '  m.match_time,',
  },
  {
    name: 'a match that was withdrawn later is left out',
    model: 'known_results',
    from: 'and t.source_present',
    to: 'and m.source_present',
  },
  {
    name: 'statistics are read as they were corrected later',
    model: 'match_timeline',
    from: 'and s.valid_from <= i.known_at and i.known_at < s.valid_to',
    to: 'and isinf(s.valid_to)',
  },
  {
    name: 'statistics of one source are read as they were corrected later',
    model: 'match_timeline',
    from: 's.known_at <= i.known_at\n',
    to: 's.known_at <= i.known_at + interval 400 day\n',
  },
  {
    name: 'ratings are read after the cutoff',
    model: 'elo',
    from: 'c.cutoff as at',
    to: 'c.cutoff + interval 6 hour as at',
  },
  {
    name: 'ratings apply the score as it was corrected later',
    model: 'elo',
    from: 'e.home_score::double',
    to: 'if(e.home_score is null, null, last_value(e.home_score ignore nulls) over (partition by e.match_id order by e.at rows between unbounded preceding and unbounded following))::double',
  },
  {
    name: "the league's rates are read after the cutoff",
    model: 'league_rates',
    from: 'c.cutoff as at',
    to: 'c.cutoff + interval 6 hour as at',
  },
  {
    name: 'a price of after the cutoff is read',
    model: 'latest_quotes',
    from: 'and o.collected_at <= c.cutoff\n    and o.recorded_at <= c.cutoff',
    to: 'and o.collected_at <= c.match_time',
  },
  {
    name: 'a price is read as it was corrected later',
    model: 'latest_quotes',
    from: 'and o.recorded_at <= c.cutoff',
    to: '',
  },
  {
    name: 'the closing price is read',
    model: 'latest_quotes',
    from: "and o.price_phase = 'prematch'\n    and o.collected_at <= c.cutoff\n    and o.recorded_at <= c.cutoff",
    to: "and (o.price_phase = 'closing' or o.recorded_at <= c.cutoff)",
  },
];

describe('a leak that is planted is found:', () => {
  it.each(leaks)('$name', async (leak) => {
    const details = await fc.check(futureChangesNothing(connection, planted(build, leak)), {
      seed: 20_260_101,
      numRuns: 100,
      endOnFailure: true,
    });
    expect(details.failed).toBe(true);
    expect(String(details.errorInstance)).toContain('The future changed match');
  });
});
