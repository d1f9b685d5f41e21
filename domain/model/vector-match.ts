import type { FeatureVector, OnlineService } from '../../schemas/features/online.js';
import type { NumericColumns } from '../../schemas/numeric-columns.js';
import { benchmarkNames } from '../../schemas/records/benchmark.js';
import { matchesOf, type ModelMatch } from './model-match.js';

const leagueColumn = 'league_code';

/** The division of the match that a vector is of; null where the service does not tell it. */
export function divisionOf({ columns }: OnlineService, { values }: FeatureVector): string | null {
  const told = values[columns.findIndex(({ name }) => name === leagueColumn)];
  return typeof told === 'string' ? told : null;
}

/**
 * Vectors of a service as matches that a model can be asked about, in their order; what is null there is NaN here. Each must be of one of the divisions.
 * Throws InvariantBroken where the service lacks a feature of the model.
 */
export function matchesOfVectors(
  service: OnlineService,
  vectors: readonly FeatureVector[],
  divisions: readonly string[],
): ModelMatch[] {
  const column = (value: (vector: FeatureVector) => number): Float64Array =>
    Float64Array.from(vectors, value);
  const told: [string, Float64Array][] = service.columns.map(({ name }, place) => [
    name,
    column(({ values }) => {
      const value = values[place];
      return typeof value === 'number' ? value : Number.NaN;
    }),
  ]);
  const columns: NumericColumns = {
    ...Object.fromEntries(told),
    match_id: column(({ matchId }) => matchId),
    match_time: column(({ kickOff }) => kickOff),
    division: column((vector) => divisions.indexOf(divisionOf(service, vector) ?? '')),
    // What only training and judging ask: of a match ahead nobody knows them.
    season_start: column(() => Number.NaN),
    simulated: column(() => Number.NaN),
    outcome: column(() => Number.NaN),
    ...Object.fromEntries(
      benchmarkNames.flatMap((name) =>
        (['away', 'draw', 'home'] as const).map((leg) => [`${name}_${leg}`, column(() => Number.NaN)]),
      ),
    ),
  };
  return matchesOf(columns, divisions);
}
