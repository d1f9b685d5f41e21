import type { Instant, Season } from '../schemas/values.js';
import { toIso } from '../schemas/values.js';
import { goalsLine } from './market/prices.js';
import type { Competition } from './season/competition.js';
import type { MatchEvent } from './season/match-event.js';
import type { MatchLife } from './season/match-life.js';
import type { MatchState } from './season/match-state.js';
import { stateAt } from './season/match-state.js';
import { priceHistory } from './season/price-path.js';
import { namedBookmaker, oddsApiId } from './wire/names.js';
import { scoresId, statusOf } from './wire/scores-api.js';

/** What happened, as documents: for whoever compares it with what was stored. Each takes the instant until which it tells. */

const sides = ['home', 'away'] as const;

/** Which match it is, by every provider's id. */
const identityOf = (life: MatchLife) => ({
  id: life.id,
  ids: { api_football: String(life.id), odds_api: oddsApiId(life), scores_api: scoresId(life) },
  season: life.match.season,
  round: life.match.round,
  home: life.match.home,
  away: life.match.away,
});

/** How a match stands. */
function matchDocument(state: MatchState) {
  const { life, phase, kickOff, precision, score, halfTime, changedAt } = state;
  return {
    ...identityOf(life),
    turn: life.turn,
    kickOff: toIso(kickOff),
    precision,
    phase,
    status: statusOf[phase],
    score,
    halfTime,
    changedAt: toIso(changedAt),
  };
}

/** The matches of a season that are announced, as they stand. */
export const matchesTruth = ({ lives }: Competition, season: Season, until: Instant) =>
  lives(season).flatMap((life) => {
    const state = stateAt(life, until);
    return state === undefined ? [] : [matchDocument(state)];
  });

/** The scores of a season's matches that have begun. */
export const scoresTruth = (competition: Competition, season: Season, until: Instant) =>
  matchesTruth(competition, season, until).flatMap(({ id, home, away, status, score, halfTime }) =>
    score === null ? [] : [{ id, home, away, status, score, halfTime }],
  );

/** One match with all that happened in it, its line-ups and who missed it. */
export function matchTruth(competition: Competition, life: MatchLife, until: Instant) {
  const state = stateAt(life, until);
  if (state === undefined) return undefined;
  const events = life.events.filter(({ at }) => at <= until).map(eventDocument);
  return {
    ...matchDocument(state),
    events,
    lineUps: state.hasLineUps ? sides.map((side) => ({ side, ...competition.lineUp(state, side) })) : [],
    absences: sides.map((side) => ({ side, players: competition.absences(state, side, until) })),
  };
}

const eventDocument = ({ at, ...event }: MatchEvent) => ({
  at: toIso(at),
  ...event,
  ...('kickOff' in event ? { kickOff: toIso(event.kickOff) } : {}),
});

/** What happened in a season's matches between two instants, in order. */
export const eventsTruth = ({ lives }: Competition, season: Season, from: Instant, until: Instant) =>
  lives(season)
    .flatMap((life) =>
      life.events.filter(({ at }) => at >= from && at <= until).map((event) => ({ match: life.id, event })),
    )
    .sort((a, b) => a.event.at - b.event.at)
    .map(({ match, event }) => ({ match, ...eventDocument(event) }));

/** Every price that a bookmaker set on a match, in order. */
export const oddsTruth = (life: MatchLife, until: Instant) => ({
  ...identityOf(life),
  prices: priceHistory(life, until).map(({ at, bookmaker, outcome, goals, handicap, handicapLine }) => ({
    at: toIso(at),
    bookmaker: namedBookmaker(bookmaker),
    outcome,
    goals: { line: goalsLine, over: goals.first, under: goals.second },
    handicap: { line: handicapLine, home: handicap.first, away: handicap.second },
  })),
});
