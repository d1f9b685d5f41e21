import type { Client } from '@temporalio/client';
import { z } from 'zod';
import { redactorOf } from '../adapters/redaction/redactor.js';
import { runName, type JobRun, type RunDetails } from '../adapters/temporal/runs.js';
import { RunStatus } from '../schemas/jobs/run.js';
import { jobs } from '../workflows/jobs.js';
import { command, type CommandContext, type Parameter } from './command.js';
import { WholeNumber } from './settings.js';
import { counted, textTable } from './table.js';

/** Those who follow a match are hundreds, and no job: they are listed where they are asked for. */
const followers = { name: 'follow-match', workflowType: 'followMatch' } as const;
const jobNames = [...jobs, followers].map(({ name }) => name);
const JobName = z.enum(jobNames, { error: `Write one of ${jobNames.join(', ')}` });
const RunName = z.string().trim().min(1);
const Why = z.string('Say why: --why is kept').trim().min(1);

const runArgument: Parameter = {
  flags: '<run>',
  about: 'workflow/run, as runs list and errors name it; a workflow alone means its latest run',
};
const why: Parameter = { flags: '--why <text>', about: 'the reason; it stands in the history of the run' };

const jobOf = ({ workflowType }: JobRun): string =>
  [...jobs, followers].find((job) => job.workflowType === workflowType)?.name ?? workflowType;
const workflowTypesOf = (name: string | undefined): string[] =>
  (name === undefined ? jobs : [...jobs, followers].filter((job) => job.name === name)).map(
    ({ workflowType }) => workflowType,
  );

const runDocument = (run: JobRun) => ({
  run: runName(run),
  job: jobOf(run),
  status: run.status,
  startedAt: run.startedAt.toISOString(),
  endedAt: run.endedAt?.toISOString() ?? null,
});
const runJson = '{"run", "job", "status", "startedAt", "endedAt"}';

/** Works with the stack's Temporal. */
async function withTemporal<T>(context: CommandContext, work: (client: Client) => Promise<T>): Promise<T> {
  const { withStack } = await import('./with-stack.js');
  return await withStack(context, ({ client }) => work(client));
}

const second = (at: Date | null): string => at?.toISOString().slice(0, 19).replace('T', ' ') ?? '';

export const runsList = command({
  path: ['runs', 'list'],
  summary: 'the runs of jobs: those that go on, then the last that ended',
  description: [
    'Lists the runs of jobs that Temporal knows, by touchline run or by a schedule. Parts of a run (the refine of an import) go with it and are not listed;',
    'those who follow a match (match/7) are, with --job follow-match.',
  ].join('\n'),
  options: [
    { flags: '--job <name>', about: 'of one job, or follow-match' },
    { flags: '--status <status>', about: `one of ${RunStatus.options.join(', ')}` },
    { flags: '--limit <number>', about: 'how many at most', otherwise: '20' },
  ],
  examples: [
    'touchline runs list --status running',
    'touchline runs list --job collect-odds --status failed --json',
  ],
  json: `An array of ${runJson}.`,
  settings: z.object({
    job: JobName.optional(),
    status: z.enum(RunStatus.options, { error: `Write one of ${RunStatus.options.join(', ')}` }).optional(),
    limit: WholeNumber.default(20),
  }),
  async run({ job, status, limit }, context) {
    const runs = await withTemporal(context, async (client) => {
      const { listRuns } = await import('../adapters/temporal/runs.js');
      return await listRuns(client, { workflowTypes: workflowTypesOf(job), status, limit });
    });
    await context.output.result(runs.map(runDocument), () =>
      runs.length === 0
        ? 'No runs.'
        : [
            textTable(
              ['run', 'job', 'status', 'started (UTC)', 'ended'],
              runs.map((run) => [
                runName(run),
                jobOf(run),
                run.status,
                second(run.startedAt),
                second(run.endedAt),
              ]),
            ),
            ...(job === undefined ? ['Those that follow a match: --job follow-match.'] : []),
          ].join('\n'),
    );
    return 0;
  },
});

/** What Temporal keeps of a run stands there as it was given: what may be a secret in it is not printed. */
function detailsDocument({ input, steps, end, ...run }: RunDetails, { config }: CommandContext) {
  const redactor = redactorOf(config.secrets);
  return {
    ...runDocument(run),
    input: redactor.value(input),
    steps: steps.map(({ activity, attempt, lastFailure }) => ({
      ...{ activity, attempt },
      lastFailure: lastFailure === undefined ? null : redactor.text(lastFailure),
    })),
    result: end?.kind === 'answered' ? redactor.value(end.result) : null,
    failure: end?.kind === 'failed' ? redactor.value(end.failure) : null,
  };
}

