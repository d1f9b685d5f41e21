import type { z } from 'zod';
import { fixtures } from '../../adapters/providers/api_football/fixtures.js';
import { injuries } from '../../adapters/providers/api_football/injuries.js';
import { lineups } from '../../adapters/providers/api_football/lineups.js';
import { liveScores } from '../../adapters/providers/api_football/live-scores.js';
import { odds } from '../../adapters/providers/api_football/odds.js';
import type { Endpoint } from '../../adapters/providers/wire/endpoint.js';
import { ToldFixture, ToldInjury, ToldLineup, ToldQuote, ToldScore } from '../../schemas/records/live.js';
import {
  aBet,
  aBookmaker,
  aLineup,
  aMatch,
  anAnswer,
  anInjury,
  pricesOf,
  received,
} from './api-football-payloads.js';
import { lostParts, type FuzzedParser } from './fuzz-parser.js';

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const entriesOf = (body: unknown): readonly unknown[] => listed(field(body, 'response'));

/** The prices of the three bets that are markets of ours. */
const pricesIn = (body: unknown): readonly unknown[] =>
  entriesOf(body)
    .flatMap((match) => listed(field(match, 'bookmakers')))
    .flatMap((bookmaker) => listed(field(bookmaker, 'bets')))
    .filter((bet) =>
      ['1 Match Winner', '4 Asian Handicap', '5 Goals Over/Under'].includes(
        `${written(field(bet, 'id'))} ${written(field(bet, 'name'))}`,
      ),
    )
    .flatMap((bet) => listed(field(bet, 'values')));
const written = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

const bets = [
  aBet(1, 'Match Winner', 'Home 1.65', 'Draw 3.80', 'Away 5.25'),
  aBet(4, 'Asian Handicap', 'Home -0.5 1.98', 'Away -0.5 1.92', 'Home +0 1.50', 'Away +0 2.60'),
  aBet(5, 'Goals Over/Under', 'Over 2.5 1.90', 'Under 2.5 1.85', 'Over 3 2.30'),
  aBet(8, 'Both Teams Score', 'Yes 1.72'),
];
const prices = pricesOf([aBookmaker('Bet365', ...bets), aBookmaker('Bwin', ...bets)]);
const matches = [aMatch(), aMatch({ code: 'FT' }), aMatch({ code: 'TBD' })];

const fuzzed = <Query, Record>(
  endpoint: Endpoint<Query, Record>,
  record: z.ZodType<Record>,
  sample: unknown,
  partsOf = entriesOf,
): FuzzedParser => ({
  name: `api_football ${endpoint.kind}`,
  samples: [sample],
  read: (mutated) => {
    const { body, request, now } = received(mutated, { fixture: '1208021' });
    return endpoint.read(body, request, now);
  },
  record,
  lost: (body, answer) => lostParts(partsOf(body), answer),
});

/** The parsers of API-Football. */
export const fuzzedApiFootball: readonly FuzzedParser[] = [
  fuzzed(fixtures, ToldFixture, anAnswer(matches)),
  fuzzed(liveScores, ToldScore, anAnswer(matches)),
  fuzzed(odds, ToldQuote, anAnswer([prices]), pricesIn),
  fuzzed(lineups, ToldLineup, anAnswer([aLineup(), aLineup()])),
  fuzzed(injuries, ToldInjury, anAnswer([anInjury(), anInjury({ type: 'Questionable' })])),
];
