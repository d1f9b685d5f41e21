import type pg from 'pg';
import type { Computed, Present, Row } from '../row.js';

interface DoubtColumns {
  readonly errorType: 'data_quality_logs.error_type';
  readonly field: Present<'data_quality_logs.field'>;
}

interface DecisionColumns extends DoubtColumns {
  readonly aboutId: Computed<number>;
  readonly released: 'data_quality_logs.released';
}

/** A doubt that a person released: the type and the field of its finding. */
export type ReleasedDoubt = Row<DoubtColumns>;

/** The doubts that people released, by the id of the payload or the score that they decided about. */
export type Decisions = ReadonlyMap<number, readonly ReleasedDoubt[]>;

/**
 * What people decided about these payloads: each that has a finding someone handled, with the doubts that are released.
 * One whose doubts all stand has none: its history may have been another before.
 */
export const loadDecisions = (client: pg.ClientBase, rawIds: readonly number[]): Promise<Decisions> =>
  decisionsAbout(client, rawIds, `table_name not in ('teams', 'raw_odds_data')`);

/** The same about payloads of `raw_odds_data`. */
export const loadPriceDecisions = (client: pg.ClientBase, rawIds: readonly number[]): Promise<Decisions> =>
  decisionsAbout(client, rawIds, `table_name = 'raw_odds_data'`);

async function decisionsAbout(
  client: pg.ClientBase,
  rawIds: readonly number[],
  isOfThem: string,
): Promise<Decisions> {
  const { rows } = await client.query<Row<DecisionColumns>>(
    `select record_id as "aboutId", error_type as "errorType", coalesce(field, '') as field, released
     from data_quality_logs
     where record_id = any($1::bigint[]) and raw_score_id is null and handled_at is not null and ${isOfThem}`,
    [rawIds],
  );
  return byWhatTheyAreAbout(rows);
}

/** What people decided about these scores. */
export async function loadScoreDecisions(
  client: pg.ClientBase,
  rawScoreIds: readonly number[],
): Promise<Decisions> {
  const { rows } = await client.query<Row<DecisionColumns>>(
    `select raw_score_id as "aboutId", error_type as "errorType", coalesce(field, '') as field, released
     from data_quality_logs
     where raw_score_id = any($1::bigint[]) and handled_at is not null`,
    [rawScoreIds],
  );
  return byWhatTheyAreAbout(rows);
}

function byWhatTheyAreAbout(rows: readonly Row<DecisionColumns>[]): Decisions {
  const decisions = new Map<number, ReleasedDoubt[]>();
  for (const { aboutId, errorType, field, released } of rows) {
    const doubts = decisions.get(aboutId) ?? [];
    if (released) doubts.push({ errorType, field });
    decisions.set(aboutId, doubts);
  }
  return decisions;
}

/** Why these payloads wait for a person, where they are doubted by themselves and nobody has released them: by id. */
export async function loadDoubts(
  client: pg.ClientBase,
  rawIds: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const { rows } = await client.query<
    Row<{
      rawId: Present<'data_quality_logs.record_id'>;
      message: Present<'data_quality_logs.error_message'>;
    }>
  >(
    `select record_id as "rawId", error_message as message from data_quality_logs
     where record_id = any($1::bigint[]) and table_name = 'raw_match_data' and error_type = 'doubted_row' and not released`,
    [rawIds],
  );
  return new Map(rows.map(({ rawId, message }) => [rawId, message]));
}
