import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { DataKind } from '../../schemas/records/live.js';
import { jsonText } from './json-text.js';

/** A part of an answer of which no record could be made. */
export interface RejectedRecord {
  readonly field: string;
  readonly text: string;
  readonly reason: string;
  readonly raw: unknown;
}

/** Who was asked about what. */
export interface AskedAbout {
  readonly dataSource: string;
  readonly kind: DataKind;
  readonly subject: string;
}

const insertFindings = `
  insert into data_quality_logs (table_name, error_type, severity, requires_manual_review, field, error_data, error_message, finding_key)
  select 'raw_' || $1 || '_data', $2, $3, $4, left(f.field, 300), f.data, f.message, f.key
  from unnest($5::text[], $6::jsonb[], $7::text[], $8::bytea[]) as f (field, data, message, key)
  on conflict do nothing`;

/** Keeps what was rejected, with its reason and as it came, for a person to look at (QUAL-14); the same again is the same finding. */
export async function keepRejected(
  client: pg.ClientBase,
  { dataSource, kind, subject }: AskedAbout,
  rejected: readonly RejectedRecord[],
): Promise<void> {
  if (rejected.length === 0) return;
  const found = rejected.map(({ field, text, reason, raw }) => {
    const data = jsonText({ data_source: dataSource, subject, text, raw });
    return {
      field,
      data,
      message: `${field} ${reason}`,
      key: keyOf('rejected_record', kind, field, reason, data),
    };
  });
  await insert(
    client,
    kind,
    { errorType: 'rejected_record', severity: 'medium', asksForReview: true },
    found,
  );
}

/** Keeps which fields a contract does not know, once for each source, kind and field. */
export async function keepUnknownFields(
  client: pg.ClientBase,
  { dataSource, kind }: Pick<AskedAbout, 'dataSource' | 'kind'>,
  fields: readonly string[],
): Promise<void> {
  if (fields.length === 0) return;
  const found = fields.map((field) => ({
    field,
    data: jsonText({ data_source: dataSource, field }),
    message: `No rule reads the field ${field} of ${dataSource}; its values are kept in bronze`,
    key: keyOf('unknown_field', dataSource, kind, field),
  }));
  await insert(client, kind, { errorType: 'unknown_field', severity: 'low', asksForReview: false }, found);
}

interface NewFinding {
  readonly field: string;
  readonly data: string;
  readonly message: string;
  readonly key: Buffer;
}

async function insert(
  client: pg.ClientBase,
  kind: DataKind,
  {
    errorType,
    severity,
    asksForReview,
  }: { readonly errorType: string; readonly severity: 'low' | 'medium'; readonly asksForReview: boolean },
  found: readonly NewFinding[],
): Promise<void> {
  await client.query(insertFindings, [
    ...[kind, errorType, severity, asksForReview],
    found.map(({ field }) => field),
    found.map(({ data }) => data),
    found.map(({ message }) => message),
    found.map(({ key }) => key),
  ]);
}

const keyOf = (...parts: readonly string[]): Buffer => createHash('sha256').update(parts.join('\n')).digest();
