import { z } from 'zod';
import { walkForward } from '../../activities/evaluate-walk-forward.js';
import { readLesson } from '../../activities/train-matches.js';
import { xgboostTrainer } from '../../adapters/models/xgboost/trainer.js';
import { divergence } from '../../domain/model/divergence.js';
import type { PlayedMatch } from '../../domain/model/model-match.js';
import { recipe } from '../../domain/model/recipe.js';
import type { JudgedModel } from '../../schemas/jobs/evaluate-model.js';
import type { Probabilities } from '../../schemas/records/probabilities.js';
import { instantFromIso } from '../../schemas/values.js';
import { createLeague, type League } from '../../simulator/league/league.js';
import { makeTestFolder } from './folder.js';
import { importToSilver, openTestLake, type TestLake } from './lake.js';
import { startTestPostgres } from './postgres.js';

/** A league whose true chances are known, as its files went through the house. */
export interface KnownTruth {
  readonly division: string;
  readonly matches: readonly PlayedMatch[];
  readonly truthOf: (match: PlayedMatch) => Probabilities;
}

/** By season and sides: that is what a match is, in files and in silver. */
const keyOf = (season: string, home: string, away: string): string => `${season} ${home} ${away}`;

function truthOf(league: League): ReadonlyMap<string, Probabilities> {
  return new Map(
    league.seasons.flatMap((season) =>
      league.matches(season).map((match) => {
        const { home, draw, away } = league.truth.probabilities(match);
        return [keyOf(season, match.home, match.away), [away, draw, home] as const] as const;
      }),
    ),
  );
}

const NamedMatch = z.object({ id: z.number(), season: z.string(), home: z.string(), away: z.string() });

async function namesOf({ lake }: TestLake): Promise<ReadonlyMap<number, string>> {
  const rows = await lake.query(
    `select f.match_id as id, f.season, h.name as home, a.name as away from gold.match_features f
     join silver.teams h on h.id = f.home_team_id join silver.teams a on a.id = f.away_team_id`,
  );
  return new Map(
    rows
      .map((row) => NamedMatch.parse(row))
      .map(({ id, season, home, away }) => [id, keyOf(season, home, away)]),
  );
}

/** After the last season, before the next: every match has been played. */
const summer = '2026-07-01T00:00:00Z';

/** Plays some seasons of the league of a seed, and brings its files the way of all files to lake gold: bronze, silver, lake, features. */
export async function playKnownTruth(seed: number, seasons: number): Promise<KnownTruth> {
  const [postgres, folder] = await Promise.all([startTestPostgres(), makeTestFolder()]);
  const league = createLeague({ seed, now: instantFromIso(summer), seasons });
  try {
    const lake = await openTestLake(postgres.url, folder.path);
    try {
      await importToSilver(lake.house, folder.path, league, 'truth/1', summer);
      await lake.publish('truth/2');
      await lake.buildGold('truth/3');
      const { matches } = await readLesson(lake.lake, {});
      const names = await namesOf(lake);
      const truth = truthOf(league);
      return {
        division: league.code,
        matches,
        truthOf({ matchId }) {
          const chances = truth.get(names.get(matchId) ?? '');
          if (chances === undefined) throw new Error(`The simulator knows no match ${matchId}`);
          return chances;
        },
      };
    } finally {
      await lake.close();
    }
  } finally {
    await postgres.stop();
    await folder.remove();
  }
}

/** Whose divergence is told. */
export const told = [
  'model-with-prices',
  'model-without-prices',
  'market-prematch-average-shin',
  'market-closing-average-shin',
  'base-rate',
] as const satisfies readonly JudgedModel[];
export type Told = (typeof told)[number];

/** Of each, the divergences from the true chances, match by match. */
export type Divergences = Readonly<Record<Told, readonly number[]>>;

/** Predicts a season from those before it as the house judges its model, and sets what was said beside the true chances. */
export async function divergencesOf(
  { division, matches, truthOf: truth }: KnownTruth,
  season: number,
): Promise<Divergences> {
  const tested = await walkForward(matches, [season], {
    ...{ divisions: [division], elsewhere: [], seed: 1, recipe, trainer: xgboostTrainer, threads: 2 },
    signal: new AbortController().signal,
  });
  const verdicts = tested.flatMap((one) => one.verdicts);
  const of = (model: Told): number[] =>
    verdicts.flatMap(({ match, said }) => {
      const chances = said[model];
      return chances === undefined ? [] : [divergence(truth(match), chances)];
    });
  return {
    'model-with-prices': of('model-with-prices'),
    'model-without-prices': of('model-without-prices'),
    'market-prematch-average-shin': of('market-prematch-average-shin'),
    'market-closing-average-shin': of('market-closing-average-shin'),
    'base-rate': of('base-rate'),
  };
}

/** The years in which the seasons of a league begin, oldest first. */
export const seasonsOf = ({ matches }: Pick<KnownTruth, 'matches'>): number[] =>
  [...new Set(matches.map(({ seasonStart }) => seasonStart))].sort((a, b) => a - b);
