import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { fixtures } from '../../../../adapters/providers/api_football/fixtures.js';
import { injuries } from '../../../../adapters/providers/api_football/injuries.js';
import { lineups } from '../../../../adapters/providers/api_football/lineups.js';
import { liveScores } from '../../../../adapters/providers/api_football/live-scores.js';
import { odds } from '../../../../adapters/providers/api_football/odds.js';
import type { Answer, Endpoint } from '../../../../adapters/providers/wire/endpoint.js';
import { TouchlineError } from '../../../../schemas/errors.js';
import {
  ToldFixture,
  ToldInjury,
  ToldLineup,
  ToldQuote,
  ToldScore,
} from '../../../../schemas/records/live.js';
import { randomStream } from '../../../../simulator/random.js';
import {
  aBet,
  aBookmaker,
  aLineup,
  aMatch,
  anAnswer,
  anInjury,
  pricesOf,
  received,
} from '../../../support/api-football-payloads.js';
import { mutatedPayload } from '../../../support/mutate-payload.js';

const cases = 2_000;

const bets = [
  aBet(1, 'Match Winner', 'Home 1.65', 'Draw 3.80', 'Away 5.25'),
  aBet(4, 'Asian Handicap', 'Home -0.5 1.98', 'Away -0.5 1.92', 'Home +0 1.50', 'Away +0 2.60'),
  aBet(5, 'Goals Over/Under', 'Over 2.5 1.90', 'Under 2.5 1.85', 'Over 3 2.30'),
  aBet(8, 'Both Teams Score', 'Yes 1.72'),
];

const childrenOf = (value: unknown): readonly unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value) : [];

/** The objects that stand in a value, itself included, by identity: payloads share what was not cut. */
function objectsIn(roots: readonly unknown[]): ReadonlySet<unknown> {
  const found = new Set<unknown>();
  const open = [...roots];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null || found.has(value)) continue;
    found.add(value);
    open.push(...childrenOf(value));
  }
  return found;
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** What an answer must account for: the entries of its list. */
const entriesOf = (body: unknown): readonly unknown[] => listed(field(body, 'response'));

/** Of prices: those of the three bets that are markets of ours. */
const pricesIn = (body: unknown): readonly unknown[] =>
  entriesOf(body)
    .flatMap((match) => listed(field(match, 'bookmakers')))
    .flatMap((bookmaker) => listed(field(bookmaker, 'bets')))
    .filter((bet) =>
      ['1 Match Winner', '4 Asian Handicap', '5 Goals Over/Under'].includes(
        `${String(field(bet, 'id'))} ${String(field(bet, 'name'))}`,
      ),
    )
    .flatMap((bet) => listed(field(bet, 'values')));

interface Fuzzed<Query, Record> {
  readonly endpoint: Endpoint<Query, Record>;
  readonly schema: z.ZodType<Record>;
  readonly body: unknown;
  readonly accounted: (body: unknown) => readonly unknown[];
}

/** Reads mutated answers; returns how many were read and how many refused. */
function readMutated<Query, Record>({ endpoint, schema, body, accounted }: Fuzzed<Query, Record>) {
  let read = 0;
  let refused = 0;
  for (let seed = 0; seed < cases; seed += 1) {
    const mutated = mutatedPayload(body, randomStream(seed, 'api_football', endpoint.kind));
    const { request, now } = received(mutated, { fixture: '1208021' });
    let answer: Answer<Record>;
    try {
      answer = endpoint.read(mutated, request, now);
    } catch (error) {
      if (!(error instanceof TouchlineError)) throw new Error(`Case ${seed} failed`, { cause: error });
      refused += 1;
      continue;
    }
    read += 1;
    for (const { record } of answer.told) {
      const parsed = schema.safeParse(record);
      if (!parsed.success) throw new Error(`Case ${seed} tells no such record`, { cause: parsed.error });
    }
    const kept = objectsIn([...answer.told, ...answer.rejected].map(({ raw }) => raw));
    const lost = accounted(mutated).filter(
      (part) => typeof part === 'object' && part !== null && !kept.has(part),
    );
    if (lost.length > 0) throw new Error(`Case ${seed} lost ${JSON.stringify(lost)}`);
  }
  return { read, refused };
}

describe(`of ${cases} mutated answers none fails, tells what is no record, or loses a part`, () => {
  const check = <Query, Record>(fuzzed: Fuzzed<Query, Record>) => {
    const counts = readMutated(fuzzed);
    expect(counts.read).toBeGreaterThan(cases / 2);
    expect(counts.refused).toBeGreaterThan(0);
    expect(counts.read + counts.refused).toBe(cases);
  };

  const matches = [aMatch(), aMatch({ code: 'FT' }), aMatch({ code: 'TBD' })];
  it('fixtures', () => {
    check({ endpoint: fixtures, schema: ToldFixture, body: anAnswer(matches), accounted: entriesOf });
  });

  it('live scores', () => {
    check({ endpoint: liveScores, schema: ToldScore, body: anAnswer(matches), accounted: entriesOf });
  });

  it('prices', () => {
    const body = anAnswer([pricesOf([aBookmaker('Bet365', ...bets), aBookmaker('Bwin', ...bets)])]);
    check({ endpoint: odds, schema: ToldQuote, body, accounted: pricesIn });
  });

  it('line-ups', () => {
    const body = anAnswer([aLineup(), aLineup()]);
    check({ endpoint: lineups, schema: ToldLineup, body, accounted: entriesOf });
  });

  it('injuries', () => {
    const body = anAnswer([anInjury(), anInjury({ type: 'Questionable' })]);
    check({ endpoint: injuries, schema: ToldInjury, body, accounted: entriesOf });
  });
});
