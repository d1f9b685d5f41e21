import { reachingPostgres } from '../adapters/postgres/away.js';
import { playedMatches, type PlayedMatch } from '../adapters/postgres/fact-standings.js';
import { listsToFill, storeGaps, type ReconciliationName } from '../adapters/postgres/reconciliations.js';
import { inTransaction } from '../adapters/postgres/transaction.js';
import { nowBy, type SimulatedClock } from '../domain/clock/simulated-clock.js';
import { factGap, type FactKind } from '../domain/quality/fact-gaps.js';
import { injuriesCadence, lackingInjuries, lookedBack } from '../domain/quality/told-gaps.js';
import type { ReconcileInput, ToldComparison } from '../schemas/jobs/reconcile.js';
import { instant, type Instant } from '../schemas/values.js';
import { injuriesSubject, readInjuries, type CollectInjuriesDeps } from './collect-injuries.js';
import { factStandings, settledAfter } from './fact-standings.js';
import { heartbeating } from './heartbeating.js';
import { storeLacking } from './lacking-records.js';

/** Which matches are meant, and by which clock. */
type Meant = Pick<ReconcileInput, 'divisions' | 'seasons'> & { readonly clock?: SimulatedClock };

interface FactRun extends ReconciliationName {
  readonly kind: FactKind;
}

/**
 * Activities that compare line-ups, weather and injuries of the matches that were played with what the house has. What of the first two is missing the
 * house knows without asking; of injuries the source's list says it.
 */
export function createReconcileFactsActivities(deps: CollectInjuriesDeps) {
  const { pool } = deps;
  const now = (clock?: SimulatedClock): Instant => nowBy(clock, Date.now());

  return {
    /** Stores of which matches of the last four weeks the house has no line-ups of both sides, or no weather of their hour. */
    async compareFacts({ run, clock, ...meant }: Meant & { readonly run: FactRun }): Promise<ToldComparison> {
      return await heartbeating(async () => {
        const at = now(clock);
        const { kind, dataSource } = run;
        const span = { from: instant(at - lookedBack), until: instant(at - settledAfter[kind]) };
        return await inTransaction(pool, async ({ client }) => {
          const standings = await factStandings(client, kind, { dataSource, ...span, ...meant });
          const gaps = standings.flatMap((standing) => factGap(kind, standing) ?? []);
          await storeGaps(client, run, kind, gaps, at);
          return { matches: standings.length };
        });
      });
    },

    /** The lists of injuries of the leagues that have played in the last four weeks. */
    async injuriesToCompare({
      run,
      ...meant
    }: Meant & { readonly run: ReconciliationName }): Promise<{ subjects: string[] }> {
      const matches = await played(run, meant);
      return { subjects: [...new Set(matches.map(injuriesSubject))] };
    },

    /**
     * Asks for some lists of injuries, and stores where they and bronze differ about the matches that were played. What a list has no more was
     * not withdrawn, and of a player of whom it names no match nobody can say what he misses: neither is compared.
     * @throws DependencyAway and QuotaExhausted as asking does, after what was compared before is stored.
     */
    async compareInjuries({
      run,
      subjects,
      ...meant
    }: Meant & {
      readonly run: ReconciliationName;
      readonly subjects: readonly string[];
    }): Promise<ToldComparison> {
      return await heartbeating(async () => {
        const { clock } = meant;
        const matches = await played(run, meant);
        let compared = 0;
        for (const subject of subjects) {
          const told = await readInjuries(deps, { subject, ...(clock === undefined ? {} : { clock }) });
          const ofList = matches.filter((match) => injuriesSubject(match) === subject);
          const at = now(clock);
          await inTransaction(pool, (transaction) =>
            storeLacking(transaction, {
              ...{ run, kind: 'injuries', uri: subject, told, at },
              matches: new Map(ofList.map((match) => [match.sourceId, match])),
              lackingOf: (injuries, sourceId) => lackingInjuries(injuries, sourceId, at),
            }),
          );
          compared += ofList.length;
        }
        return { matches: compared };
      });
    },

    /** The lists of injuries that collection is to be sent for. */
    async listsToFill(run: ReconciliationName): Promise<{ subjects: string[] }> {
      return { subjects: await reachingPostgres(() => listsToFill(pool, run)) };
    },
  };

  /** The matches whose injuries should have been collected by now. */
  async function played(
    { dataSource }: ReconciliationName,
    { clock, ...meant }: Meant,
  ): Promise<PlayedMatch[]> {
    const at = now(clock);
    const span = { from: instant(at - lookedBack), until: instant(at - injuriesCadence) };
    return await reachingPostgres(() => playedMatches(pool, { dataSource, ...span, ...meant }));
  }
}
