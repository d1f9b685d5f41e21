import type { MatchState } from '../../season/match-state.js';
import type { BookPrices } from '../../season/price-path.js';
import { goalsLine } from '../../market/prices.js';
import { namedBookmaker } from '../names.js';
import { wireTime } from './envelope.js';
import { wireFixture, wireLeague } from './fixture-entry.js';

/** The bets of a bookmaker, as `/odds` tells them: prices are texts, and both sides of a handicap carry the home side's line. */
function betsOf({ outcome, goals, handicap, handicapLine }: BookPrices) {
  const line = `${handicapLine >= 0 ? '+' : ''}${handicapLine}`;
  const value = (name: string, odd: number) => ({ value: name, odd: odd.toFixed(2) });
  return [
    {
      id: 1,
      name: 'Match Winner',
      values: [value('Home', outcome.home), value('Draw', outcome.draw), value('Away', outcome.away)],
    },
    {
      id: 4,
      name: 'Asian Handicap',
      values: [value(`Home ${line}`, handicap.first), value(`Away ${line}`, handicap.second)],
    },
    {
      id: 5,
      name: 'Goals Over/Under',
      values: [value(`Over ${goalsLine}`, goals.first), value(`Under ${goalsLine}`, goals.second)],
    },
  ];
}

/** Which bookmaker and bet are asked for, by their ids; null for all. */
export interface OddsFilter {
  readonly bookmaker: string | null;
  readonly bet: string | null;
}

/** The prices of a match, as `/odds` tells them. */
export const oddsEntry = (
  state: MatchState,
  prices: readonly BookPrices[],
  { bookmaker, bet }: OddsFilter,
): string =>
  JSON.stringify({
    league: wireLeague(state),
    fixture: wireFixture(state),
    update: wireTime(Math.max(...prices.map(({ at }) => at))),
    bookmakers: prices
      .map((book) => ({ ...idAndName(book), bets: betsOf(book) }))
      .filter(({ id }) => bookmaker === null || String(id) === bookmaker)
      .map(({ bets, ...named }) => ({
        ...named,
        bets: bets.filter(({ id }) => bet === null || String(id) === bet),
      })),
  });

function idAndName({ bookmaker }: BookPrices): { readonly id: number; readonly name: string } {
  const { id, name } = namedBookmaker(bookmaker);
  return { id, name };
}
