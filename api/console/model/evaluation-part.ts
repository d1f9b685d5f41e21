import { reliabilityChart } from '../../../domain/charts/reliability-chart.js';
import { pooled, type EvaluationReport, type JudgeRow } from '../../../schemas/jobs/evaluate-model.js';
import { html, trusted, type Html } from '../../../schemas/html.js';
import { reportedModels } from '../../../schemas/records/model-report.js';
import { outcomesInClassOrder } from '../../../schemas/values.js';
import { grouped, instantText, table } from '../parts.js';

const signed = (value: number): string => `${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(4)}`;

const rowsTable = (rows: readonly JudgeRow[]): Html =>
  table(
    'Seasons that the model had not seen, best first; to the market: less the average price before the match, ± its standard error',
    [
      'Model or market',
      'Season',
      { number: 'Matches' },
      { number: 'Log loss' },
      { number: 'RPS' },
      { number: 'To the market' },
    ],
    rows.map((row) => [
      ...[row.model, row.season, grouped(row.n), row.logLoss.toFixed(4), row.rps.toFixed(4)],
      `${signed(row.delta)} ± ${row.deltaSe.toFixed(4)}`,
    ]),
  );

/** The last judgement of the model: reliability, and log loss beside the market by season. */
export function evaluationPart(report: EvaluationReport | undefined): Html {
  if (report === undefined) {
    return html`<p class="quiet">
      Nothing has been judged yet: <code>touchline model evaluate --test-seasons 2021-22</code>.
    </p>`;
  }
  const { rows, reliability, evaluatedAt } = report;
  const shown = rows
    .filter(({ division, season }) => division === pooled && season !== pooled)
    .sort((a, b) => b.season.localeCompare(a.season) || a.logLoss - b.logLoss);
  const charts = reportedModels.flatMap((model) =>
    outcomesInClassOrder.flatMap((outcome) => {
      const bins = reliability.filter((bin) => bin.model === model && bin.outcome === outcome);
      if (bins.length === 0) return [];
      const about = `${bins.length} bins of a tenth: the mean chance given, and the share that came with its interval of 95 %; the figures are in the table beneath`;
      return [
        html`<figure>
          ${trusted(reliabilityChart({ title: `${model}: ${outcome}`, about }, bins))}
          <figcaption>${model.replaceAll('-', ' ')}: ${outcome}</figcaption>
        </figure>`,
      ];
    }),
  );
  return html`<p class="quiet">Judged ${instantText(evaluatedAt)}.</p>
    ${rowsTable(shown)}
    ${
      charts.length === 0
        ? ''
        : html`<h3>Reliability</h3>
            <div class="side">${charts}</div>
            <details id="reliability">
              <summary>Reliability in figures</summary>
              ${table(
                'Chances given and what came',
                [
                  'Model',
                  'Outcome',
                  'Chance',
                  { number: 'Matches' },
                  { number: 'Said' },
                  { number: 'Came' },
                  'Interval of 95 %',
                ],
                reliability.map((bin) => [
                  ...[
                    bin.model,
                    bin.outcome,
                    `${bin.from.toFixed(1)} to ${bin.to.toFixed(1)}`,
                    grouped(bin.n),
                  ],
                  ...[
                    bin.said.toFixed(3),
                    bin.came.toFixed(3),
                    `${bin.low.toFixed(3)} to ${bin.high.toFixed(3)}`,
                  ],
                ]),
              )}
            </details>`
    }`;
}
