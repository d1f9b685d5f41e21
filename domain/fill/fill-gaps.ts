import type { Filled } from '../../schemas/records/filled.js';
import type { Instant } from '../../schemas/values.js';
import { fillWith, knownBy, meanOf, medianOf, valuesKnownBy, type Observation } from './observation.js';
import { fillStrategies } from './strategies.js';

/** CLN-7, `team_stats`: the mean of what is known of the team itself. */
export const fillTeamStatistic = (current: Filled, ofTeam: readonly Observation[], cutoff: Instant): Filled =>
  fillWith(current, fillStrategies.team_stats, meanOf(valuesKnownBy(ofTeam, cutoff)));

export interface PlayerObservation extends Observation {
  /** `goalkeeper`, `defender`, …: as the source names it. */
  readonly position: string;
}

/** CLN-7, `player_stats`: the median over players of the same position. */
export function fillPlayerStatistic(
  current: Filled,
  position: string,
  ofPlayers: readonly PlayerObservation[],
  cutoff: Instant,
): Filled {
  const peers = ofPlayers.filter((observation) => observation.position === position);
  return fillWith(current, fillStrategies.player_stats, medianOf(valuesKnownBy(peers, cutoff)));
}

export interface WeatherObservation extends Observation {
  /** When it was so. */
  readonly at: Instant;
}

const dayLength = 86_400_000;
const meanYear = 365.2425 * dayLength;
/** Days of the year this near count as the season. */
const seasonDays = 15;

/** CLN-7, `weather`: the mean over earlier days within 15 days of the same day of the year. */
export function fillWeather(
  current: Filled,
  at: Instant,
  atPlace: readonly WeatherObservation[],
  cutoff: Instant,
): Filled {
  const inSeason = atPlace.filter((observation) => {
    const apart = Math.abs(at - observation.at) % meanYear;
    return observation.at < at && Math.min(apart, meanYear - apart) <= seasonDays * dayLength;
  });
  return fillWith(current, fillStrategies.weather, meanOf(valuesKnownBy(inSeason, cutoff)));
}

export interface PriceObservation extends Observation {
  readonly bookmaker: string;
}

/** CLN-7, `odds`: the mean over bookmakers of each one's latest price. */
export function fillPrice(current: Filled, prices: readonly PriceObservation[], cutoff: Instant): Filled {
  const latest = new Map<string, { readonly value: number; readonly knownAt: Instant }>();
  for (const price of knownBy(prices, cutoff)) {
    const before = latest.get(price.bookmaker);
    if (price.value > 1 && (before === undefined || price.knownAt >= before.knownAt))
      latest.set(price.bookmaker, price);
  }
  return fillWith(current, fillStrategies.odds, meanOf([...latest.values()].map(({ value }) => value)));
}

/** CLN-9: a gap of a feature: the mean of the team's own history, else the median over its league's. */
export function fillFeature(
  current: Filled,
  own: readonly Observation[],
  peers: readonly Observation[],
  cutoff: Instant,
): Filled {
  const byMean = fillWith(current, 'historical_mean', meanOf(valuesKnownBy(own, cutoff)));
  return fillWith(byMean, 'median', medianOf(valuesKnownBy(peers, cutoff)));
}
