import { InvariantBroken } from '../../schemas/errors.js';
import type { FeatureVector, OnlineService } from '../../schemas/features/online.js';
import { bookFeatures, formFeatures } from './feature-set.js';
import { seenBy, type ModelMatch } from './model-match.js';

const leagueColumn = 'league_code';

/** Where each column of a service stands; looked up once for each service. */
const placesOf = (() => {
  const known = new WeakMap<OnlineService, ReadonlyMap<string, number>>();
  return (service: OnlineService): ReadonlyMap<string, number> => {
    const there = known.get(service);
    if (there !== undefined) return there;
    const places = new Map(service.columns.map(({ name }, place) => [name, place]));
    const lacking = [...formFeatures, ...bookFeatures].find((name) => !places.has(name));
    if (lacking !== undefined)
      throw new InvariantBroken(`${service.id} does not tell ${lacking}`, { object: service.id });
    known.set(service, places);
    return places;
  };
})();

/** The division of the match that a vector is of; null where the service does not tell it. */
export function divisionOf(service: OnlineService, { values }: FeatureVector): string | null {
  const told = values[placesOf(service).get(leagueColumn) ?? -1];
  return typeof told === 'string' ? told : null;
}

/**
 * A vector of a service as a match that a model can be asked about; what is null there is NaN here. What only training and judging ask is not known of it.
 * Throws InvariantBroken where the service lacks a feature of the model, or the vector a division.
 */
export function matchOfVector(service: OnlineService, vector: FeatureVector): ModelMatch {
  const { matchId, kickOff, values } = vector;
  const division = divisionOf(service, vector);
  if (division === null) throw new InvariantBroken(`Match ${matchId} has no division`);
  const places = placesOf(service);
  return {
    ...{ matchId, kickOff, division, seasonStart: Number.NaN, simulated: false, outcome: null },
    ...seenBy((name) => {
      const place = places.get(name);
      if (place === undefined) return undefined;
      const value = values[place];
      return typeof value === 'number' ? value : Number.NaN;
    }, division),
    benchmarks: {},
  };
}