export const runsShow = command({
  path: ['runs', 'show'],
  summary: 'one run: its input, what it is at, how it ended',
  description:
    'Shows a run with its input, the steps that have not ended and why they were tried again, its answer or its failure.',
  arguments: [runArgument],
  examples: [
    'touchline runs show rebuild',
    'touchline runs show rebuild/0198c0de-0000-7000-8000-000000000000 --json',
  ],
  json: '{"run", "job", "status", "startedAt", "endedAt", "input", "steps": [{"activity", "attempt", "lastFailure"}], "result", "failure": {"name", "message", "subject"}}; result and failure are null until it ended so.',
  settings: z.object({ run: RunName }),
  async run({ run: name }, context) {
    const details = await withTemporal(context, async (client) => {
      const { describeRun } = await import('../adapters/temporal/runs.js');
      return await describeRun(client, name);
    });
    const document = detailsDocument(details, context);
    await context.output.result(document, () =>
      Object.entries(document)
        .filter(([, value]) => value !== null && (!Array.isArray(value) || value.length > 0))
        .map(
          ([field, value]) =>
            `${field.padEnd(10)}${typeof value === 'string' ? value : JSON.stringify(value)}`,
        )
        .join('\n'),
    );
    return 0;
  },
});

export const runsCancel = command({
  path: ['runs', 'cancel'],
  summary: 'ask a run to end',
  description: [
    'Asks a run to end: its steps are cancelled where they can be, and it closes its log. That takes a worker, and as long as a step takes',
    'that cannot be cut short; touchline runs terminate waits for nothing.',
  ].join('\n'),
  arguments: [runArgument],
  examples: ['touchline runs cancel collect-fixtures'],
  json: `${runJson}, as it was when it was asked.`,
  settings: z.object({ run: RunName }),
  async run({ run: name }, context) {
    const run = await withTemporal(context, async (client) => {
      const { cancelRun } = await import('../adapters/temporal/run-requests.js');
      return await cancelRun(client, name);
    });
    await context.output.result(runDocument(run), () => `${runName(run)} was asked to end.`);
    return 0;
  },
});

export const runsTerminate = command({
  path: ['runs', 'terminate'],
  summary: 'end a run at once, or every run of a job',
  description: [
    'Ends a run at once, its parts too, without a word to them: a step that is at work goes on to its end or its next heartbeat, and its log is',
    'closed as failed by the next system-health-check. --job ends every run of a job that goes on. A match whose follower was ended is followed again',
    'within a minute, as long as the schedule plan-matches is not paused.',
  ].join('\n'),
  arguments: [{ ...runArgument, flags: '[run]' }],
  options: [{ flags: '--job <name>', about: 'every run of this job instead' }, why],
  examples: [
    'touchline runs terminate import-history/3f2a9c0d11aa --why "the wrong folder"',
    'touchline runs terminate --job collect-odds --why "the key has been lost"',
  ],
  json: `An array of ${runJson}, as they were before.`,
  settings: z
    .object({ run: RunName.optional(), job: JobName.optional(), why: Why })
    .refine(({ run, job }) => (run === undefined) !== (job === undefined), {
      error: 'Name one run, or a job with --job',
      path: ['run'],
    }),
  async run({ run: name, job, why: reason }, context) {
    const ended = await withTemporal(context, async (client) => {
      const { terminateRun, terminateRuns } = await import('../adapters/temporal/run-requests.js');
      if (name !== undefined) return [await terminateRun(client, name, reason)];
      return await terminateRuns(client, workflowTypesOf(job), reason);
    });
    await context.output.result(ended.map(runDocument), () =>
      [...ended.map(runName), `${counted(ended.length, 'run')} ended.`].join('\n'),
    );
    return 0;
  },
});

export const runsRestart = command({
  path: ['runs', 'restart'],
  summary: 'start a run that failed once more, with its input',
  description: [
    'Starts a run that failed, was ended or ran out of time once more, under the same workflow and with the same input, and does not wait for it.',
    'Whoever follows a match is begun again by plan-matches instead.',
  ].join('\n'),
  arguments: [runArgument],
  examples: ['touchline runs restart collect-daily-fixtures-2026-11-26T02:00:00Z'],
  json: `${runJson} of the new run.`,
  settings: z.object({ run: RunName }),
  async run({ run: name }, context) {
    const run = await withTemporal(context, async (client) => {
      const { restartRun } = await import('../adapters/temporal/run-requests.js');
      return await restartRun(client, name);
    });
    await context.output.result(
      runDocument(run),
      () => `Started again as ${runName(run)}; touchline runs show ${run.workflowId} tells how it goes.`,
    );
    return 0;
  },
});
