import { z } from 'zod';
import { lastChecks } from '../../../adapters/postgres/provider-health.js';
import { issuesOfLastDay } from '../../../adapters/postgres/review/statistics.js';
import { Health } from '../../../schemas/api/health.js';
import { html, type Html } from '../../../schemas/html.js';
import { toIso } from '../../../schemas/values.js';
import { partOf } from '../ask.js';
import { consolePage } from '../console-page.js';
import { figure, figures, instantText, section, state, table } from '../parts.js';

const partsTable = ({ status, checks }: Health): Html =>
  html`${figures(figure('Status', state(status, status === 'healthy' ? 'good' : 'bad')))}${table(
    'What this process depends on',
    ['Dependency', 'State', 'Message', { number: 'Answered in' }, 'About'],
    Object.entries(checks).map(([name, check]) => [
      ...[name, check.healthy ? state('answers', 'good') : state('is away', 'bad'), check.message],
      `${check.response_time_ms.toFixed(1)} ms`,
      Object.entries(check.server_info ?? {})
        .map(([key, value]) => `${key} ${value}`)
        .join(', '),
    ]),
  )}`;

const moodOf = (word: string): 'good' | 'bad' | 'warn' =>
  word === 'healthy' ? 'good' : word === 'down' ? 'bad' : 'warn';

/** How everything does that this depends on, and the sources. */
export const healthPage = consolePage({
  url: '/console/health',
  place: '/console/health',
  params: z.object({}),
  query: z.object({}),
  async show({ deps, ask }) {
    const { pool } = deps.databases.reader;
    const [health, sources, issues] = await Promise.all([
      ask('/health', Health),
      lastChecks(pool),
      issuesOfLastDay(pool),
    ]);
    return {
      title: 'Health',
      body: html`${section('Dependencies', partOf(health, partsTable))}
      ${section(
        'Sources',
        table(
          'Each source at its last check',
          ['Source', 'State', 'Checked', 'Why'],
          sources.map(({ dataSource, state: word, checkedAt, reasons }) => [
            ...[dataSource, state(word, moodOf(word)), instantText(toIso(checkedAt))],
            reasons.map(({ says }) => says).join('; '),
          ]),
        ),
      )}
      ${section(
        'Found in the last day',
        table(
          'Findings of the last 24 hours',
          ['Kind', 'Table', { number: 'Findings' }],
          issues.map((one) => [one.type.replaceAll('_', ' '), one.table, one.issues]),
        ),
      )}`,
    };
  },
});
