import { z } from 'zod';
import { knownInstants } from '../../../adapters/postgres/known-instants.js';
import { readPayloadOrigins } from '../../../adapters/postgres/payload-origins.js';
import { readPredictionAsOf } from '../../../adapters/postgres/told-predictions.js';
import { MatchToldAnswer } from '../../../schemas/api/match-told.js';
import { PriceHistory } from '../../../schemas/api/matches.js';
import { Id, InstantText } from '../../../schemas/api/parameters.js';
import { ToldPrediction } from '../../../schemas/api/predictions.js';
import { html, type Html } from '../../../schemas/html.js';
import { partOf } from '../ask.js';
import { consolePage, type PageContext } from '../console-page.js';
import { knownThenForm } from '../match/as-of.js';
import {
  conflictsPart,
  factsPart,
  formPart,
  lineUpsPart,
  meetingsPart,
  revisionsPart,
} from '../match/told-parts.js';
import { predictionPart, rowPart } from '../match/prediction-part.js';
import { pricesPart } from '../match/prices-part.js';
import { originsPart } from '../match/origins-part.js';
import { figure, figures, fromNow, instantText, problemNote, scoreOf, section } from '../parts.js';

const Params = z.object({ id: Id });
const Query = z.object({
  as_of: z.preprocess((text) => (text === '' ? undefined : text), InstantText.optional()),
});
type Context = PageContext<z.output<typeof Params>, z.output<typeof Query>>;

/** As of an instant what had been said then; now what the model says of it, with its reasons where it lies ahead. */
async function said(
  { deps, ask, params: { id }, query: { as_of: asOf } }: Context,
  begun: boolean,
): Promise<Html> {
  if (asOf !== undefined) {
    const row = await readPredictionAsOf(deps.databases.reader.pool, id, asOf);
    return row === undefined ? html`<p class="quiet">Nothing had been said of it then.</p>` : rowPart(row);
  }
  const answer = await ask(`/api/v1/predictions/${id}${begun ? '' : '?explain=true'}`, ToldPrediction);
  return partOf(answer, predictionPart);
}

/** One match with all that is known of it, now or as of an instant: everything on the page is read as it was known then. */
export const matchPage = consolePage({
  url: '/console/matches/:id',
  place: '/console/matches',
  params: Params,
  query: Query,
  async show(context) {
    const { deps, ask, params, query } = context;
    const { id } = params;
    const asOf = query.as_of;
    const then = asOf === undefined ? '' : `?as_of=${encodeURIComponent(asOf.toISOString())}`;
    const { pool } = deps.databases.reader;
    const [match, prices, instants, origins] = await Promise.all([
      ask(`/api/v1/matches/${id}${then}`, MatchToldAnswer),
      ask(`/api/v1/matches/${id}/prices${then}`, PriceHistory),
      knownInstants(pool, id),
      readPayloadOrigins(pool, id, asOf ?? 'infinity'),
    ]);
    const slider = knownThenForm({ id, instants, asOf });
    if (match.kind === 'problem') {
      const isThere = instants.length > 0;
      return {
        title: `Match ${id}`,
        body: html`${isThere ? slider : ''}${isThere ? html`<p class="note">Nothing was known of it then.</p>` : problemNote(match.problem)}`,
      };
    }
    const { match: line, revisions, conflicts, line_ups, injuries, weather, form, meetings } = match.data;
    const at = asOf?.getTime() ?? deps.now();
    const begun = Date.parse(line.kick_off) <= at;
    const score = scoreOf(line.home_score, line.away_score);
    return {
      title: `${line.home} – ${line.away}`,
      body: html`${slider}
      ${figures(
        figure(
          'Kick-off',
          instantText(line.kick_off),
          line.kickoff_precision === 'day'
            ? 'the hour is not known'
            : asOf === undefined && !begun
              ? fromNow(line.kick_off)
              : null,
        ),
        figure('State', line.match_status, `by ${line.result_source}`),
        figure(
          'Score',
          score,
          line.home_half_time_score === null
            ? null
            : `half-time ${scoreOf(line.home_half_time_score, line.away_half_time_score)}`,
        ),
        figure('League', line.league, line.season),
        figure('Venue', line.venue ?? '–', line.referee === null ? null : `referee ${line.referee}`),
      )}
      ${section(
        'Prices',
        partOf(prices, (told) => pricesPart(told)),
      )}
      ${section('Prediction', await said(context, begun))}
      ${section('Line-ups', lineUpsPart(line_ups), factsPart('Injuries', injuries), factsPart('Weather', weather))}
      ${section('Form', formPart(line.home, form.home), formPart(line.away, form.away), meetingsPart(line.home, line.away, meetings))}
      ${section('Provenance', revisionsPart(revisions), conflictsPart(conflicts), originsPart(origins))}`,
    };
  },
});
