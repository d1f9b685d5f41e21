import type pg from 'pg';
import type { RequestLedger } from '../../../simulator/request-ledger.js';
import { usualPlans } from '../../../simulator/simulation.js';
import type { Comparison } from './compare-with-truth.js';

/** What may be asked of each provider: so much that the matches of a day do with it, and a bad day does not. */
export const limits = {
  api_football: { perDay: usualPlans.apiFootball.perDay, perMinute: usualPlans.apiFootball.perMinute },
  odds_api: { perDay: 3_000, perMinute: 300 },
  scores_api: { perDay: 3_000, perMinute: usualPlans.scoresApi.perMinute },
};

/** Holds what the house noted of its requests against those that the providers counted, and against what it may ask. */
export async function compareSpends(pool: pg.Pool, requests: RequestLedger): Promise<readonly Comparison[]> {
  const { rows } = await pool.query<{ provider: string; day: string; requests: number; units: number }>(
    `select provider, to_char(spent_at at time zone 'UTC', 'YYYY-MM-DD') as day, count(*)::integer as requests,
       sum(cost)::integer as units
     from provider_spends group by 1, 2 order by 1, 2`,
  );
  const counted = requests.counts(-Infinity, Infinity);
  const compared = Object.entries(limits).map(([provider, { perDay }]) => {
    const days = rows.filter((row) => row.provider === provider);
    const noted = days.reduce((sum, row) => sum + row.requests, 0);
    const made = counted
      .filter((count) => count.provider === provider)
      .reduce((sum, count) => sum + count.requests, 0);
    const refused = counted.filter(
      (count) => count.provider === provider && count.outcome === 'quota refused',
    );
    const most = Math.max(0, ...days.map(({ units }) => units));
    return {
      claim: `${provider}: every request was noted before it was made (${noted} for ${made}), no day came to more than ${perDay} units (most ${most}), none was refused`,
      compared: made,
      wrong: [
        ...(made > 0 ? [] : ['nothing was asked']),
        ...(noted >= made ? [] : [`${made - noted} requests that nobody noted`]),
        ...days.flatMap(({ day, units }) => (units > perDay ? [`${day}: ${units} of ${perDay} units`] : [])),
        ...refused.map(({ endpoint, requests: times }) => `${endpoint}: refused ${times} times`),
      ],
    };
  });
  return compared;
}
