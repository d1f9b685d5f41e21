import type { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GoldBuild } from '../../adapters/lake/gold-compute.js';
import { goldOfTheHouse, madeOf } from '../support/gold-duckdb.js';
import { planted, type Planted } from '../support/gold-planted.js';
import { patience } from '../support/leaks/gate.js';
import { hasLearnt, learntFrom, shuffleScores, silverOfSeasons } from '../support/leaks/shuffled-outcomes.js';

let connection: DuckDBConnection;
let build: GoldBuild;
beforeAll(async () => {
  connection = await silverOfSeasons();
  build = madeOf(await goldOfTheHouse(), 'match_features', 'match_results', 'market_prices');
}, patience);
afterAll(() => {
  connection.closeSync();
});

describe('a model that is fitted on', () => {
  it(
    'what happened knows more than the base rate, with prices and without',
    async () => {
      const { withPrices, withoutPrices } = await learntFrom(connection, build);
      expect(withoutPrices.n).toBe(760);
      expect(hasLearnt(withoutPrices)).toBe(true);
      expect(hasLearnt(withPrices)).toBe(true);
    },
    patience,
  );

  it(
    'outcomes that were exchanged between matches knows no more than the base rate',
    async () => {
      for (const seed of [1, 2, 3]) {
        await shuffleScores(connection, seed);
        const { withPrices, withoutPrices } = await learntFrom(connection, build);
        expect(hasLearnt(withoutPrices), `without prices, seed ${seed}`).toBe(false);
        expect(hasLearnt(withPrices), `with prices, seed ${seed}`).toBe(false);
      }
    },
    patience,
  );
});

const leaks: readonly Planted[] = [
  {
    name: 'contains the result among the last games',
    model: 'last_games',
    from: 'g.match_time < p.cutoff',
    to: 'g.match_time < p.cutoff + interval 2 hour',
  },
  {
    name: 'counts the match itself among the games of the season',
    model: 'season_form',
    from: 'f.league_id = c.league_id and f.season_start = c.season_start and f.match_time < c.cutoff',
    to: 'f.league_id = c.league_id and f.season_start = c.season_start and f.match_time <= c.match_time',
  },
];

describe('of exchanged outcomes a model learns, and is found out, where a feature', () => {
  it.each(leaks)(
    '$name',
    async (leak) => {
      await shuffleScores(connection, 4);
      expect(hasLearnt((await learntFrom(connection, planted(build, leak))).withoutPrices)).toBe(true);
    },
    patience,
  );
});
