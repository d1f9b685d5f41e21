import type pg from 'pg';
import { copyRows, type CopyRow } from './copy-rows.js';
import { markTouchedMonths, monthOf } from './silver-months.js';
import { stages } from './silver-stage.js';

const quoteColumns = [...stages.quotes.columns, 'provider_updated_at', 'raw_odds_id'];

const findingColumns = [
  'raw_odds_id',
  'error_type',
  'severity',
  'field',
  'message',
  'data',
  'for_review',
] as const;

/** What became of a payload: `held` says why nothing of it stands in silver, null that what it says does. */
export interface PriceOutcome {
  readonly rawId: number;
  readonly held: string | null;
  /** This batch has claimed it; of others only the outcome may have changed. */
  readonly isClaimed: boolean;
}

/** What a batch brings to silver: everything that is told of its quotes now, and nothing else of them stays. */
export interface PriceBatch {
  readonly matchIds: readonly number[];
  /** Match, source, bookmaker, market and line of each quote that is told, and from when on. */
  readonly told: readonly CopyRow[];
  /** Of these some row may be in silver already. */
  readonly quotes: readonly CopyRow[];
  readonly lastSeen: readonly CopyRow[];
  readonly findings: readonly CopyRow[];
  readonly outcomes: readonly PriceOutcome[];
  /** No row of these quotes is older. */
  readonly since: Date;
  /** No payload of these quotes is later. */
  readonly until: Date;
}

// Of the session, but for the one that others use too: under a stream a batch comes several times a second, and tables made anew each time would fill the catalogue.
const priceStages = `
  create temporary table if not exists told_quotes on commit delete rows as
    select match_id, data_source, bookmaker, market_type, line_value, collected_at as since from odds with no data;
  create temporary table if not exists staged_prices on commit delete rows as select ${quoteColumns.join(', ')} from odds with no data;
  create temporary table if not exists staged_seen on commit delete rows as
    select ${stages.lastSeen.columns.join(', ')} from odds_last_seen with no data;
  create temporary table if not exists staged_price_findings (
    raw_odds_id bigint, error_type text, severity text, field text, message text, data jsonb, for_review boolean) on commit delete rows;
  create temporary table touched_months (table_name text, month date) on commit drop;`;

/**
 * Makes the live prices of the quotes that are told what the batch says, inside the caller's transaction, which has their matches locked: rows
 * that it no longer has are withdrawn, those that stand stay, new ones come. What changed is marked for publishing, last.
 */
export async function writePrices(client: pg.ClientBase, batch: PriceBatch): Promise<void> {
  await client.query(priceStages);
  const stage = async (
    table: string,
    columns: readonly string[],
    rows: readonly CopyRow[],
  ): Promise<void> => {
    await copyRows(client, { table, columns }, rows);
  };
  await stage(
    'told_quotes',
    ['match_id', 'data_source', 'bookmaker', 'market_type', 'line_value', 'since'],
    batch.told,
  );
  await stage('staged_prices', quoteColumns, batch.quotes);
  await stage('staged_seen', stages.lastSeen.columns, batch.lastSeen);
  await stage('staged_price_findings', findingColumns, batch.findings);
  await client.query(
    'set local default_statistics_target = 10; analyze told_quotes, staged_prices, staged_seen, staged_price_findings',
  );
  // First: a payload that was processed in this transaction is what lets the writer withdraw.
  await markPrices(client, batch);
  await client.query(withdrawnPrices, [batch.matchIds, batch.since]);
  await client.query(changedFlags, [batch.matchIds, batch.since]);
  await client.query(addedPrices);
  await client.query(withdrawnSeen);
  await client.query(movedSeen);
  await client.query(withdrawnFindings, [batch.outcomes.map(({ rawId }) => rawId)]);
  await client.query(addedFindings, [batch.since, batch.until]);
  await client.query(
    'update match_registry set prices_pending = false where id = any($1::bigint[]) and prices_pending',
    [batch.matchIds],
  );
  await markTouchedMonths(client);
}

/** Holds payloads of matches that nobody knows. */
export async function holdUnknown(
  client: pg.ClientBase,
  rawIds: readonly number[],
  reason: string,
): Promise<void> {
  if (rawIds.length === 0) return;
  await client.query(
    `update raw_odds_data set process_status = 'held', processed = false, process_error = $2 where id = any($1::bigint[])`,
    [rawIds, reason],
  );
  await client.query(
    `select withdraw_findings(array_agg(id)) from data_quality_logs
     where table_name = 'raw_odds_data' and record_id = any($1::bigint[]) and handled_at is null having count(*) > 0`,
    [rawIds],
  );
}

