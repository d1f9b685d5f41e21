import type pg from 'pg';
import { copyRows, type CopyRow } from './copy-rows.js';
import { mergeSilver } from './silver-merge.js';
import { analyzeStages, createStages, stages, type StageName } from './silver-stage.js';

/** Rows of matches, cells in the order of the stages: match, source, then what the source says. */
export interface SilverRows {
  readonly revisions: readonly CopyRow[];
  readonly statistics: readonly CopyRow[];
  readonly quotes: Iterable<CopyRow>;
}

/** What a batch brings to silver. */
export interface SilverBatch {
  readonly matches: readonly CopyRow[];
  /** Rows of matches that this very transaction registered. */
  readonly fresh: SilverRows;
  /** Rows of matches that may have some already. */
  readonly known: SilverRows;
  readonly lastSeen: readonly CopyRow[];
  readonly findings: readonly CopyRow[];
  /** The keys whose silver may hold rows that the history as told now lacks. */
  readonly toldAnew: readonly CopyRow[];
}

/** The tables that grow, with the column of their months. */
const growing = {
  quotes: ['odds', 'collected_at'],
  revisions: ['fixture_revisions', 'known_at'],
  statistics: ['match_statistics', 'known_at'],
} as const;

/**
 * Writes a batch inside the caller's transaction. A match that this transaction registered has no rows and nobody else can see it: its
 * rows go straight into their tables, which takes half the time of staging and merging them. All others are staged and merged.
 */
export async function writeSilver(client: pg.ClientBase, batch: SilverBatch): Promise<void> {
  await createStages(client);
  const copy = async (name: StageName, rows: Iterable<CopyRow>): Promise<void> => {
    const { table, columns } = stages[name];
    await copyRows(client, { table, columns }, rows);
  };
  // Quotes last: a rule of theirs asks every kick-off that a match was ever given.
  for (const name of ['revisions', 'statistics', 'quotes'] as const) {
    await copyFresh(client, name, batch.fresh[name]);
    await copy(name, batch.known[name]);
  }
  await copy('matches', batch.matches);
  await copy('lastSeen', batch.lastSeen);
  await copy('findings', batch.findings);
  await copy('toldAnew', batch.toldAnew);
  await analyzeStages(client);
  await mergeSilver(client);
}

async function copyFresh(
  client: pg.ClientBase,
  name: keyof typeof growing,
  rows: Iterable<CopyRow>,
): Promise<void> {
  const [table, month] = growing[name];
  const columns = stages[name].columns;
  const months = new Set<string>();
  await copyRows(client, { table, columns }, noting(rows, columns.indexOf(month), months));
  await client.query(
    `insert into touched_months select $1, (month || '-01')::date from unnest($2::text[]) as m (month)`,
    [table, [...months]],
  );
}

/** Passes the rows on and notes the months of their instants, which are ISO texts in UTC. */
function* noting(rows: Iterable<CopyRow>, place: number, months: Set<string>): Generator<CopyRow> {
  for (const row of rows) {
    months.add(String(row[place]).slice(0, 7));
    yield row;
  }
}
