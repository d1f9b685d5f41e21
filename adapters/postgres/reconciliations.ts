import type pg from 'pg';
import { InvariantBroken } from '../../schemas/errors.js';
import {
  GapKind,
  MatchStanding,
  type HouseStanding,
  type LackingRecords,
  type ReconciledKind,
  type ReconciliationGap,
} from '../../schemas/records/reconciliation.js';
import { instant, MatchStatus, type Instant } from '../../schemas/values.js';
import type { Computed, Narrowed, Row } from './row.js';

/** A run's comparison of one source, in one kind of what it tells. */
export interface ReconciliationName {
  readonly runId: string;
  readonly dataSource: string;
  readonly kind: ReconciledKind;
}

/** Opens a run's line for a source; one that is open stays as it is. */
export async function openReconciliation(
  client: pg.Pool,
  { runId, dataSource, kind }: ReconciliationName,
  at: Instant,
): Promise<void> {
  await client.query(
    `insert into reconciliations (run_id, data_source, kind, started_at) values ($1, $2, $3, $4) on conflict do nothing`,
    [runId, dataSource, kind, new Date(at)],
  );
}

/** The gaps that no collection fills. */
const waiting: readonly GapKind[] = ['held', 'untold', 'lost'];

/**
 * Stores the gaps of a list, or of what is told while the season runs; one that the run has found already stays as it was found. Of what is told one
 * that nothing fills and that an earlier run has left is not found anew.
 */
export async function storeGaps(
  client: pg.ClientBase,
  { runId, dataSource, kind }: ReconciliationName,
  uri: string,
  gaps: readonly ReconciliationGap<MatchStanding | LackingRecords>[],
  at: Instant,
): Promise<void> {
  await client.query(
    `insert into reconciliation_gaps
       (reconciliation_id, uri, match_key, kind, content, source_says, house_says, left_reason, found_at)
     select r.id, $3, g.key, g.kind, g.content, nullif(g.source, 'null'), nullif(g.house, 'null'), g.reason, $10
     from reconciliations r, unnest($4::text[], $5::text[], $6::text[], $7::jsonb[], $8::jsonb[], $9::text[])
       as g (key, kind, content, source, house, reason)
     where r.run_id = $1 and r.data_source = $2 and r.kind = $11 and not (
       r.kind <> 'matches' and g.kind = any($12::text[]) and exists (
         select from reconciliation_gaps b join reconciliations o on o.id = b.reconciliation_id
         where b.match_key = g.key and b.kind = g.kind and b.content = g.content and b.filled_at is null
           and o.data_source = r.data_source and o.kind = r.kind and o.id < r.id))
     on conflict do nothing`,
    [
      ...[runId, dataSource, uri],
      gaps.map(({ key }) => key),
      gaps.map(({ kind }) => kind),
      gaps.map(({ content }) => content),
      gaps.map(({ sourceSays }) => JSON.stringify(sourceSays)),
      gaps.map(({ houseSays }) => JSON.stringify(houseSays)),
      gaps.map(({ reason }) => reason),
      new Date(at),
      ...[kind, waiting],
    ],
  );
}

/** The lists, as their source is asked for them, of which the ordinary collection may fill what a run lacks of injuries. */
export async function listsToFill(
  client: pg.Pool,
  { runId, dataSource, kind }: ReconciliationName,
): Promise<string[]> {
  const { rows } = await client.query<Row<{ uri: 'reconciliation_gaps.uri' }>>(
    `select distinct g.uri from reconciliation_gaps g join reconciliations r on r.id = g.reconciliation_id
     where r.run_id = $1 and r.data_source = $2 and r.kind = $3 and g.filled_at is null and g.kind <> all($4::text[])
     order by g.uri`,
    [runId, dataSource, kind, waiting],
  );
  return rows.map(({ uri }) => uri);
}

