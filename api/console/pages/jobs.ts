import { z } from 'zod';
import { readBudgetDay, type BudgetDay } from '../../../adapters/postgres/budget-report.js';
import { mayAs } from '../../../schemas/api/access.js';
import { JobLine, RunLine, ScheduleLine } from '../../../schemas/api/tasks.js';
import { html, type Html, type HtmlPart } from '../../../schemas/html.js';
import type { Caller } from '../../access/guard.js';
import { partOf } from '../ask.js';
import { consolePage } from '../console-page.js';
import { actionForm, textField, whyField } from '../forms.js';
import { jobForm } from '../job-form.js';
import { fromNow, grouped, instantText, section, state, table } from '../parts.js';

const Runs = z.object({ runs: z.array(RunLine) });
const Schedules = z.object({ schedules: z.array(ScheduleLine) });
const Jobs = z.object({ jobs: z.array(JobLine) });

const moods: Readonly<Record<RunLine['status'], 'good' | 'bad' | 'warn' | 'plain'>> = {
  ...{ running: 'warn', completed: 'good', failed: 'bad', cancelled: 'plain' },
  ...{ terminated: 'bad', 'timed-out': 'bad', continued: 'plain' },
};

const linked = (words: string, url: string | null): HtmlPart =>
  url === null ? words : html`<a href="${url}" rel="noreferrer">${words}</a>`;

const runsPart = ({ runs }: z.output<typeof Runs>): Html =>
  table(
    'Runs of jobs: those that go on, then the last that ended',
    ['Job', 'State', 'Began', 'Ended', 'In Temporal'],
    runs.map((run) => [
      ...[run.job, state(run.status, moods[run.status]), instantText(run.started_at)],
      run.ended_at === null ? '–' : instantText(run.ended_at),
      linked(run.run.length > 44 ? `${run.run.slice(0, 43)}…` : run.run, run.temporal_url),
    ]),
  );

function scheduleActions({ id, paused }: ScheduleLine): Html {
  const base = `/tasks/schedules/${encodeURIComponent(id)}`;
  return html`<details class="actions" id="schedule-${id}">
    <summary>${paused ? 'Resume' : 'Pause'}, backfill<span class="sr"> ${id}</span></summary>
    ${
      paused
        ? actionForm(`${base}/unpause`, { button: 'Resume', label: `Resume ${id}` }, whyField())
        : actionForm(`${base}/pause`, { button: 'Pause', label: `Pause ${id}` }, whyField())
    }
    ${actionForm(`${base}/trigger`, { button: 'Run now', label: `Run ${id} now` })}
    ${actionForm(
      `${base}/backfill`,
      { button: 'Backfill', label: `Backfill ${id}` },
      textField({ name: 'from', label: 'From (UTC)', kind: 'instant', need: 'required' }),
      textField({ name: 'to', label: 'To (UTC)', kind: 'instant', need: 'required' }),
    )}
  </details>`;
}

const schedulesPart =
  (caller: Caller) =>
  ({ schedules }: z.output<typeof Schedules>): Html => {
    const acts = mayAs(caller.role, 'operator');
    return table(
      'What runs by the clock',
      [
        'Schedule',
        'Cron',
        'State',
        'Next',
        'Last',
        { number: 'Runs' },
        { number: 'Skipped' },
        ...(acts ? ['Do'] : []),
      ],
      schedules.map((one) => [
        ...[linked(one.id, one.temporal_url), html`<code>${one.cron}</code>`],
        one.paused ? html`${state('paused', 'warn')} <small>${one.note}</small>` : state('active', 'good'),
        one.paused || one.next_at === null ? '–' : fromNow(one.next_at),
        one.recent.at(-1) === undefined ? '–' : instantText(one.recent.at(-1)?.at ?? ''),
        ...[grouped(one.runs), grouped(one.skipped_overlap + one.missed_catch_up)],
        ...(acts ? [scheduleActions(one)] : []),
      ]),
    );
  };

const budgetsPart = ({ day, accounts, use: all, skipped }: BudgetDay): Html => {
  const use = all.filter(({ wanted, granted, spent }) => wanted + granted + spent > 0);
  return html`${table(
    `What providers let us ask on ${day}`,
    ['Provider', { number: 'Limit' }, { number: 'Spent' }, { number: 'Left' }],
    accounts.map(({ provider, limit, spent }) => [
      provider,
      grouped(limit),
      grouped(spent),
      grouped(limit - spent),
    ]),
  )}${
    use.length === 0
      ? ''
      : table(
          'By priority',
          ['Provider', 'Priority', { number: 'Wanted' }, { number: 'Granted' }, { number: 'Spent' }],
          use.map((one) => [
            one.provider,
            one.priority,
            grouped(one.wanted),
            grouped(one.granted),
            grouped(one.spent),
          ]),
        )
  }${
    skipped.length === 0
      ? ''
      : table(
          'Requests that were not made',
          ['Provider', 'Task', 'Why', { number: 'Requests' }],
          skipped.map((one) => [one.provider, one.task, one.reason, grouped(one.requests)]),
        )
  }`;
};

/** What ran, what runs next, what providers allow; and how to start, pause and make up. */
export const jobsPage = consolePage({
  url: '/console/jobs',
  place: '/console/jobs',
  params: z.object({}),
  query: z.object({}),
  async show({ deps, ask, caller }) {
    const [schedules, runs, jobs, budgets] = await Promise.all([
      ask('/tasks/schedules', Schedules),
      ask('/tasks/runs?limit=15', Runs),
      ask('/tasks/jobs', Jobs),
      readBudgetDay(deps.databases.reader.pool, undefined),
    ]);
    const ui = deps.temporalUi;
    return {
      title: 'Jobs',
      body: html`${ui === null ? '' : html`<p><a href="${ui}" rel="noreferrer">Temporal’s own console</a> shows every step of every run.</p>`}
      ${section('Runs', partOf(runs, runsPart))}
      ${section('Schedules', partOf(schedules, schedulesPart(caller)))}
      ${section('Budgets', budgetsPart(budgets))}
      ${
        mayAs(caller.role, 'operator')
          ? section(
              'Start a job',
              partOf(
                jobs,
                (told) => html`${told.jobs.filter(({ access }) => mayAs(caller.role, access)).map(jobForm)}`,
              ),
            )
          : ''
      }`,
    };
  },
});
