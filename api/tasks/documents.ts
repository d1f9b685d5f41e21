import { z } from 'zod';
import type { Redactor } from '../../adapters/redaction/redactor.js';
import { runName, type JobRun, type RunDetails } from '../../adapters/temporal/runs.js';
import type { ScheduleState } from '../../adapters/temporal/schedules.js';
import type { JobLine, RunLine, RunTold, ScheduleLine } from '../../schemas/api/tasks.js';
import { jobs, type Job } from '../../workflows/jobs.js';
import type { TemporalLinks } from './links.js';

/** Those who follow a match are hundreds, and no job: they are listed where they are asked for. */
export const followers = { name: 'follow-match', workflowType: 'followMatch' } as const;

/** What runs are called by: each job, and who follows matches. */
export const namedRuns: readonly { readonly name: string; readonly workflowType: string }[] = [
  ...jobs,
  followers,
];

export const scheduleLine = (
  state: ScheduleState,
  links: TemporalLinks,
  description?: string,
): ScheduleLine => ({
  ...{ id: state.id, description: description ?? null, cron: state.cron, paused: state.paused },
  ...{ note: state.note, next_at: state.nextAt?.toISOString() ?? null, runs: state.runs },
  recent: state.recent.map(({ at, workflowId }) => ({
    ...{ at: at.toISOString(), run: workflowId, temporal_url: links.run(workflowId) },
  })),
  ...{ missed_catch_up: state.missedCatchUp, skipped_overlap: state.skippedOverlap },
  temporal_url: links.schedule(state.id),
});

export const runLine = (run: JobRun, links: TemporalLinks): RunLine => ({
  run: runName(run),
  job: namedRuns.find(({ workflowType }) => workflowType === run.workflowType)?.name ?? run.workflowType,
  status: run.status,
  started_at: run.startedAt.toISOString(),
  ended_at: run.endedAt?.toISOString() ?? null,
  temporal_url: links.run(run.workflowId, run.runId),
});

/** What Temporal keeps of a run stands there as it was given: what may be a secret in it is not told. */
export const runTold = (
  { input, steps, end, ...run }: RunDetails,
  links: TemporalLinks,
  redactor: Redactor,
): RunTold => ({
  ...runLine(run, links),
  input: redactor.value(input),
  steps: steps.map(({ activity, attempt, lastFailure }) => ({
    ...{ activity, attempt },
    last_failure: lastFailure === undefined ? null : redactor.text(lastFailure),
  })),
  result: end?.kind === 'answered' ? redactor.value(end.result) : null,
  failure:
    end?.kind === 'failed'
      ? {
          name: end.failure.name,
          message: redactor.text(end.failure.message),
          advice: end.failure.subject.advice ?? null,
        }
      : null,
});

/** Jobs that read whatever folder or address they are told: more than an operator may. */
const adminsJobs: ReadonlySet<string> = new Set(['import-history']);

/** Whose right starting a job needs. */
export const accessOf = ({ name }: Job): JobLine['access'] => (adminsJobs.has(name) ? 'admin' : 'operator');

const SchemaDocument = z.record(z.string(), z.unknown());

export const jobLine = (job: Job): JobLine => ({
  ...{ name: job.name, description: job.description, access: accessOf(job) },
  input: SchemaDocument.parse(z.toJSONSchema(job.input, { io: 'input', unrepresentable: 'any' })),
});
