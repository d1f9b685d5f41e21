import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Present, Row } from '../../adapters/postgres/row.js';
import type { CollectCounts } from '../../activities/store-edition.js';
import { openHouse, type TestHouse } from '../support/house.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { fingerprintTables } from '../support/silver-snapshot.js';
import { openSuggestions } from '../support/suggestions.js';
import { countDataRows, realFiles } from './real-files.js';

const sum = (counts: Iterable<CollectCounts>, of: (counts: CollectCounts) => number): number =>
  [...counts].reduce((total, one) => total + of(one), 0);

describe(`the real files of football-data.co.uk (${realFiles})`, () => {
  let postgres: TestPostgres;
  let house: TestHouse;
  const firstRun = new Map<string, CollectCounts>();

  const collectAll = async (runId: string, reading: 'if-changed' | 'always') => {
    const counts = new Map<string, CollectCounts>();
    for (const file of await house.list(realFiles)) {
      counts.set(file.location, await house.collectFile({ file, runId, reading }));
    }
    return counts;
  };
  const bronzeRows = async (): Promise<unknown> =>
    (await house.pool.query('select count(*), max(id) from raw_match_data')).rows[0];

  beforeAll(async () => {
    postgres = await startTestPostgres();
    house = openHouse(postgres.url);
    for (const [location, counts] of await collectAll('data/1', 'if-changed')) firstRun.set(location, counts);
  });
  afterAll(async () => {
    await house.close();
    await postgres.stop();
  });

  it('every CSV below the folder is listed', async () => {
    const below = (await readdir(realFiles, { recursive: true })).filter((name) => /\.csv$/i.test(name));
    expect(below.length).toBeGreaterThan(250);
    expect(firstRun.size).toBe(below.length);
  });

  it('every data row of every file, counted independently, is stored, a duplicate or held', async () => {
    const unaccounted: unknown[] = [];
    for (const [location, counts] of firstRun) {
      const rows = await countDataRows(location);
      const { stored, duplicates, held } = counts;
      if (rows !== counts.rows || stored + duplicates + held !== rows)
        unaccounted.push([location, rows, counts]);
    }
    expect(unaccounted).toEqual([]);
  });

  it('every stored and held row is a row of bronze, and every held one has a finding with file, line, reason and text', async () => {
    const { rows } = await house.pool.query<Record<string, number>>(`
      select count(*) filter (where external_match_id is not null) as stored,
        count(*) filter (where external_match_id is null) as held,
        (select count(*) from edition_rows) as lines,
        (select count(*) from data_quality_logs
          where error_type = 'unreadable_row' and error_data ?& array['file', 'line', 'reason', 'text']) as findings
      from raw_match_data`);
    const held = sum(firstRun.values(), (counts) => counts.held);
    expect(rows[0]).toEqual({
      stored: sum(firstRun.values(), (counts) => counts.stored),
      held,
      lines: sum(firstRun.values(), (counts) => counts.rows),
      findings: held,
    });
  });

  it('run again, every row is a duplicate and bronze stays as it is', async () => {
    const before = await bronzeRows();
    for (const [location, counts] of await collectAll('data/2', 'if-changed')) {
      const rows = firstRun.get(location)?.rows ?? 0;
      expect(counts).toEqual({ rows, stored: 0, duplicates: rows, held: 0 });
    }
    expect(await bronzeRows()).toEqual(before);
  });

  it('run again with the hashes ignored, every row is read, is a duplicate, and bronze stays as it is', async () => {
    const before = await bronzeRows();
    for (const [location, counts] of await collectAll('data/3', 'always')) {
      const rows = firstRun.get(location)?.rows ?? 0;
      expect(counts).toEqual({ rows, stored: 0, duplicates: rows, held: 0 });
    }
    expect(await bronzeRows()).toEqual(before);
  });

  it('refined, no name is asked about, and only the three rows whose stated result contradicts the score are held', async () => {
    await house.refine({ sideBySide: 2 });
    expect(await openSuggestions(house)).toEqual([]);
    const { rows } = await house.pool.query<Row<{ reason: Present<'raw_match_data.process_error'> }>>(
      `select process_error as reason from raw_match_data
       where process_status = 'held' and external_match_id is not null and process_error <> 'edition: it waits in the review queue'
         and not exists (
           select from data_quality_logs f where f.record_id = raw_match_data.id and f.error_type = 'doubted_row'
         )`,
    );
    expect(rows).toHaveLength(3);
    expect(rows.every(({ reason }) => reason.includes('contradicts the score'))).toBe(true);
  });

  it('refined side by side, some key of the source bears each registered match', async () => {
    const { rowCount } = await house.pool.query(
      'select from match_registry r where not exists (select from match_external_ids x where x.match_id = r.id)',
    );
    expect(rowCount).toBe(0);
  });

  it('silver emptied and rebuilt from bronze in batches of another size equals the silver of the import', async () => {
    const grown = await fingerprintTables(house.pool);
    await house.rebuild({ limit: 3_000 });
    expect(await fingerprintTables(house.pool)).toEqual(grown);
  });
});
