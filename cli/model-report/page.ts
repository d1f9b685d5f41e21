import type { EvaluationReport } from '../../schemas/jobs/evaluate-model.js';
import { text } from '../quality/html.js';
import { grouped } from '../table.js';
import { figures, paragraph, part, style } from './html.js';
import { closingPart, driftPart, importancePart, lossPart, poolPart, reliabilityPart } from './parts.js';

/** A kept evaluation as a page that stands alone: nothing is loaded from elsewhere, no figure is made that the report does not hold. */
export function modelReportPage(report: EvaluationReport): string {
  const { reliability, rows, againstClosing, importance, drift, pools, testSeasons } = report;
  const title = `Model report: ${testSeasons.join(', ')}`;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${text(title)}</title><style>${style}</style></head>
<body><main>
<h1>${text(title)}</h1>
${paragraph(`Judged ${report.evaluatedAt} on seasons that the model had not seen, each predicted from the seasons before it.`)}
${part('Log loss beside the market', rows.length > 0, () => lossPart(report))}
${part('Reliability', reliability.length > 0, () => reliabilityPart(reliability))}
${part('Weights in the pool', pools.length > 0, () => poolPart(pools))}
${part('Value at the close', againstClosing.length > 0, () => closingPart(againstClosing))}
${part('Importance', importance.length > 0, () => importancePart(importance))}
${part('Drift of inputs', drift.length > 0, () => driftPart(drift))}
${madeOfPart(report)}
</main></body>
</html>
`;
}

function madeOfPart(report: EvaluationReport): string {
  const { madeOf } = report;
  const made = figures(
    'What was judged',
    ['', ''],
    [
      ['run', report.runId],
      ['lake snapshot', String(report.lakeSnapshot)],
      ['divisions', report.divisions.join(', ')],
      ['learnt from', report.trainFrom],
      ['seed', String(report.seed)],
      ...(madeOf === null
        ? []
        : [
            ['feature set', `${madeOf.featureSet}, ${madeOf.features} features with prices`],
            ['matches', grouped(madeOf.matches)],
            ['XGBoost', madeOf.xgboost],
          ]),
    ],
  );
  const recipe =
    madeOf === null
      ? paragraph(
          'This report does not say by which features and recipe: it was kept by an earlier version.',
          'lacks',
        )
      : `<h3>Recipe</h3><pre>${text(JSON.stringify(madeOf.recipe, null, 2))}</pre>`;
  return `<section><h2>What it was made of</h2>${made}${recipe}</section>`;
}
