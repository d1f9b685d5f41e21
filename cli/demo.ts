import { once } from 'node:events';
import { z } from 'zod';
import type { StackStatus } from '../adapters/embedded/stack/status.js';
import type { LakeTableStatus } from '../adapters/lake/reader.js';
import { EvaluationReport, pooled, type JudgeRow } from '../schemas/jobs/evaluate-model.js';
import { ImportHistoryResult, type ImportOutcome } from '../schemas/jobs/import-history.js';
import { PredictFixturesResult } from '../schemas/jobs/predict-fixtures.js';
import { TrainModelResult } from '../schemas/jobs/train-model.js';
import { goldTables } from '../schemas/tables/gold.js';
import { silverTables } from '../schemas/tables/silver.js';
import { instant } from '../schemas/values.js';
import { serveFootballData } from '../simulator/football-data-server.js';
import { createLeague } from '../simulator/league/league.js';
import { evaluateModelJob, importHistoryJob, predictFixturesJob, trainModelJob } from '../workflows/jobs.js';
import { command, type CommandContext } from './command.js';
import { grouped, textTable } from './table.js';
import type { Stack } from './with-stack.js';

const simulatedDivision = 'SIM';
const seed = 1;

/** What the demo came to. */
interface Made {
  readonly imported: ImportOutcome;
  readonly tables: readonly LakeTableStatus[];
  readonly judged: readonly JudgeRow[];
  readonly modelVersion: number;
  readonly predictions: number;
}

export const demo = command({
  path: ['demo'],
  summary: 'a made-up league from files to a judged prediction',
  description: [
    'Starts everything, serves three seasons of a league that never was over HTTP as football-data.co.uk serves its files, imports',
    'them, builds gold, trains the model, judges it against the made-up market and predicts the matches ahead. Then it prints what',
    'there is to look at, and stays up until Ctrl-C. Run again, it goes on with the same home.',
  ].join('\n'),
  options: [{ flags: '--once', about: 'end when the table is printed' }],
  examples: ['npm run demo', 'npm run demo -- --once', 'touchline demo --once --json'],
  json: [
    '{"seconds", "import": {…}, "tables": [{"layer", "table", "rows"}], "predictions", "modelVersion",',
    ' "evaluation": {"rows": […]}, "postgres": {"url", "reader", "writer", "admin"}, "temporal": {"address", "ui"}}; rows as touchline model evaluate prints them.',
  ].join('\n'),
  settings: z.object({ once: z.literal(true).optional() }),
  async run({ once: endsItself }, context) {
    const { output, interrupted } = context;
    const { withStack } = await import('./with-stack.js');
    const startedAt = performance.now();
    output.note('Starting Postgres, Temporal and the workers …');
    await withStack(
      context,
      async (stack) => {
        const made = await makeEverything(stack, context);
        const seconds = Math.round((performance.now() - startedAt) / 1000);
        await output.result(asDocument(made, stack.status, seconds), () =>
          asText(made, endsItself === true ? null : stack.status, seconds),
        );
        if (endsItself === true || interrupted.aborted) return;
        output.note('\nEverything stays up until Ctrl-C.');
        await once(interrupted, 'abort');
        output.note('Ending: workers, Temporal, Postgres.');
      },
      'up',
    );
    return 0;
  },
});

