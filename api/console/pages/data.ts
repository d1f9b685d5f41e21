import { z } from 'zod';
import { listCheckpoints } from '../../../adapters/postgres/checkpoints.js';
import { downstreamOf } from '../../../adapters/lineage/downstream.js';
import { readMakings } from '../../../adapters/lineage/read-lineage.js';
import type { Making } from '../../../adapters/lineage/upstream.js';
import { scoreLine } from '../../../domain/charts/score-line.js';
import { Datasets } from '../../../schemas/api/datasets.js';
import { html, trusted, type Html } from '../../../schemas/html.js';
import { datasetKey } from '../../../schemas/lineage.js';
import { overallTable, type CheckpointLine } from '../../../schemas/records/checkpoint.js';
import { toIso } from '../../../schemas/values.js';
import { partOf } from '../ask.js';
import { consolePage } from '../console-page.js';
import { datasetsOf, lineagePicture } from '../lineage-picture.js';
import { figure, figures, fromNow, grouped, instantText, section, state, table } from '../parts.js';

const checksShown = 60;

const datasetsPart = ({ snapshot, overall_score: overall, datasets }: z.output<typeof Datasets>): Html =>
  html`${figures(
    figure(
      'Last snapshot',
      snapshot === null ? 'none' : String(snapshot.id),
      snapshot === null
        ? 'nothing was published yet'
        : html`${snapshot.job ?? 'by hand'}, ${fromNow(snapshot.at)}`,
    ),
    overall === null
      ? figure('Quality', 'not checked yet', 'a check of all rows runs each hour')
      : figure('Quality', overall.toFixed(2), 'of 100'),
    figure('Rows', grouped(datasets.reduce((sum, { rows }) => sum + rows, 0)), `${datasets.length} tables`),
  )}${table(
    'The tables of the lake',
    ['Table', { number: 'Rows' }, 'Freshness', { number: 'Quality' }, 'Judged'],
    datasets.map(({ dataset, rows, waiting, quality }) => [
      ...[dataset, grouped(rows)],
      waiting === null
        ? state('up to date', 'good')
        : state(`${waiting.partitions} months wait, ${waiting.hours.toFixed(1)} h`, 'warn'),
      quality === null ? '–' : quality.score.toFixed(2),
      quality === null ? 'never' : instantText(quality.checked_at),
    ]),
  )}`;

function qualityPart(checks: readonly CheckpointLine[]): Html {
  const overall = (line: CheckpointLine): number => line.scores[overallTable] ?? 0;
  const oldestFirst = checks.toReversed();
  return html`${trusted(scoreLine({ title: 'Overall score', about: `${checks.length} runs of suites, oldest first; the figures are in the table beneath.` }, oldestFirst.map(overall)))}
  ${table(
    'Runs of suites, the newest first',
    ['Checkpoint', 'At', 'Kind', { number: 'Score' }, { number: 'Rows' }, 'Contracts'],
    checks
      .slice(0, 15)
      .map((line) => [
        ...[
          line.id,
          instantText(toIso(line.runAt)),
          line.kind,
          overall(line).toFixed(2),
          grouped(line.rowsJudged),
        ],
        line.heldBack ? state('broken', 'bad') : state('kept', 'good'),
      ]),
  )}`;
}

function lineagePart(makings: readonly Making[], of: string | undefined): Html {
  const datasets = datasetsOf(makings);
  const chosen = of === undefined ? undefined : datasets.get(of);
  const below = chosen === undefined ? [] : downstreamOf(chosen, makings);
  const picture = lineagePicture(makings, {
    chosen: chosen === undefined ? undefined : of,
    touched: new Set(below.map(datasetKey)),
  });
  const impact =
    chosen === undefined
      ? html`<p class="quiet">Choose a table: whatever lies downstream of it stands out.</p>`
      : html`<p>
            <strong>${datasetKey(chosen)}</strong>:
            ${below.length === 0 ? 'nothing lies downstream.' : `${below.length} datasets lie downstream.`}
          </p>
          <ul class="columns">
            ${below.map((one) => html`<li>${datasetKey(one)}</li>`)}
          </ul>`;
  return html`<div id="lineage">
      ${makings.length === 0 ? html`<p class="quiet">No run has told what it read and wrote yet.</p>` : html`${impact}${picture}`}
    </div>
    <details id="lineage-table">
      <summary>The same in words</summary>
      ${table(
        'Which job makes what of what, in the last 90 days',
        ['Job', 'Reads', 'Writes', { number: 'Runs' }, 'Last'],
        makings.map(({ job, inputs, outputs, runs, lastAt }) => [
          ...[job, inputs.map(datasetKey).join(', '), outputs.map(datasetKey).join(', '), runs],
          instantText(lastAt),
        ]),
      )}
    </details>`;
}

/** How fresh, how large and how good each dataset is, and what is made of what. */
export const dataPage = consolePage({
  url: '/console/data',
  place: '/console/data',
  params: z.object({}),
  query: z.object({ of: z.string().max(200).optional() }),
  async show({ deps, ask, query: { of } }) {
    const { pool } = deps.databases.reader;
    const [datasets, checks, makings] = await Promise.all([
      ask('/api/v1/datasets', Datasets),
      listCheckpoints(pool, { table: overallTable, limit: checksShown }),
      readMakings(pool),
    ]);
    return {
      title: 'Data',
      body: html`${section('Datasets', partOf(datasets, datasetsPart))}
      ${section('Quality over time', checks.length === 0 ? html`<p class="quiet">Nothing was judged yet.</p>` : qualityPart(checks))}
      ${section('Lineage', lineagePart(makings, of))}`,
    };
  },
});