/** The matches, by our ids, of which the ordinary collection may fill what a run lacks of anything but lists. */
export async function matchesToFill(
  client: pg.Pool,
  { runId, dataSource, kind }: ReconciliationName,
): Promise<number[]> {
  const { rows } = await client.query<Row<{ id: Computed<number> }>>(
    `select distinct g.match_key::bigint as id
     from reconciliation_gaps g join reconciliations r on r.id = g.reconciliation_id
     where r.run_id = $1 and r.data_source = $2 and r.kind = $3 and r.kind <> 'matches' and g.filled_at is null
       and g.kind <> all($4::text[])
     order by id`,
    [runId, dataSource, kind, waiting],
  );
  return rows.map(({ id }) => id);
}

interface GapColumns {
  readonly id: 'reconciliation_gaps.id';
  readonly uri: 'reconciliation_gaps.uri';
  readonly key: 'reconciliation_gaps.match_key';
  readonly kind: 'reconciliation_gaps.kind';
  readonly content: 'reconciliation_gaps.content';
  readonly sourceSays: 'reconciliation_gaps.source_says';
  readonly reason: 'reconciliation_gaps.left_reason';
}

export type OpenGap = Pick<ReconciliationGap, 'key' | 'kind' | 'content' | 'sourceSays' | 'reason'> & {
  readonly id: number;
  readonly uri: string;
};

/** What a run has found of a source's lists, its scores, its line-ups or its weather, and not filled. */
export async function openGaps(
  client: pg.ClientBase,
  { runId, dataSource, kind }: ReconciliationName,
): Promise<OpenGap[]> {
  const { rows } = await client.query<Row<GapColumns>>(
    `select g.id, g.uri, g.match_key as key, g.kind, g.content, g.source_says as "sourceSays", g.left_reason as reason
     from reconciliation_gaps g join reconciliations r on r.id = g.reconciliation_id
     where r.run_id = $1 and r.data_source = $2 and r.kind = $3 and g.filled_at is null order by g.id`,
    [runId, dataSource, kind],
  );
  return rows.map((row) => ({
    ...row,
    kind: GapKind.parse(row.kind),
    sourceSays: MatchStanding.nullable().parse(row.sourceSays),
  }));
}

interface StandingColumns {
  readonly key: Narrowed<'raw_match_data.external_match_id', string>;
  readonly content: Computed<string | null>;
  readonly isListed: Computed<boolean>;
  readonly processed: 'raw_match_data.process_status' | null;
  readonly error: 'raw_match_data.process_error' | null;
  readonly kickOff: 'fixture_revisions.match_time' | null;
  readonly status: 'fixture_revisions.match_status' | null;
  readonly homeScore: 'fixture_revisions.home_score' | null;
  readonly awayScore: 'fixture_revisions.away_score' | null;
  readonly isFromThisList: Computed<boolean | null>;
}

const Processed = ['pending', 'done', 'held', 'rejected'] as const;

/**
 * How the matches of a list stand in the house: every one that an edition of it had, and those of the given keys that other lists of the
 * source told of.
 */
