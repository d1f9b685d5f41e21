import type { DuckDBConnection } from '@duckdb/node-api';
import { predictSeasons, type FitPlan } from '../../../activities/train-folds.js';
import { computeModels, dropModels, type GoldBuild } from '../../../adapters/lake/gold-compute.js';
import { readNumericColumns } from '../../../adapters/lake/gold-pass.js';
import { matchesSql } from '../../../adapters/lake/model-matches.js';
import { xgboostTrainer } from '../../../adapters/models/xgboost/trainer.js';
import { bookFeatures, formFeatures } from '../../../domain/model/feature-set.js';
import { answers, chooseOn } from '../../../domain/model/fold.js';
import { isPlayed, matchesOf, type PlayedMatch } from '../../../domain/model/model-match.js';
import { pairedDifference, type PairedDifference } from '../../../domain/model/paired-difference.js';
import { recipe } from '../../../domain/model/recipe.js';
import { logLoss } from '../../../domain/model/scores.js';
import { instantFromIso } from '../../../schemas/values.js';
import { createLeague } from '../../../simulator/league/league.js';
import { makeTestFolder } from '../folder.js';
import { openSilver, silverOfHouse } from '../gold-duckdb.js';
import { openHouse } from '../house.js';
import { importToSilver } from '../lake.js';
import { startTestPostgres } from '../postgres.js';

const summer = '2026-07-01T00:00:00Z';
const division = 'SIM';

/** Silver of four played seasons, from their files, on a DuckDB in memory. */
export async function silverOfSeasons(): Promise<DuckDBConnection> {
  const [postgres, folder] = await Promise.all([startTestPostgres(), makeTestFolder()]);
  const house = openHouse(postgres.url);
  try {
    const league = createLeague({ seed: 11, now: instantFromIso(summer), seasons: 4 });
    await importToSilver(house, folder.path, league, 'shuffle/1', summer);
    const connection = await openSilver();
    await silverOfHouse(connection, house.pool);
    return connection;
  } finally {
    await house.close();
    await postgres.stop();
    await folder.remove();
  }
}

/** Gives each match the score of another one of its season, in all that is known of it: nothing that came before says anything of it any more. */
export async function shuffleScores(connection: DuckDBConnection, seed: number): Promise<void> {
  await connection.run(`create or replace temp table shuffled as
    with own as (
      select id, season, home_score, away_score,
        row_number() over (partition by season order by id) as place,
        row_number() over (partition by season order by hash(id, ${Math.trunc(seed)})) as other
      from silver.matches where home_score is not null
    )
    select o.id, s.home_score, s.away_score from own o join own s on s.season = o.season and s.other = o.place`);
  await connection.run(`update silver.matches m set home_score = s.home_score, away_score = s.away_score
    from shuffled s where s.id = m.id`);
  await connection.run(`update silver.fixture_revisions f set home_score = s.home_score, away_score = s.away_score
    from shuffled s where s.id = f.match_id and f.home_score is not null`);
}

async function lessonOf(connection: DuckDBConnection, build: GoldBuild): Promise<PlayedMatch[]> {
  try {
    await computeModels(connection, build);
    const choice = { divisions: [division], firstSeason: 0, lastSeason: 9999 };
    const sql = matchesSql({ snapshot: 0, from: (table) => `temp.${table}` }, choice, [
      ...formFeatures,
      ...bookFeatures,
    ]);
    return matchesOf(await readNumericColumns(connection, sql), [division]).filter(isPlayed);
  } finally {
    await dropModels(connection, build.models);
  }
}

const light = { chunk: 10, most: 40 };
const plan: FitPlan = {
  elsewhere: [],
  divisions: [division],
  seed: 1,
  recipe: {
    ...recipe,
    calibrationSeasons: 1,
    boosters: {
      withoutPrices: { ...recipe.boosters.withoutPrices, ...light },
      withPrices: { ...recipe.boosters.withPrices, ...light },
    },
  },
  trainer: xgboostTrainer,
  threads: 2,
  signal: new AbortController().signal,
};

/** What two models knew of how the last two seasons ended: their log loss less that of the base rate, match by match. */
export type Learnt = Readonly<Record<'withPrices' | 'withoutPrices', PairedDifference>>;

/** Fits the model as it is judged, on gold that is made of what silver has now. */
export async function learntFrom(connection: DuckDBConnection, build: GoldBuild): Promise<Learnt> {
  const matches = await lessonOf(connection, build);
  const years = [...new Set(matches.map(({ seasonStart }) => seasonStart))].sort((a, b) => a - b);
  const folds = await predictSeasons(matches, years.slice(1), plan);
  const said = folds.slice(1).flatMap((fold, index) => {
    const choices = chooseOn(folds.slice(index, index + 1));
    return fold.matches.flatMap((match) => {
      const ours = answers(match, choices);
      return ours === null ? [] : [{ outcome: match.match.outcome, base: fold.baseRate, ...ours }];
    });
  });
  const against = (model: 'withPrices' | 'withoutPrices'): PairedDifference =>
    pairedDifference(
      said.map(({ outcome, ...ours }) => logLoss({ chances: ours[model], outcome })),
      said.map(({ outcome, base }) => logLoss({ chances: base, outcome })),
    );
  return { withPrices: against('withPrices'), withoutPrices: against('withoutPrices') };
}

/** Whether a model is better than the base rate by more than chance: three standard errors. */
export const hasLearnt = ({ mean, standardError }: PairedDifference): boolean => mean < -3 * standardError;
