import { Context } from '@temporalio/activity';
import type pg from 'pg';
import { reachingPostgres } from '../adapters/postgres/away.js';
import { findPriceNews, settlePriceNews } from '../adapters/postgres/streams/price-news.js';
import { PrerequisiteMissing } from '../schemas/errors.js';
import type { PriceNews, RefreshedPredictions } from '../schemas/jobs/refresh-predictions.js';
import { instant } from '../schemas/values.js';
import { heartbeating } from './heartbeating.js';
import { isMade, type PredictionService } from './prediction-service.js';
import { countRefusals, outcomeOfPredictions } from './refusals.js';

export interface RefreshPredictionsDeps {
  /** The writer's. */
  readonly pool: pg.Pool;
  readonly predictions: Pick<PredictionService, 'predictAndStore'>;
}

/** Matches of a round: some hundred begin in one afternoon. */
const matchesOfRound = 500;
/** A connection that listens would be taken from those that work. */
const lookEveryMs = 1_000;

/** Activities that make predictions anew where prices have changed. */
export function createRefreshPredictionsActivities({ pool, predictions }: RefreshPredictionsDeps) {
  return {
    /** Waits until prices of matches near their kick-off have changed, at most for so long; none: there was no such news. */
    async awaitPriceNews({
      forMs,
    }: {
      readonly forMs: number;
    }): Promise<{ readonly news: readonly PriceNews[] }> {
      return await heartbeating(async () => {
        const until = Date.now() + forMs;
        for (;;) {
          const news = await reachingPostgres(() => findPriceNews(pool, matchesOfRound));
          const left = until - Date.now();
          if (news.length > 0 || left <= 0) return { news };
          await Context.current().sleep(Math.min(lookEveryMs, left));
        }
      });
    },

    /**
     * Predicts these matches anew by the features that gold has now, which are put online, stores what is new and takes the marks back. Where no model answers,
     * features alone were refreshed, and the outcome says so.
     * @throws DependencyAway where Postgres is away
     */
    async predictRepriced({ news }: { readonly news: readonly PriceNews[] }): Promise<RefreshedPredictions> {
      return await heartbeating(async (reportPhase) => {
        reportPhase('predict.ask', { fixtures: news.length });
        const refreshed = await predictAnew(news.map(({ matchId }) => matchId));
        await reachingPostgres(() => settlePriceNews(pool, news));
        return refreshed;
      });
    },
  };

  async function predictAnew(matchIds: readonly number[]): Promise<RefreshedPredictions> {
    try {
      const now = instant(Date.now());
      const { answers, stored } = await predictions.predictAndStore({ matchIds, now, choice: 'serving' });
      const made = answers.filter(isMade).length;
      const refused = countRefusals(answers.flatMap((answer) => (isMade(answer) ? [] : [answer])));
      return { result: outcomeOfPredictions(made, refused), made, stored };
    } catch (error) {
      if (!(error instanceof PrerequisiteMissing)) throw error;
      return { result: { outcome: 'skipped', reason: error.message }, made: 0, stored: 0 };
    }
  }
}
