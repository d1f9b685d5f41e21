import { z } from 'zod';
import { mayAs } from '../../../schemas/api/access.js';
import { FindingsTold, FindingTold } from '../../../schemas/api/reviews.js';
import { Id } from '../../../schemas/api/parameters.js';
import { html, type Html, type HtmlPart } from '../../../schemas/html.js';
import { ReviewStatus } from '../../../schemas/records/review.js';
import { partOf } from '../ask.js';
import { consolePage } from '../console-page.js';
import { actionForm, choiceField, whyField } from '../forms.js';
import { instantText, problemNote, section, state, table } from '../parts.js';

const open: readonly ReviewStatus[] = ['logged', 'in_review'];
const stateOf = (status: ReviewStatus, by: string | null): Html =>
  status === 'in_review'
    ? state(`with ${by ?? 'somebody'}`, 'warn')
    : state(status, open.includes(status) ? 'warn' : 'plain');

const words = (type: string): string => type.replaceAll('_', ' ');

const Filter = z.object({
  status: z
    .union([ReviewStatus, z.literal('open')])
    .default('open')
    .catch('open'),
  type: z.string().max(100).default(''),
  league: z.string().max(100).default(''),
});
type Filter = z.output<typeof Filter>;

const filterForm = ({ status, type, league }: Filter, types: readonly string[]): Html =>
  html`<form class="filter" method="get" action="/console/reviews" aria-label="Filter">
    ${choiceField(
      'status',
      'State',
      [['open', 'open'], ...ReviewStatus.options.map((one) => [one, words(one)] as const)],
      status,
    )}${choiceField(
      'type',
      'Kind',
      [
        ['', 'all'],
        ...[...new Set([...types, ...(type === '' ? [] : [type])])].map((one) => [one, words(one)] as const),
      ],
      type,
    )}<label class="field"
      ><span>League</span><input name="league" value="${league}" placeholder="E0" /></label
    ><button>Show</button>
  </form>`;

/** What waits for a person. */
export const reviewsPage = consolePage({
  url: '/console/reviews',
  place: '/console/reviews',
  params: z.object({}),
  query: Filter,
  async show({ ask, query }) {
    const asked = new URLSearchParams({ status: query.status });
    if (query.type !== '') asked.set('type', query.type);
    if (query.league !== '') asked.set('league', query.league);
    const answer = await ask(`/api/v1/reviews?${asked.toString()}`, FindingsTold);
    const all = await ask(`/api/v1/reviews?status=${query.status}&limit=1`, FindingsTold);
    const types = all.kind === 'told' ? all.data.groups.map(({ type }) => type) : [];
    return {
      title: 'Review',
      body: html`${filterForm(query, types)}${partOf(
        answer,
        ({ total, findings }) =>
          html`<p>${total} ${total === 1 ? 'finding' : 'findings'}.</p>
            ${table(
              'Findings, the newest first',
              ['Finding', 'Kind', 'State', 'League', 'What', 'Found'],
              findings.map((one) => [
                html`<a href="/console/reviews/${one.id}">${one.id}</a>`,
                ...[words(one.type), stateOf(one.status, one.handled_by), one.league ?? '–'],
                html`${one.message}${one.alike > 1 ? html` <small>${one.alike} like it</small>` : ''}`,
                instantText(one.detected_at),
              ]),
            )}`,
      )}`,
    };
  },
});

const Candidates = z.object({
  candidates: z.array(
    z.object({ teamId: z.number(), name: z.string(), similarity: z.number(), coinciding: z.number() }),
  ),
});

/** Which team a suggested name means: one of the candidates, or a new one. */
function suggestionForms(id: number, data: unknown): Html {
  const { candidates } = Candidates.catch({ candidates: [] }).parse(data);
  const action = `/api/v1/reviews/${id}/resolve`;
  return html`${candidates.map((one) =>
    actionForm(
      action,
      { button: `It is ${one.name}`, label: `It is ${one.name}` },
      html`<input type="hidden" name="team_id" data-kind="number" value="${one.teamId}" />
        <p class="quiet">
          ${(100 * one.similarity).toFixed(0)} % alike, ${one.coinciding} matches of both coincide
        </p>`,
      whyField(),
    ),
  )}${actionForm(action, { button: 'It is a new team', label: 'It is a new team' }, html`<input type="hidden" name="new_team" data-kind="boolean" value="true" />`, whyField())}`;
}

function decisionForms(finding: FindingTold): HtmlPart {
  const { id, status, type, release, data } = finding;
  const act = (action: string) => `/api/v1/reviews/${id}/${action}`;
  if (!open.includes(status)) {
    return actionForm(act('reopen'), { button: 'Open again', label: 'Open again' }, whyField());
  }
  const isName = type === 'identity_suggestion';
  return [
    status === 'logged'
      ? actionForm(act('take'), { button: 'Take', label: 'Take: nobody else decides about it' }, whyField())
      : '',
    isName
      ? suggestionForms(id, data)
      : actionForm(act('resolve'), { button: 'Resolve', label: 'Resolve: it is dealt with' }, whyField()),
    actionForm(act('ignore'), { button: 'Ignore', label: 'Ignore: it is seen and not wanted' }, whyField()),
    release.kind === 'nothing' || isName
      ? ''
      : actionForm(
          act('release'),
          { button: 'Release', label: 'Release: accept what a rule doubts' },
          html`<p class="quiet">${release.says}</p>`,
          whyField(),
        ),
  ];
}

const findingPart = (finding: FindingTold, mayDecide: boolean): Html => {
  const { payload, transitions } = finding;
  return html`<p>
      ${stateOf(finding.status, finding.handled_by)} ${words(finding.type)} in ${finding.table},
      ${finding.severity}${finding.released ? ', released' : ''}. Found
      ${instantText(finding.detected_at)}${finding.key === null ? '' : html` about <code>${finding.key}</code>`}.
    </p>
    <p><strong>${finding.message}</strong></p>
    ${mayDecide ? section('Decide', html`<div class="decide">${decisionForms(finding)}</div>`) : html`<p class="quiet">A key of an operator decides about it.</p>`}
    ${section('What was found', html`<pre tabindex="0">${JSON.stringify(finding.data, null, 2)}</pre>`)}
    ${
      payload === null
        ? ''
        : section(
            'Payload as it came',
            html`<p>
                Payload ${payload.id}, ${payload.status}${payload.error === null ? '' : `: ${payload.error}`}
              </p>
              ${payload.lines.map((line) => html`<p class="quiet">${line.file} line ${line.line}, edition ${line.edition} of ${instantText(line.edition_time)}</p>`)}
              <pre tabindex="0">${JSON.stringify(payload.raw, null, 2)}</pre>`,
          )
    }
    ${section(
      'What people did',
      table(
        'Decisions, oldest first',
        ['When', 'Who', 'What', 'To', 'Why'],
        transitions.map(({ at, by, action, to, why }) => [instantText(at), by, action, to, why]),
      ),
    )}`;
};

/** One finding with its payload, and what can be decided about it. */
export const reviewPage = consolePage({
  url: '/console/reviews/:id',
  place: '/console/reviews',
  params: z.object({ id: Id }),
  query: z.object({}),
  async show({ ask, caller, params: { id } }) {
    const answer = await ask(`/api/v1/reviews/${id}`, FindingTold);
    return {
      title: `Finding ${id}`,
      body:
        answer.kind === 'problem'
          ? problemNote(answer.problem)
          : findingPart(answer.data, mayAs(caller.role, 'operator')),
    };
  },
});
