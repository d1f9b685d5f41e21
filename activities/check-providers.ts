import { Context, log } from '@temporalio/activity';
import type pg from 'pg';
import { logProviderAlarm } from '../adapters/postgres/error-log.js';
import {
  lastChecks,
  lockHealth,
  storeProviderCheck,
  usualMeasures,
  type ProviderCheck,
} from '../adapters/postgres/provider-health.js';
import { measureProviders, type HealthQuestion } from '../adapters/postgres/provider-measures.js';
import { inTransaction, type Transaction } from '../adapters/postgres/transaction.js';
import type { Redactor } from '../adapters/redaction/redactor.js';
import { taskAttempt } from '../adapters/temporal/attempt.js';
import { nowBy } from '../domain/clock/simulated-clock.js';
import {
  dueSpans,
  fewestChecks,
  hasTurned,
  healthWindows,
  judgeProvider,
} from '../domain/quality/provider-health.js';
import { InvariantBroken } from '../schemas/errors.js';
import { SystemHealthInput, type CheckedProvider } from '../schemas/jobs/system-health-check.js';
import { toIso, type Instant } from '../schemas/values.js';
import { heartbeating } from './heartbeating.js';

export interface CheckProvidersDeps {
  /** The writer's. */
  readonly pool: pg.Pool;
  readonly redactor: Redactor;
  /** Every source there is, asked or not. */
  readonly dataSources: readonly string[];
}

/** What is measured of the sources at an instant, by the declared windows. */
export const healthQuestion = (dataSources: readonly string[], now: Instant): HealthQuestion => ({
  ...{ dataSources, now, dueSpans, windows: healthWindows, fewestChecks },
});

/** An activity that looks whether the sources are well. */
export function createCheckProvidersActivities({ pool, redactor, dataSources }: CheckProvidersDeps) {
  return {
    /**
     * Judges every source, by the time of the job's clock, and keeps the judgement in provider_health. One that has turned to the worse since its last
     * check is a line of error_logs and a warning in the process log. Run again it judges again, and tells nothing twice.
     */
    async checkProviders(input: SystemHealthInput): Promise<{ providers: CheckedProvider[] }> {
      const { clock } = SystemHealthInput.parse(input);
      return await heartbeating(async () => {
        const question = healthQuestion(dataSources, nowBy(clock, Date.now()));
        const turned: ProviderCheck[] = [];
        const checks = await inTransaction(pool, async (transaction) => {
          const { client } = transaction;
          await lockHealth(client);
          const before = new Map((await lastChecks(client)).map((check) => [check.dataSource, check.state]));
          const measured = await measureProviders(client, question);
          const usual = await usualMeasures(client, question, measured);
          const judged: ProviderCheck[] = [];
          for (const [dataSource, measures] of measured) {
            const ownUsual = usual.get(dataSource);
            if (ownUsual === undefined)
              throw new InvariantBroken('A source was left out', { object: dataSource });
            const judgement = judgeProvider(dataSource, measures, ownUsual, question.now);
            const check = { dataSource, checkedAt: question.now, measures, ...judgement };
            await storeProviderCheck(client, check);
            judged.push(check);
            if (!hasTurned(before.get(dataSource), judgement.state)) continue;
            turned.push(check);
            await raiseAlarm(transaction, check);
          }
          return judged;
        });
        for (const { dataSource, state, reasons } of turned) {
          log.warn('A source is not well', { dataSource, state, reasons: reasons.map(({ says }) => says) });
        }
        return {
          providers: checks.map(({ dataSource, state, reasons }) => ({
            ...{ dataSource, state, reasons: reasons.map(({ says }) => says) },
          })),
        };
      });
    },
  };

  async function raiseAlarm({ db }: Transaction, check: ProviderCheck): Promise<void> {
    const { dataSource, state, reasons, figures, checkedAt } = check;
    await logProviderAlarm(
      db,
      {
        ...taskAttempt(Context.current().info),
        dataSource,
        errorType: state === 'dying' ? 'ProviderDying' : 'ProviderDegraded',
        message: `${dataSource} is ${state}: ${reasons.map(({ says }) => says).join('. ')}.`,
        context: { checkedAt: toIso(checkedAt), reasons, figures },
      },
      redactor,
    );
  }
}
