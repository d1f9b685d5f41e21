import type pg from 'pg';
import type {
  DueSpan,
  MovingKind,
  ProviderMeasures,
  Silence,
} from '../../schemas/records/provider-health.js';
import { instant, type Instant } from '../../schemas/values.js';
import type { Computed, Narrowed, Row } from './row.js';

/** Of which sources, when, and over what they are measured. */
export interface HealthQuestion {
  readonly dataSources: readonly string[];
  readonly now: Instant;
  readonly dueSpans: readonly DueSpan[];
  readonly windows: {
    readonly answersMs: number;
    readonly matchesMs: number;
    readonly dueMs: number;
  };
  /** With fewer earlier checks nothing is usual. */
  readonly fewestChecks: { readonly ofFigures: number; readonly ofSilence: number };
}

/** What is measured of each source now. */
export async function measureProviders(
  client: pg.ClientBase,
  question: HealthQuestion,
): Promise<ReadonlyMap<string, ProviderMeasures>> {
  const answers = await measureAnswers(client, question);
  const silences = await measureSilences(client, question);
  const agreements = await measureAgreement(client, question);
  const corrections = await measureCorrections(client, question);
  return new Map(
    question.dataSources.map((dataSource) => [
      dataSource,
      {
        ...(answers.get(dataSource) ?? neverAsked),
        silences: silences.filter((silence) => silence.dataSource === dataSource).map(silenceOf),
        ...(agreements.get(dataSource) ?? { shared: 0, agreed: 0 }),
        ...(corrections.get(dataSource) ?? { results: 0, corrected: 0 }),
      },
    ]),
  );
}

const neverAsked = { askedAt: null, answeredAt: null, newAt: null, failures: 0, told: 0, rejected: 0 };

const toInstant = (at: Date): Instant => instant(at.getTime());
const toInstantOrNull = (at: Date | null): Instant | null => (at === null ? null : toInstant(at));

async function measureAnswers(client: pg.ClientBase, { dataSources, now, windows }: HealthQuestion) {
  const { rows } = await client.query<
    Row<{
      dataSource: 'provider_polls.data_source';
      askedAt: Computed<Date>;
      answeredAt: Computed<Date | null>;
      newAt: Computed<Date | null>;
      failures: Computed<number>;
      told: Computed<number>;
      rejected: Computed<number>;
    }>
  >(
    `with polls as (
       select p.*, max(answered_at) over (partition by data_source) as source_answered_at
       from provider_polls p where data_source = any($1)
     )
     select data_source as "dataSource", max(asked_at) as "askedAt", max(answered_at) as "answeredAt",
       max(coalesce(unchanged_since, answered_at)) as "newAt",
       coalesce(sum(failures_in_a_row) filter (
         where asked_at > coalesce(source_answered_at, '-infinity')), 0)::integer as failures,
       coalesce(sum(told_count) filter (where answered_at > $2), 0)::integer as told,
       coalesce(sum(rejected_count) filter (where answered_at > $2), 0)::integer as rejected
     from polls group by data_source`,
    [dataSources, new Date(now - windows.answersMs)],
  );
  return new Map(
    rows.map(({ dataSource, askedAt, answeredAt, newAt, ...counts }) => [
      dataSource,
      {
        askedAt: toInstant(askedAt),
        answeredAt: toInstantOrNull(answeredAt),
        newAt: toInstantOrNull(newAt),
        ...counts,
      },
    ]),
  );
}

interface SilenceColumns {
  readonly dataSource: 'provider_polls.data_source';
  readonly kind: Narrowed<'provider_polls.kind', MovingKind>;
  readonly list: Computed<string | null>;
  readonly newAt: Computed<Date>;
  readonly heardUntil: Computed<Date>;
  readonly matches: Computed<number>;
  readonly longestMs: Computed<number>;
  readonly totalMs: Computed<number>;
}

/**
 * Of each source and kind the worst silence. A list is judged by itself, by the matches of its league that were played since it last said
 * something new, be it by a poll of the feed, or, where it carries several leagues, by those that it has told of. Scores and prices are asked for in other parts each
 * time: what is new anywhere is new.
 */
