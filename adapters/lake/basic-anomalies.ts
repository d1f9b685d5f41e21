import { z } from 'zod';
import {
  OddScore,
  SuspiciousQuote,
  type BasicAnomalies,
  type UnusualGoals,
} from '../../schemas/records/basic-anomalies.js';
import { areNewest, type NewestRows } from './newest-rows.js';
import type { Ask } from './suite-pass.js';

/** So many of each are shown, the latest first. */
const shown = 20;

const Count = z.object({ n: z.coerce.number(), odd: z.coerce.number() });
const prices = ['home', 'draw', 'away', 'over', 'under'] as const;
const QuoteRow = z
  .looseObject({ prices: z.record(z.string(), z.number().nullable()) })
  .transform(({ prices: given, ...row }) =>
    SuspiciousQuote.parse({
      ...row,
      prices: Object.fromEntries(Object.entries(given).filter(([, price]) => price !== null)),
    }),
  );

/** Counts the suspicious odds and the unusual scores of the published lake, of a table's newest rows where these are given, and reads the latest. */
export async function readBasicAnomalies(
  ask: Ask,
  { side, total }: UnusualGoals,
  newest: ReadonlyMap<string, NewestRows>,
): Promise<BasicAnomalies> {
  const amongNewest = (table: string): string => {
    const rows = newest.get(table);
    return rows === undefined ? 'true' : areNewest(rows);
  };
  const counts = async (odd: string, table: string, among: string) => {
    const counted = `count(*) as n, count(*) filter (where ${odd}) as odd`;
    const only = `${among} and ${amongNewest(table)}`;
    return Count.parse((await ask(`select ${counted} from lake.${table} where ${only}`))[0]);
  };
  const isUnusual = `home_score >= ${side} or away_score >= ${side} or home_score + away_score >= ${total}`;
  const quotes = await counts('suspicious_odds', 'silver.odds', 'true');
  const scores = await counts(isUnusual, 'silver.matches', 'home_score is not null');
  const given = prices.map((name) => `'${name}': ${name}_odds::double`).join(', ');
  const shownQuotes =
    quotes.odd === 0
      ? []
      : await ask(
          `select id, match_id as "matchId", bookmaker, market_type as market, {${given}} as prices,
             collected_at as "collectedAt", raw_id as "rawId"
           from lake.silver.odds where suspicious_odds and ${amongNewest('silver.odds')} order by collected_at desc, id desc limit ${shown}`,
        );
  const shownScores =
    scores.odd === 0
      ? []
      : await ask(
          `select m.id as "matchId", l.code as league, h.name as "homeTeam", a.name as "awayTeam", m.match_time as kickoff,
             m.home_score as "homeScore", m.away_score as "awayScore"
           from lake.silver.matches m join lake.silver.leagues l on l.id = m.league_id
           join lake.silver.teams h on h.id = m.home_team_id join lake.silver.teams a on a.id = m.away_team_id
           where (${isUnusual}) and ${amongNewest('silver.matches')} order by m.match_time desc, m.id desc limit ${shown}`,
        );
  return {
    suspiciousOdds: {
      ...{ count: quotes.odd, of: quotes.n },
      shown: shownQuotes.map((row) => QuoteRow.parse(row)),
    },
    unusualScores: {
      ...{ count: scores.odd, of: scores.n },
      shown: shownScores.map((row) => OddScore.parse(row)),
    },
  };
}
