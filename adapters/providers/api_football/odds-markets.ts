import type { MarketType } from '../../../schemas/values.js';
import type { Leg } from '../wire/legs.js';

/** What a price is of: a leg, and the line that it stands at; null in 1x2. */
export interface Outcome {
  readonly leg: Leg;
  readonly line: number | null;
}

/** A bet of the provider's catalogue that is a market of ours. */
interface KnownBet {
  readonly id: number;
  readonly name: string;
  readonly market: MarketType;
  /** Undefined where a value names no outcome of the market. */
  readonly outcomeOf: (value: string) => Outcome | undefined;
}

const threeWay: ReadonlyMap<string, Outcome> = new Map([
  ['Home', { leg: 'home', line: null }],
  ['Draw', { leg: 'draw', line: null }],
  ['Away', { leg: 'away', line: null }],
]);

const total = /^(Over|Under)\s+(\d{1,3}(?:\.\d{1,4})?)$/;
const handicap = /^(Home|Away)\s+([+-]?\d{1,3}(?:\.\d{1,4})?)$/;

function totalOf(value: string): Outcome | undefined {
  const [, side, line] = total.exec(value) ?? [];
  return line === undefined ? undefined : { leg: side === 'Over' ? 'over' : 'under', line: Number(line) };
}

/** `Home -0.5` and `Away -0.5` are the two sides of one line, the home side's: the provider does not turn the sign for the away side. */
function handicapOf(value: string): Outcome | undefined {
  const [, side, line] = handicap.exec(value) ?? [];
  if (line === undefined) return undefined;
  // `Home -0` and `Home +0` are one line.
  return { leg: side === 'Home' ? 'home' : 'away', line: Number(line) + 0 };
}

/** By `/odds/bets`, https://www.api-football.com/documentation-v3#tag/Odds-(Pre-Match)/operation/get-bets. */
const knownBets: readonly KnownBet[] = [
  { id: 1, name: 'Match Winner', market: '1x2', outcomeOf: (value) => threeWay.get(value) },
  { id: 4, name: 'Asian Handicap', market: 'asian_handicap', outcomeOf: handicapOf },
  { id: 5, name: 'Goals Over/Under', market: 'over_under', outcomeOf: totalOf },
];

/**
 * The market of a bet; null where it is none of ours (goals of one half, corners, scorers: left out on purpose). A reason where number and
 * name say two things: were the catalogue numbered anew, prices would go to another market.
 */
export function marketOf(bet: {
  readonly id: number;
  readonly name: string;
}): KnownBet | { readonly reason: string } | null {
  const known = knownBets.find(({ id, name }) => id === bet.id || name === bet.name);
  if (known === undefined) return null;
  return known.id === bet.id && known.name === bet.name
    ? known
    : { reason: `is not ${known.name}, which is bet ${known.id}` };
}