async function measureSilences(
  client: pg.ClientBase,
  { dataSources, now, dueSpans, windows }: HealthQuestion,
): Promise<Row<SilenceColumns>[]> {
  const { rows } = await client.query<Row<SilenceColumns>>(
    `with heard as (
       select p.data_source, p.kind, d.due_from, d.due_until, case p.kind when 'fixtures' then p.subject end as list,
         max(coalesce(p.unchanged_since, p.answered_at)) as new_at, max(p.answered_at) as heard_until
       from provider_polls p
       join unnest($3::text[], $4::interval[], $5::interval[]) as d (kind, due_from, due_until) using (kind)
       where p.data_source = any($1) and p.answered_at is not null
       group by 1, 2, 3, 4, 5
     ), parts as (
       select h.data_source, h.kind, h.due_from, h.due_until, h.list, h.heard_until, newest.league_id,
         greatest(h.new_at, (
           select max(e.fetched_at) from source_editions e
           where e.data_source = h.data_source and e.uri = h.list and e.stored_count > 0)) as new_at
       from heard h
       left join lateral (
         select l.league_id from source_editions e
         left join league_external_ids l on l.data_source = e.data_source and l.external_id = e.division
         where e.data_source = h.data_source and e.uri = h.list order by e.edition_no desc limit 1
       ) as newest on true
     )
     select distinct on (h.data_source, h.kind) h.data_source as "dataSource", h.kind, h.list, h.new_at as "newAt",
       h.heard_until as "heardUntil", due.matches, due.longest as "longestMs", due.total as "totalMs"
     from parts h
     cross join lateral (
       select count(*)::integer as matches, coalesce(max(silent), 0)::double precision as longest,
         coalesce(sum(silent), 0)::double precision as total
       from (
         select 1000 * greatest(0, extract(epoch from
           least(h.heard_until, m.match_time + h.due_until) - greatest(h.new_at, m.match_time + h.due_from))) as silent
         from matches m
         where m.match_time between $2::timestamptz - $6::interval and $2::timestamptz + $6::interval
           and m.match_time + h.due_from <= h.heard_until and m.match_time + h.due_until >= h.new_at
           and m.source_present and m.match_status not in ('postponed', 'cancelled')
           and case
             when h.list is null then m.kickoff_precision = 'minute' and exists (
               select from match_external_ids x where x.match_id = m.id and x.data_source = h.data_source)
             when m.match_time + h.due_from <= h.new_at then false
             when h.league_id is not null then m.league_id = h.league_id
             else exists (
               select from fixture_revisions f join source_editions e on e.id = f.edition_id
               where f.match_id = m.id and f.data_source = h.data_source and e.uri = h.list)
             end
       ) as one
     ) as due
     order by h.data_source, h.kind, least(due.longest, due.total / 2) desc, due.matches desc, h.list`,
    [
      ...[dataSources, new Date(now)],
      dueSpans.map(({ kind }) => kind),
      dueSpans.map(({ fromMs }) => `${fromMs} milliseconds`),
      dueSpans.map(({ untilMs }) => `${untilMs} milliseconds`),
      `${windows.dueMs} milliseconds`,
    ],
  );
  return rows;
}

const silenceOf = ({
  kind,
  list,
  newAt,
  heardUntil,
  matches,
  longestMs,
  totalMs,
}: Row<SilenceColumns>): Silence => ({
  ...{ kind, list, newAt: toInstant(newAt), heardUntil: toInstant(heardUntil) },
  ...{ matches, longestMs, totalMs },
});

/**
 * Of each source the matches that another tells of too, and those where it is not contradicted on kick-off or result by more sources
 * than agree with it: of two that differ neither can be said to be right, of three the one that stands alone differs.
 */
async function measureAgreement(client: pg.ClientBase, { dataSources, now, windows }: HealthQuestion) {
  const { rows } = await client.query<
    Row<{
      dataSource: 'fixture_revisions.data_source';
      shared: Computed<number>;
      agreed: Computed<number>;
    }>
  >(
    `with several as materialized (
       select array(
         select m.id from matches m
         where m.match_time between $2::timestamptz - $3::interval and $2
           and (select count(distinct x.data_source) from match_external_ids x where x.match_id = m.id) > 1
       ) as ids
     ), said as (
       select l.match_id, l.data_source from several, latest_revisions(several.ids, $2) l where l.source_present
     ), differing as (
       select c.match_id, c.field_group, c.other_source, c.other_value from several, source_conflicts(several.ids, $2) c
     ), words as (
       select s.match_id, s.data_source, count(*) over (partition by s.match_id, g.field_group) as sources,
         count(*) over (partition by s.match_id, g.field_group, d.other_value) as alike
       from said s
       cross join (values ('kickoff'), ('result')) as g (field_group)
       left join differing d on d.match_id = s.match_id and d.field_group = g.field_group and d.other_source = s.data_source
     ), judged as (
       select match_id, data_source, bool_or(sources - alike > alike - 1) as differs
       from words where sources > 1 group by match_id, data_source
     )
     select data_source as "dataSource", count(*)::integer as shared, (count(*) filter (where not differs))::integer as agreed
     from judged where data_source = any($1) group by data_source`,
    [dataSources, new Date(now), `${windows.matchesMs} milliseconds`],
  );
  return new Map(rows.map(({ dataSource, ...counts }) => [dataSource, counts]));
}

/** Of each source the matches of which it has told a result, and those whose result it told otherwise later. */
async function measureCorrections(client: pg.ClientBase, { dataSources, now, windows }: HealthQuestion) {
  const { rows } = await client.query<
    Row<{
      dataSource: 'fixture_revisions.data_source';
      results: Computed<number>;
      corrected: Computed<number>;
    }>
  >(
    `with words as (
       select f.match_id, f.data_source, f.match_status,
         lag(f.match_status) over told = 'completed' and (f.match_status, f.home_score, f.away_score) is distinct from
           (lag(f.match_status) over told, lag(f.home_score) over told, lag(f.away_score) over told) as changes
       from matches m join fixture_revisions f on f.match_id = m.id
       where m.match_time between $2::timestamptz - $3::interval and $2 and f.known_at <= $2 and f.source_present
         and f.data_source = any($1)
       window told as (partition by f.match_id, f.data_source order by f.known_at)
     )
     select data_source as "dataSource",
       (count(distinct match_id) filter (where match_status = 'completed'))::integer as results,
       (count(distinct match_id) filter (where changes))::integer as corrected
     from words group by data_source`,
    [dataSources, new Date(now), `${windows.matchesMs} milliseconds`],
  );
  return new Map(rows.map(({ dataSource, ...counts }) => [dataSource, counts]));
}
