import {
  openGaps,
  type OpenGap,
  type ReconciliationName,
  type SettledGap,
} from '../adapters/postgres/reconciliations.js';
import {
  lackingStandings,
  scoreStandings,
  type LackingStanding,
} from '../adapters/postgres/told-standings.js';
import type { Transaction } from '../adapters/postgres/transaction.js';
import { factLeft, type FactKind } from '../domain/quality/fact-gaps.js';
import { lookedBack, whyScoreLeft } from '../domain/quality/told-gaps.js';
import type { ReconciledToldKind } from '../schemas/records/reconciliation.js';
import { instant, type Instant } from '../schemas/values.js';
import { factStandings } from './fact-standings.js';

/** What became of the gaps of a run as the house stands now. */
type Settle = (transaction: Transaction, run: ReconciliationName, at: Instant) => Promise<SettledGap[]>;

/** By what is compared. */
export const settledBy: Readonly<Record<ReconciledToldKind, Settle>> = {
  scores: async ({ client }, run, at) => {
    const standings = await scoreStandings(client, { dataSource: run.dataSource, ...longAgo(at) });
    const standingOf = byKey(standings);
    return (await openGaps(client, run)).map((gap) => ({
      id: gap.id,
      left: whyScoreLeft(gap, standingOf(gap)),
    }));
  },
  // Of a match whose prices are lost the reason stands as it was found.
  prices: async ({ client }, run) =>
    (await lackingStandings(client, { ...run, kind: 'prices' })).map((standing) => ({
      id: standing.id,
      left: whyPricesLeft(standing),
    })),
  // Nothing refines them: what is in bronze is there.
  injuries: async ({ client }, run) =>
    (await lackingStandings(client, { ...run, kind: 'injuries' })).map(({ id, lacking }) => ({
      id,
      left: lacking > 0 ? `${lacking} of its injuries were not collected` : undefined,
    })),
  lineups: settledFacts('lineups'),
  weather: settledFacts('weather'),
};

function settledFacts(kind: FactKind): Settle {
  return async ({ client }, run, at) => {
    const { dataSource } = run;
    const standingOf = byKey(await factStandings(client, kind, { dataSource, ...longAgo(at) }));
    return (await openGaps(client, run)).map((gap) => ({ id: gap.id, ...factLeft(kind, standingOf(gap)) }));
  };
}

/** Long enough ago for a run that was cut off and is settled late. */
const longAgo = (at: Instant) => ({ from: instant(at - 2 * lookedBack), until: at });

/** The standing of a gap's match. */
function byKey<Standing extends { readonly matchId: number }>(
  standings: readonly Standing[],
): (gap: OpenGap) => Standing | undefined {
  const standingOf = new Map(standings.map((standing) => [String(standing.matchId), standing]));
  return ({ key }) => (key === null ? undefined : standingOf.get(key));
}

function whyPricesLeft({ lacking, pending, held }: LackingStanding): string | undefined {
  if (lacking > 0) return `${lacking} of its prices were not collected`;
  if (held !== null) return held;
  return pending > 0 ? `refine has not come to ${pending} of its prices` : undefined;
}
