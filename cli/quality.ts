import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { PrerequisiteMissing } from '../schemas/errors.js';
import { jobFailure } from '../schemas/jobs/failure.js';
import { checkpointOf, QualityCheckResult, suiteTables, usualRows } from '../schemas/jobs/quality-check.js';
import { overallTable, type CheckpointLine, type StoredCheckpoint } from '../schemas/records/checkpoint.js';
import { toIso } from '../schemas/values.js';
import { qualityCheckJob } from '../workflows/jobs.js';
import { command, type CommandContext } from './command.js';
import { checkpointDocument, checkpointJson, lineDocument } from './quality/document.js';
import { checkpointPage } from './quality/page.js';
import { checkpointText, scoreText } from './quality/text.js';
import { List, WholeNumber } from './settings.js';
import { textTable } from './table.js';
import { withDatabase } from './with-database.js';

const SuiteTableList = List.refine(
  (names) => names.every((name) => suiteTables.includes(name)),
  `Tables that are judged are ${suiteTables.join(', ')}`,
);

const RowsSetting = z.union([
  z.literal('all'),
  WholeNumber.refine((rows) => rows > 0, 'Write how many rows of each table, or all'),
]);

/** So many checks before are on a page. */
const checksOnPage = 30;

/** Reads one checkpoint, the latest check of what is published where none is named, and those of its kind up to it, newest first. */
async function readOne(
  context: CommandContext,
  id?: number,
): Promise<{ readonly found: StoredCheckpoint; readonly history: readonly CheckpointLine[] }> {
  const { listCheckpoints, readCheckpoint } = await import('../adapters/postgres/checkpoints.js');
  const read = await withDatabase(context, { role: 'reader', name: 'quality' }, async ({ pool }) => {
    const found = await readCheckpoint(pool, id);
    if (found === undefined) return undefined;
    const { kind } = found;
    return {
      found,
      history: await listCheckpoints(pool, { kind, upTo: found.id, limit: checksOnPage }),
    };
  });
  if (read !== undefined) return read;
  throw new PrerequisiteMissing(
    id === undefined ? 'Nothing was checked yet' : `There is no checkpoint ${id}`,
    { object: 'checkpoint_store', advice: 'Check what is published: touchline quality check.' },
  );
}

/** The checkpoint of a check, also of one that failed since a contract is broken. */
async function checkpointOfCheck(answer: Promise<unknown>): Promise<number> {
  try {
    return QualityCheckResult.parse(await answer).checkpoint;
  } catch (error) {
    const { name, subject } = jobFailure(error);
    const broken = name === 'CheckFailed' ? checkpointOf(subject.object) : undefined;
    if (broken === undefined) throw error;
    return broken;
  }
}

export const qualityCheck = command({
  path: ['quality', 'check'],
  summary: 'judge what is published, now',
  description: [
    'Runs the job quality-check: holds every published table against its contract, its newest rows against what is expected of them, the seasons against the calendar, asks whether',
    'each match has what its clock says and the lake what silver has learnt, and counts what is odd. Prints the score of each table and what is not met, with rows',
    'and their payloads. Ends with 1 where a contract is broken.',
  ].join('\n'),
  options: [
    {
      flags: '--table <list>',
      about: 'tables of the lake, as silver.odds; without what is due of matches',
      otherwise: 'all',
    },
    {
      flags: '--rows <number>',
      about: 'how many of the newest rows of each table, or all',
      otherwise: `${usualRows}`,
    },
  ],
  examples: [
    'touchline quality check',
    'touchline quality check --rows all',
    'touchline quality check --table silver.matches,silver.odds --json',
  ],
  json: checkpointJson,
  settings: z.object({ table: SuiteTableList.optional(), rows: RowsSetting.optional() }),
  async run({ table: tables, rows }, context) {
    const { runJob } = await import('./run-job.js');
    const { readCheckpoint } = await import('../adapters/postgres/checkpoints.js');
    const found = await withDatabase(
      context,
      { role: 'reader', name: 'quality' },
      async ({ pool }, { client }) => {
        const input = { tables, rows };
        const answer = runJob(qualityCheckJob, input, client, context);
        return readCheckpoint(pool, await checkpointOfCheck(answer));
      },
    );
    if (found === undefined) throw new PrerequisiteMissing('The checkpoint was removed meanwhile');
    await context.output.result(checkpointDocument(found), () => checkpointText(found));
    return found.heldBack ? 1 : 0;
  },
});

export const qualityReport = command({
  path: ['quality', 'report'],
  summary: 'the last check in full, as a page',
  description: [
    'Shows the last check of what is published, or any checkpoint of touchline quality history: also one by which a publication was held back.',
    'With --html it is written as a page that stands alone: whether the contracts are kept, what is not met with rows and payloads, each score with what it is made',
    'of, what is late and what is odd, the checks before it, and each rule in words with the share of rows that meet it.',
  ].join('\n'),
  options: [
    { flags: '--checkpoint <number>', about: 'the checkpoint', otherwise: 'the last check of all tables' },
    { flags: '--html <file>', about: 'writes the page there' },
  ],
  examples: [
    'touchline quality report --html quality.html',
    'touchline quality report --checkpoint 41 --json',
  ],
  json: checkpointJson,
  settings: z.object({ checkpoint: WholeNumber.optional(), html: z.string().min(1).optional() }),
  async run({ checkpoint: id, html }, context) {
    const { found, history } = await readOne(context, id);
    if (html !== undefined) {
      await writeFile(path.resolve(html), checkpointPage(found, history));
      context.output.note(`Wrote ${path.resolve(html)}`);
    }
    await context.output.result(checkpointDocument(found), () => checkpointText(found));
    return 0;
  },
});

export const qualityHistory = command({
  path: ['quality', 'history'],
  summary: 'the checkpoints of the last 90 days',
  description: [
    'Lists the runs of suites, newest first: of publications, of builds of gold (which judge the months that they change), and checks of what is published.',
    'held back says that the publication was not made.',
  ].join('\n'),
  options: [
    {
      flags: '--table <table>',
      about: 'its score, in the runs that judged it',
      otherwise: 'the overall score',
    },
    { flags: '--last <number>', about: 'how many', otherwise: '20' },
  ],
  examples: ['touchline quality history', 'touchline quality history --table silver.odds --last 100 --json'],
  json: 'An array of {"checkpoint", "kind", "runId", "snapshot", "runAt", "execution_time", "rowsJudged", "overall_success_rate", "scores", "heldBack"}.',
  settings: z.object({
    table: z
      .string()
      .refine((name) => suiteTables.includes(name), `Tables that are judged are ${suiteTables.join(', ')}`)
      .optional(),
    last: WholeNumber.default(20),
  }),
  async run({ table, last }, context) {
    const { listCheckpoints } = await import('../adapters/postgres/checkpoints.js');
    const lines = await withDatabase(context, { role: 'reader', name: 'quality' }, ({ pool }) =>
      listCheckpoints(pool, { ...(table === undefined ? {} : { table }), limit: last }),
    );
    await context.output.result(lines.map(lineDocument), () => historyText(lines, table ?? overallTable));
    return 0;
  },
});

function historyText(lines: readonly CheckpointLine[], table: string): string {
  if (lines.length === 0) return 'Nothing was judged yet.';
  return textTable(
    ['checkpoint', 'at', 'kind', `score of ${table}`, 'rows', 'held back', 'run'],
    lines.map((line) => [
      ...[line.id, toIso(line.runAt), line.kind, scoreText(line.scores[table] ?? 0)],
      ...[line.rowsJudged, line.heldBack ? 'yes' : 'no', line.runId],
    ]),
  );
}