/** The months of the payloads are given, so that no other partition is read. What others hold has changed, and is pending by that. */
async function markPrices(client: pg.ClientBase, { outcomes, since, until }: PriceBatch): Promise<void> {
  await client.query(
    `with told as (
       select * from unnest($1::bigint[], $2::text[], $3::boolean[]) as o (id, reason, is_claimed)
     ), ours as materialized (
       select r.id, r.collected_at, o.reason
       from raw_odds_data r join told o on o.id = r.id
       where r.collected_at between $4 and $5 and (o.is_claimed or r.process_status <> 'pending')
       order by r.id for no key update of r skip locked
     )
     update raw_odds_data r
     set process_status = case when o.reason is null then 'done' else 'held' end,
       processed = o.reason is null, process_error = o.reason
     from ours o where r.id = o.id and r.collected_at = o.collected_at and r.collected_at between $4 and $5`,
    [
      outcomes.map(({ rawId }) => rawId),
      outcomes.map(({ held }) => held),
      outcomes.map(({ isClaimed }) => isClaimed),
      since,
      until,
    ],
  );
}

const tuple = (alias: string, columns: readonly string[]): string =>
  `(${columns.map((name) => `${alias}.${name}`).join(', ')})`;

/** The key of a price in `odds`, but for its line, which may be null. */
const key = ['match_id', 'data_source', 'bookmaker', 'market_type', 'collected_at', 'recorded_at'] as const;
const isStaged = `${tuple('s', key)} = ${tuple('o', key)} and s.line_value is not distinct from o.line_value`;
const rest = [
  'quote_kind',
  'price_phase',
  'home_odds',
  'draw_odds',
  'away_odds',
  'over_odds',
  'under_odds',
] as const;
const said = [...rest, 'provider_updated_at', 'raw_id', 'raw_odds_id'] as const;

/** The live prices of the batch's matches that may be overridden, as `o`. The ids as a list: odds has hundreds of partitions. */
const livePrices = `o.match_id = any($1::bigint[]) and o.collected_at >= $2 and o.raw_odds_id is not null`;

const withdrawnPrices = `
  with gone as materialized (
    select o.id, o.match_id, o.collected_at
    from odds o
    join told_quotes t on ${tuple('t', ['match_id', 'data_source', 'bookmaker', 'market_type'])}
        = ${tuple('o', ['match_id', 'data_source', 'bookmaker', 'market_type'])}
      and t.line_value is not distinct from o.line_value and t.since <= o.collected_at
    where ${livePrices} and not exists (
      select from staged_prices s where ${isStaged} and ${tuple('s', said)} is not distinct from ${tuple('o', said)})
  ), withdrawn as materialized (
    select withdraw_rows('odds', array_agg(distinct match_id), array_agg(id)) from gone having count(*) > 0
  )
  insert into touched_months select distinct 'odds', ${monthOf('collected_at')} from gone cross join withdrawn`;

const changedFlags = `
  with changed as (
    update odds o set suspicious_odds = s.suspicious_odds
    from staged_prices s
    where ${livePrices} and ${isStaged} and s.suspicious_odds <> o.suspicious_odds
    returning o.collected_at
  )
  insert into touched_months select distinct 'odds', ${monthOf('collected_at')} from changed`;

const addedPrices = `
  with added as (
    insert into odds (${quoteColumns.join(', ')})
    select ${quoteColumns.join(', ')} from staged_prices order by match_id, collected_at
    on conflict do nothing returning collected_at
  )
  insert into touched_months select distinct 'odds', ${monthOf('collected_at')} from added`;

const withdrawnSeen = `
  select withdraw_last_seen(array_agg(o))
  from odds_last_seen o
  join told_quotes t on ${tuple('t', ['match_id', 'data_source', 'bookmaker', 'market_type'])}
      = ${tuple('o', ['match_id', 'data_source', 'bookmaker', 'market_type'])}
    and t.line_value is not distinct from o.line_value
  where not exists (
    select from staged_seen s
    where ${tuple('s', ['match_id', 'data_source', 'bookmaker', 'market_type', 'price_phase'])}
        = ${tuple('o', ['match_id', 'data_source', 'bookmaker', 'market_type', 'price_phase'])}
      and s.line_value is not distinct from o.line_value)
  having count(*) > 0`;

const movedSeen = `
  insert into odds_last_seen as seen (${stages.lastSeen.columns.join(', ')})
  select ${stages.lastSeen.columns.join(', ')} from staged_seen order by 1, 2, 3, 4, 5, 6
  on conflict on constraint uq_odds_last_seen do update set last_seen_at = excluded.last_seen_at
  where seen.last_seen_at <> excluded.last_seen_at`;

const withdrawnFindings = `
  select withdraw_findings(array_agg(q.id))
  from data_quality_logs q
  where q.table_name = 'raw_odds_data' and q.record_id = any($1::bigint[]) and q.handled_at is null
    and not exists (
      select from staged_price_findings s
      where s.raw_odds_id = q.record_id and s.error_type = q.error_type and s.field = q.field)
  having count(*) > 0`;

const addedFindings = `
  insert into data_quality_logs (table_name, record_id, error_type, severity, field, error_data, error_message,
    requires_manual_review, finding_key)
  select 'raw_odds_data', s.raw_odds_id, s.error_type, s.severity, s.field, s.data, s.message, s.for_review, f.finding_key
  from staged_price_findings s
  join raw_odds_data r on r.id = s.raw_odds_id and r.collected_at between $1 and $2
  cross join lateral (
    select sha256(r.dedup_key || convert_to(concat_ws('/', s.error_type, s.field), 'UTF8'))) as f (finding_key)
  order by f.finding_key
  on conflict do nothing`;
