import { z } from 'zod';
import { readBestPrices, type BestPrice } from '../../../adapters/postgres/best-prices.js';
import { readNewestPredictions, type PredictionRow } from '../../../adapters/postgres/told-predictions.js';
import { FixtureLine } from '../../../schemas/api/matches.js';
import { pageOf } from '../../../schemas/api/envelope.js';
import { html, type Html, type HtmlPart } from '../../../schemas/html.js';
import { instant, toIso, type Instant } from '../../../schemas/values.js';
import { consolePage } from '../console-page.js';
import { nextStep } from '../next-step.js';
import {
  chanceBar,
  fairPrice,
  figure,
  figures,
  fromNow,
  instantText,
  overround,
  price,
  problemNote,
  scoreOf,
  section,
  state,
  table,
} from '../parts.js';

const day = 86_400_000;
const behind = 2 * day;
const ahead = 14 * day;

interface Told {
  readonly predictions: ReadonlyMap<number, PredictionRow>;
  readonly prices: ReadonlyMap<number, BestPrice>;
  readonly now: Instant;
}

const teams = ({ match_id: id, home, away, league }: FixtureLine): Html =>
  html`<a href="/console/matches/${id}">${home} – ${away}</a> <small class="under">${league}</small>`;

/** The chances, and beneath them the prices that would be fair. */
const chancesOf = (row: PredictionRow | undefined): HtmlPart =>
  row === undefined
    ? '–'
    : html`${chanceBar(row.home, row.draw, row.away)}<small class="under"
          >fair ${[row.home, row.draw, row.away].map(fairPrice).join(' · ')}</small
        >`;

const overroundOf = (best: BestPrice | undefined): string => {
  const prices = [best?.home, best?.draw, best?.away].flatMap((one) => one ?? []);
  return prices.length === 3 ? overround(prices) : '–';
};

const kickOffOf = ({ kick_off: at, kickoff_precision: precision }: FixtureLine): Html =>
  precision === 'day'
    ? html`<time datetime="${at}">${at.slice(0, 10)}</time> <small>hour not known</small>`
    : instantText(at);

function aheadRow(line: FixtureLine, { predictions, prices, now }: Told): HtmlPart[] {
  const best = prices.get(line.match_id);
  const next = nextStep({ kickOff: new Date(line.kick_off), precision: line.kickoff_precision }, now);
  const step =
    line.match_status === 'scheduled' || line.match_status === 'live'
      ? next === undefined
        ? state('in play or awaiting a result', 'warn')
        : html`${next.step} ${fromNow(toIso(next.at))}`
      : state(line.match_status, 'warn');
  return [
    ...[teams(line), kickOffOf(line)],
    ...[price(best?.home ?? null), price(best?.draw ?? null), price(best?.away ?? null)],
    ...[overroundOf(best), best?.books ?? '–', chancesOf(predictions.get(line.match_id)), step],
  ];
}

function playedRow(line: FixtureLine, { predictions }: Told): HtmlPart[] {
  const said = predictions.get(line.match_id);
  const result = scoreOf(line.home_score, line.away_score);
  const was = outcomeOf(line);
  return [
    ...[teams(line), kickOffOf(line), html`<strong>${result}</strong>`, chancesOf(said)],
    said === undefined || was === undefined
      ? '–'
      : said.predicted === was
        ? state('right', 'good')
        : state('wrong', 'plain'),
  ];
}

const outcomeOf = ({ home_score: home, away_score: away }: FixtureLine): string | undefined =>
  home === null || away === null ? undefined : home > away ? 'home' : home < away ? 'away' : 'draw';

/** Fixtures by kick-off with prices, predictions and what is done for them next; and what has just been played. */
export const todayPage = consolePage({
  url: '/console',
  place: '/console',
  params: z.object({}),
  query: z.object({}),
  async show({ deps, ask }) {
    const now = deps.now();
    const [from, to] = [toIso(instant(now - behind)), toIso(instant(now + ahead))];
    const answer = await ask(`/api/v1/matches?from=${from}&to=${to}&limit=200`, pageOf(FixtureLine));
    if (answer.kind === 'problem') return { title: 'Today', body: problemNote(answer.problem) };
    const lines = answer.data.items;
    const ids = lines.map((line) => line.match_id);
    const { pool } = deps.databases.reader;
    const [predictions, prices] = await Promise.all([
      readNewestPredictions(pool, ids),
      readBestPrices(pool, ids),
    ]);
    const told: Told = { predictions, prices, now };
    const over = lines.filter(({ match_status: status }) => status === 'completed');
    const open = lines.filter(({ match_status: status }) => status !== 'completed');
    const predicted = open.filter((line) => predictions.has(line.match_id)).length;
    const [next] = open.filter((line) => Date.parse(line.kick_off) > now);
    return {
      title: 'Today',
      body: html`${figures(
        figure('Matches ahead', open.length, 'within two weeks'),
        figure('Predicted', `${predicted} of ${open.length}`),
        figure('Next kick-off', next === undefined ? 'none' : fromNow(next.kick_off)),
        figure('Played', over.length, 'in the last two days'),
      )}
      ${section(
        'Ahead',
        open.length === 0
          ? html`<p class="note">
              No fixture is known of the next two weeks. <code>touchline run collect-fixtures</code> asks
              every source; <code>touchline demo</code> makes a league up.
            </p>`
          : table(
              'Fixtures by kick-off: the best price of each result and its overround, the model’s chances (home · draw · away, %) and the prices that would be fair by them',
              [
                'Match',
                'Kick-off',
                { number: '1' },
                { number: 'X' },
                { number: '2' },
                { number: 'Overround' },
                { number: 'Books' },
                'Prediction',
                'Next step',
              ],
              open.map((line) => aheadRow(line, told)),
            ),
      )}
      ${section(
        'Just played',
        table(
          'Results of the last two days, with the last prediction before kick-off',
          ['Match', 'Kick-off', 'Result', 'Prediction', 'Right'],
          over.toReversed().map((line) => playedRow(line, told)),
        ),
      )}`,
    };
  },
});