export async function houseStandings(
  client: pg.ClientBase,
  { dataSource, uri }: { readonly dataSource: string; readonly uri: string },
  keys: readonly string[],
): Promise<ReadonlyMap<string, HouseStanding>> {
  const { rows } = await client.query<Row<StandingColumns>>(
    `with newest as (
       select max(id) as id from source_editions where data_source = $1 and uri = $2
     ), versions as (
       select distinct on (r.external_match_id) r.external_match_id as key, encode(r.content_hash, 'hex') as content,
         e.id = newest.id as listed, r.process_status, r.process_error
       from newest, source_editions e
       join edition_rows m on m.edition_id = e.id
       join raw_match_data r on r.id = m.raw_id
       where e.data_source = $1 and e.uri = $2 and r.external_match_id is not null
       order by r.external_match_id, e.edition_no desc, m.row_no desc
     ), known as (
       select key from versions
       union select external_match_id from raw_match_data where data_source = $1 and external_match_id = any($3)
     )
     select k.key, v.content, coalesce(v.listed, false) as "isListed", v.process_status as processed,
       v.process_error as error, f.match_time as "kickOff", f.match_status as status,
       f.home_score as "homeScore", f.away_score as "awayScore", f.uri = $2 as "isFromThisList"
     from known k
     left join versions v using (key)
     left join match_external_ids x on x.data_source = $1 and x.external_id = k.key
     left join lateral (
       select f.match_time, f.match_status, f.home_score, f.away_score, coalesce(e.uri, '') as uri
       from fixture_revisions f left join source_editions e on e.id = f.edition_id
       where f.match_id = x.match_id and f.data_source = $1
       order by f.known_at desc, f.id desc limit 1
     ) f on true
     order by k.key`,
    [dataSource, uri, keys],
  );
  return new Map(
    rows.map(({ key, content, isListed, processed, error, kickOff, status, ...row }) => [
      key,
      {
        ...{ content, isListed, error },
        processed: processedOf(processed),
        silver:
          kickOff === null || status === null
            ? null
            : {
                says: {
                  kickOff: instant(kickOff.getTime()),
                  status: MatchStatus.parse(status),
                  homeScore: row.homeScore,
                  awayScore: row.awayScore,
                },
                isFromThisList: row.isFromThisList === true,
              },
      },
    ]),
  );
}

/** What refine made of a payload; done where none of it is to be refined. */
export function processedOf(status: string | null): HouseStanding['processed'] {
  // Of no edition of this list: nothing of it is to be refined.
  if (status === null) return 'done';
  const known = Processed.find((name) => name === status);
  if (known === undefined) throw new InvariantBroken(`A payload is ${status}`, { object: 'raw_match_data' });
  return known;
}

/** What became of a gap: filled where nothing is left; `kind` where it turned out to be another than it was found as. */
export interface SettledGap {
  readonly id: number;
  readonly left: string | undefined;
  readonly kind?: GapKind;
}

/** Notes what was filled, and of the rest why it was not. */
export async function settleGaps(
  client: pg.ClientBase,
  settled: readonly SettledGap[],
  at: Instant,
): Promise<void> {
  await client.query(
    `update reconciliation_gaps g
     set left_reason = s.reason, kind = coalesce(s.kind, g.kind), filled_at = case when s.reason is null then $4::timestamptz end
     from unnest($1::bigint[], $2::text[], $3::text[]) as s (id, reason, kind) where g.id = s.id`,
    [
      settled.map(({ id }) => id),
      settled.map(({ left }) => left ?? null),
      settled.map(({ kind }) => kind ?? null),
      new Date(at),
    ],
  );
}

/** Ends a run's line with what was found and filled; ended before, it stays as it was. */
export async function endReconciliation(
  client: pg.ClientBase,
  { runId, dataSource, kind }: ReconciliationName,
  at: Instant,
): Promise<{ readonly found: number; readonly filled: number; readonly endedNow: boolean }> {
  interface EndColumns {
    readonly found: 'reconciliations.found_count';
    readonly filled: 'reconciliations.filled_count';
  }
  const ended = await client.query<Row<EndColumns>>(
    `update reconciliations r set ended_at = $3, found_count = c.found, filled_count = c.filled
     from (select count(*)::integer as found, count(g.filled_at)::integer as filled
           from reconciliations o join reconciliation_gaps g on g.reconciliation_id = o.id
           where o.run_id = $1 and o.data_source = $2 and o.kind = $4) c
     where r.run_id = $1 and r.data_source = $2 and r.kind = $4 and r.ended_at is null
     returning r.found_count as found, r.filled_count as filled`,
    [runId, dataSource, new Date(at), kind],
  );
  const [now] = ended.rows;
  if (now !== undefined) return { ...now, endedNow: true };
  const before = await client.query<Row<EndColumns>>(
    `select found_count as found, filled_count as filled from reconciliations
     where run_id = $1 and data_source = $2 and kind = $3`,
    [runId, dataSource, kind],
  );
  const [row] = before.rows;
  if (row === undefined) throw new InvariantBroken('A reconciliation was not opened', { object: runId });
  return { ...row, endedNow: false };
}
