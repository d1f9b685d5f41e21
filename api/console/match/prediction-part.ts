import type { z } from 'zod';
import type { PredictionRow } from '../../../adapters/postgres/told-predictions.js';
import type { Explanation, StoredPrediction, ToldPrediction } from '../../../schemas/api/predictions.js';
import { html, type Html } from '../../../schemas/html.js';
import { predictionDocument } from '../../predictions/documents.js';
import { chanceBar, fairPrice, figure, figures, instantText, percent, state, table } from '../parts.js';

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
const words = (name: string): string => name.replaceAll('_', ' ');

const figureText = (value: unknown): string =>
  value === null ? 'missing' : typeof value === 'string' ? value : JSON.stringify(value);

function storedPart(said: StoredPrediction): Html {
  const { home_win_probability: home, draw_probability: draw, away_win_probability: away } = said;
  const facts = Object.entries(said.prediction_metadata).filter(
    ([, value]) => typeof value === 'string' || typeof value === 'number',
  );
  return html`<p>${chanceBar(home, draw, away)}</p>
    ${figures(
      figure('Home', percent(home), `fair price ${fairPrice(home)}`),
      figure('Draw', percent(draw), `fair price ${fairPrice(draw)}`),
      figure('Away', percent(away), `fair price ${fairPrice(away)}`),
      figure('Most likely', said.predicted_result, `model version ${said.model_version}`),
      figure('Predicted at', instantText(said.created_at)),
      ...(said.is_correct === null
        ? []
        : [figure('Outcome', said.is_correct ? state('right', 'good') : state('wrong', 'plain'))]),
    )}
    <details id="fed">
      <summary>What it was made of</summary>
      ${table(
        'Where the prediction comes from',
        ['What', 'Value'],
        facts.map(([name, value]) => [words(name), html`<code>${String(value)}</code>`]),
      )}${table(
        'What the model was fed',
        ['Feature', { number: 'Value' }],
        Object.entries(said.features_used).map(([name, value]) => [words(name), figureText(value)]),
      )}
    </details>`;
}

const explained = ({ home_over_away: whole, terms, groups }: Explanation): Html =>
  html`<h3>Reasons</h3>
    <p>
      In log-odds of home against away: ln(home / away) = <strong>${signed(whole)}</strong>. Opinions add up
      to it; groups are ablations of the model, what would be gone without them, and no cause.
    </p>
    <div class="side">
      ${table(
        'What each opinion adds',
        ['Opinion', { number: 'Weight' }, { number: 'Adds' }],
        terms.map(({ opinion, weight, value }) => [opinion, weight.toFixed(2), signed(value)]),
      )}${table(
        'What would be gone without a group of features',
        ['Group', { number: 'Features' }, { number: 'Change' }],
        groups.map(({ group, features, change }) => [words(group), features, signed(change)]),
      )}
    </div>`;

/** What the model says of a match, and why where it lies ahead. */
export const predictionPart = ({ prediction, explanation }: z.output<typeof ToldPrediction>): Html =>
  html`${storedPart(prediction)}${explanation === null ? '' : explained(explanation)}`;

/** What had been said at some instant. */
export const rowPart = (row: PredictionRow): Html => storedPart(predictionDocument(row));
