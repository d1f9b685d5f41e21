import { z } from 'zod';
import { readVerified } from '../../../adapters/postgres/verified-predictions.js';
import { lossByMonth, type MonthOfLoss } from '../../../domain/model/loss-by-month.js';
import { mayAs } from '../../../schemas/api/access.js';
import { PromotionLine, VersionLine } from '../../../schemas/api/models.js';
import { html, type Html } from '../../../schemas/html.js';
import { instant } from '../../../schemas/values.js';
import type { Caller } from '../../access/guard.js';
import { partOf } from '../ask.js';
import { consolePage } from '../console-page.js';
import { actionForm, textField, tickField, whyField } from '../forms.js';
import { evaluationPart } from '../model/evaluation-part.js';
import { figure, figures, instantText, percent, section, state, table } from '../parts.js';

const Versions = z.object({ versions: z.array(VersionLine) });
const Promotions = z.object({ promotions: z.array(PromotionLine) });
const yearMs = 366 * 86_400_000;

const loss = (figuresOf: VersionLine['with_prices']): string => figuresOf?.log_loss.toFixed(4) ?? '–';

const promoteForm = (version: number): Html =>
  html`<details class="actions" id="promote-${version}">
    <summary>Promote<span class="sr"> version ${version}</span></summary>
    ${actionForm(
      `/api/v1/models/${version}/promote`,
      { button: `Promote version ${version}`, label: `Promote version ${version}` },
      textField({ name: 'why', label: 'Reason', about: 'Without one: that it passed the gate' }),
      tickField('override', 'Whatever the gate says (needs a reason)'),
    )}
  </details>`;

const versionsPart =
  (caller: Caller) =>
  ({ versions }: z.output<typeof Versions>): Html => {
    const acts = mayAs(caller.role, 'admin');
    const serving = versions.find(({ stage }) => stage === 'Production');
    return html`${figures(
      figure(
        'Serves',
        serving === undefined ? 'none promoted' : `version ${serving.version}`,
        serving === undefined ? 'staging answers meanwhile' : percent(serving.share),
      ),
      figure('Versions', versions.length),
    )}${table(
      'Versions, the newest first; log losses are of the seasons each was calibrated on',
      [
        'Version',
        'Stage',
        { number: 'Serves' },
        { number: 'With prices' },
        { number: 'Without' },
        'Trained',
        { number: 'Snapshot' },
        ...(acts ? ['Do'] : []),
      ],
      versions.map((one) => [
        ...[one.version, state(one.stage, one.stage === 'Production' ? 'good' : 'plain')],
        ...[one.share === 0 ? '' : percent(one.share), loss(one.with_prices), loss(one.without_prices)],
        ...[instantText(one.created_at), one.lake_snapshot],
        ...(acts ? [one.stage === 'Production' ? '' : promoteForm(one.version)] : []),
      ]),
    )}`;
  };

const servingForms = html`<div class="decide">
  ${actionForm(
    '/api/v1/models/rollback',
    { button: 'Roll back', label: 'Roll back to the version before', danger: 'yes' },
    whyField(),
  )}${actionForm(
    '/api/v1/models/split',
    { button: 'Split', label: 'Have a second version answer a share' },
    textField({ name: 'version', label: 'Second version', kind: 'number', need: 'required' }),
    textField({
      name: 'share',
      label: 'Share',
      about: 'Between 0 and 1: 0.1 is a tenth of the matches',
      kind: 'number',
      need: 'required',
    }),
    whyField(),
  )}${actionForm(
    '/api/v1/models/split',
    { button: 'End the split', label: 'End the split' },
    html`<input type="hidden" name="version" data-kind="json" value="null" />`,
    whyField(),
  )}
</div>`;

const promotionsPart = ({ promotions }: z.output<typeof Promotions>): Html =>
  table(
    'Who had which version serve, the newest first',
    ['When', 'What', { number: 'From' }, { number: 'To' }, 'Who', 'Why', 'The gate'],
    promotions.map((one) => [
      ...[instantText(one.at), one.action, one.from ?? '–', one.to ?? '–', one.by, one.why],
      one.gate === null
        ? '–'
        : one.gate.passed
          ? state('passed', 'good')
          : html`${state('against it', 'bad')} ${one.gate.objections.join('; ')}`,
    ]),
  );

const monthsPart = (months: readonly MonthOfLoss[]): Html =>
  table(
    'Log loss of what was said before kick-off, beside the average closing price (its margin out by Shin)',
    [
      'Month',
      'Version',
      { number: 'Matches' },
      { number: 'Model' },
      { number: 'Market' },
      { number: 'To the market' },
    ],
    months.map((one) => [
      ...[one.month, one.version, one.matches, one.logLoss.toFixed(4), one.market.toFixed(4)],
      `${one.logLoss < one.market ? '−' : '+'}${Math.abs(one.logLoss - one.market).toFixed(4)}`,
    ]),
  );

/** How good the model is beside the market, which version serves, and who may change that. */
export const modelPage = consolePage({
  url: '/console/model',
  place: '/console/model',
  params: z.object({}),
  query: z.object({}),
  async show({ deps, ask, caller }) {
    const until = deps.now();
    const [versions, promotions, report, verified] = await Promise.all([
      ask('/api/v1/models/versions', Versions),
      ask('/api/v1/models/promotions', Promotions),
      deps.evaluation(),
      readVerified(deps.databases.reader.pool, { after: instant(until - yearMs), until }),
    ]);
    return {
      title: 'Model',
      body: html`${section('Versions', partOf(versions, versionsPart(caller)))}
      ${mayAs(caller.role, 'admin') ? section('What serves', servingForms) : html`<p class="quiet">A key of an admin says what serves.</p>`}
      ${section('Log loss by month', monthsPart(lossByMonth(verified)))}
      ${section('Judgement', evaluationPart(report))}
      ${section('Decisions', partOf(promotions, promotionsPart))}`,
    };
  },
});