async function makeEverything({ status, client }: Stack, context: CommandContext): Promise<Made> {
  const { runJob } = await import('./run-job.js');
  const say = (line: string): void => {
    context.output.note(line);
  };
  const league = createLeague({ seed, now: instant(Date.now()), code: simulatedDivision });
  const { seasons } = league;
  const divisions = [simulatedDivision];
  const site = await serveFootballData({ league });
  try {
    say(
      `${site.url} serves ${seasons.join(', ')} of the league ${simulatedDivision}, as football-data.co.uk would.`,
    );
    say('Importing: files → bronze → silver → lake → gold …');
    const files = {
      dataSource: 'football_data',
      location: site.url,
      seasons: [...seasons],
      divisions,
      reading: 'if-changed' as const,
    };
    const imported = ImportHistoryResult.parse(await runJob(importHistoryJob, files, client, context));
    say('Training the model …');
    const trained = await runJob(trainModelJob, { divisions, seed }, client, context);
    say('Judging it against the market on the newest season …');
    const testSeasons = seasons.slice(-1);
    const judged = await runJob(evaluateModelJob, { testSeasons, divisions, seed }, client, context);
    say('Predicting the matches ahead …');
    const predicted = await runJob(predictFixturesJob, { modelAlias: 'staging' }, client, context);
    return {
      imported: imported.outcome,
      tables: await lakeTables(status, context),
      judged: EvaluationReport.pick({ rows: true }).parse(judged).rows,
      modelVersion: TrainModelResult.parse(trained).version,
      predictions: PredictFixturesResult.parse(predicted).fixtures,
    };
  } finally {
    await site.close();
  }
}

async function lakeTables(
  status: StackStatus,
  { config }: CommandContext,
): Promise<readonly LakeTableStatus[]> {
  const { openLakeOf } = await import('../adapters/lake/lake-of-home.js');
  const lake = await openLakeOf(config, status.postgres, 'demo');
  const held = await lake.status([...silverTables, ...goldTables]).finally(() => lake.close());
  return held.tables;
}

const asDocument = (made: Made, { postgres, temporal }: StackStatus, seconds: number) => ({
  seconds,
  import: made.imported,
  tables: made.tables,
  predictions: made.predictions,
  modelVersion: made.modelVersion,
  evaluation: { rows: made.judged },
  postgres,
  temporal,
});

/** For people; without a status the stack ends as soon as this is said, and has no address to look at. */
function asText(made: Made, status: StackStatus | null, seconds: number): string {
  const rowsOf = (layer: string): number =>
    made.tables.filter((table) => table.layer === layer).reduce((sum, { rows }) => sum + rows, 0);
  const shown = [
    'model-with-prices',
    'model-without-prices',
    'market-prematch-average-shin',
    'market-closing-average-shin',
    'base-rate',
  ];
  const judged = made.judged.filter(
    ({ model, season, division }) => shown.includes(model) && season !== pooled && division === pooled,
  );
  const api = status?.api ?? null;
  return [
    '',
    ...(api === null
      ? []
      : [
          `Look at it    ${new URL('/console', api.url).href} (the league ${simulatedDivision} is simulated)`,
          '',
        ]),
    textTable(
      ['layer', 'rows'],
      [
        ['bronze', grouped(made.imported.rows)],
        ['silver', grouped(rowsOf('silver'))],
        ['gold', grouped(rowsOf('gold'))],
        ['predictions', grouped(made.predictions)],
      ],
    ),
    '',
    textTable(
      ['season', 'model or market', 'matches', 'log loss', 'RPS', 'to the market'],
      judged
        .sort((a, b) => a.logLoss - b.logLoss)
        .map(({ season, model, n, logLoss, rps, delta, deltaSe }) => [
          season,
          model,
          n,
          logLoss.toFixed(4),
          rps.toFixed(4),
          `${delta >= 0 ? '+' : ''}${delta.toFixed(4)} ± ${deltaSe.toFixed(4)}`,
        ]),
    ),
    'A made-up league, and few matches: differences below two standard errors (±) say nothing.',
    '',
    ...(status === null
      ? ['Look further  npm run -s touchline -- up']
      : [
          `Temporal UI   ${status.temporal.ui ?? status.temporal.address}`,
          'Look further  npm run -s touchline -- status',
        ]),
    '              npm run -s touchline -- lake query "select match_time, home_elo, away_elo from gold.match_features order by match_time desc limit 5"',
    '              npm run -s touchline -- model report',
    `Made in ${seconds} s.`,
  ].join('\n');
}
