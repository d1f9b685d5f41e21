import type { Instant, Season } from '../../schemas/values.js';
import type { Competition } from '../season/competition.js';
import type { MatchState } from '../season/match-state.js';
import { stateAt } from '../season/match-state.js';
import type { BookPrices } from '../season/price-path.js';
import { pricesAt } from '../season/price-path.js';
import type { Telling } from './telling.js';

/** A match that bookmakers offer, with their prices. */
export interface PricedMatch {
  readonly state: MatchState;
  readonly prices: readonly BookPrices[];
}

const day = 86_400_000;

/** A season that is over: how its matches stand from an instant on. */
interface SettledSeason {
  readonly from: Instant;
  readonly states: readonly MatchState[];
}

const settled = new WeakMap<Competition, Map<Season, SettledSeason>>();

/** The matches as they are told, in the order of their kick-offs. */
export const toldStates = (competition: Competition, telling: Telling): readonly MatchState[] =>
  competition.seasonsAt(telling.now).flatMap((season) => statesOf(competition, season, telling));

/** A season stands still a day after its last event, however late it is told: then it is read once. */
function statesOf(competition: Competition, season: Season, telling: Telling): readonly MatchState[] {
  const seasons = settled.get(competition) ?? new Map<Season, SettledSeason>();
  settled.set(competition, seasons);
  const known = seasons.get(season);
  if (known !== undefined && known.from <= telling.now) return known.states;
  const lives = competition.lives(season);
  const states = lives
    .flatMap((life) => stateAt(life, telling.nowOf(life)) ?? [])
    .sort((a, b) => a.kickOff - b.kickOff || a.life.id - b.life.id);
  if (lives.every(({ events }) => (events.at(-1)?.at ?? Infinity) + day < telling.now)) {
    seasons.set(season, { from: telling.now, states });
  }
  return states;
}

/** The matches that somebody has a price for, as they are told. */
export const toldPrices = (competition: Competition, telling: Telling): readonly PricedMatch[] =>
  toldStates(competition, telling).flatMap((state): readonly PricedMatch[] => {
    if (state.phase !== 'not started') return [];
    const prices = pricesAt(state.life, telling.nowOf(state.life));
    return prices.length === 0 ? [] : [{ state, prices }];
  });
