import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Row } from '../../adapters/postgres/row.js';
import type { CollectCounts } from '../../activities/store-edition.js';
import type { MatchFileProvider } from '../../adapters/providers/provider.js';
import { providers } from '../../adapters/providers/registry.js';
import { kickoffOf } from '../../domain/clock/kickoff.js';
import { instant } from '../../schemas/values.js';
import { openHouse, type TestHouse } from '../support/house.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { countMatches, realFiles, realOpenfootball } from './real-files.js';

describe(`the real files of openfootball (${realOpenfootball})`, () => {
  let postgres: TestPostgres;
  let house: TestHouse;
  const firstRun = new Map<string, CollectCounts>();

  const collectAll = async (runId: string, reading: 'if-changed' | 'always') => {
    const counts = new Map<string, CollectCounts>();
    for (const file of await house.list(realOpenfootball, 'openfootball')) {
      counts.set(file.location, await house.collectFile({ file, runId, reading }));
    }
    return counts;
  };

  beforeAll(async () => {
    postgres = await startTestPostgres();
    house = openHouse(postgres.url);
    for (const [location, counts] of await collectAll('data/1', 'if-changed')) firstRun.set(location, counts);
  });
  afterAll(async () => {
    await house.close();
    await postgres.stop();
  });

  it('every JSON file below the folder is listed', async () => {
    const below = (await readdir(realOpenfootball, { recursive: true })).filter((name) =>
      name.endsWith('.json'),
    );
    expect(below.length).toBeGreaterThan(50);
    expect(firstRun.size).toBe(below.length);
  });

  it('every match of every file, counted independently, is stored, a duplicate or held', async () => {
    const unaccounted: unknown[] = [];
    for (const [location, counts] of firstRun) {
      const rows = await countMatches(location);
      const { stored, duplicates, held } = counts;
      if (rows === 0 || rows !== counts.rows || stored + duplicates + held !== rows) {
        unaccounted.push([location, rows, counts]);
      }
    }
    expect(unaccounted).toEqual([]);
  });

  it('run again, hashes ignored or not, every match is a duplicate', async () => {
    for (const reading of ['if-changed', 'always'] as const) {
      for (const [location, counts] of await collectAll(`again/${reading}`, reading)) {
        const rows = firstRun.get(location)?.rows ?? 0;
        expect(counts).toEqual({ rows, stored: 0, duplicates: rows, held: 0 });
      }
    }
  });

  it('refined, only the matches of cups are held for their league', async () => {
    await house.refine();
    const { rows } = await house.pool.query<Row<{ league: 'raw_match_data.external_league_id' }>>(
      `select distinct external_league_id as league from raw_match_data
       where process_status = 'held' and process_error like '%league%is not known%' order by 1`,
    );
    expect(rows.map(({ league }) => league)).toEqual(['at.cup', 'de.cup']);
  });
});

/** The kick-offs of a season by its file, those without a time left out. */
async function kickoffsOf(
  source: MatchFileProvider,
  location: string,
  leagueCode: string,
  zone?: string,
): Promise<ReadonlyMap<string, number[]>> {
  const now = instant(Date.parse('2024-08-01'));
  const seasons = new Map<string, number[]>();
  for (const file of await source.listFiles({ location, divisions: [leagueCode], now })) {
    if (file.season === null) continue;
    const times: number[] = [];
    for (const { raw } of source.parseFile(await readFile(file.location), file.uri).rows) {
      const row = source.identifyRow(raw, file);
      if (row.kind !== 'identified' || row.time === null) continue;
      times.push(kickoffOf({ ...row, timeZone: zone ?? row.timeZone }, row.timeZone).at);
    }
    seasons.set(file.season, times);
  }
  return seasons;
}

/** The share of the first kick-offs that are among the second, each counted once. */
function shareIn(some: readonly number[], others: readonly number[]): number {
  const left = new Map<number, number>();
  for (const at of others) left.set(at, (left.get(at) ?? 0) + 1);
  const found = some.filter((at) => {
    const count = left.get(at) ?? 0;
    left.set(at, count - 1);
    return count > 0;
  });
  return found.length / some.length;
}

describe('the times of openfootball', () => {
  it.each(['E0', 'D1', 'SP1', 'F1', 'I1'])(
    'in %s are those of the league’s country: then nine in ten or more are the instants of football-data.co.uk, fewer in London or Tokyo',
    async (code) => {
      const { football_data: footballData, openfootball } = providers;
      if (footballData === undefined || openfootball === undefined) throw new Error('A source is missing');
      const theirs = await kickoffsOf(footballData, realFiles, code);
      const inCountry = await kickoffsOf(openfootball, realOpenfootball, code);
      const elsewhere = await kickoffsOf(openfootball, realOpenfootball, code, 'Asia/Tokyo');
      const inLondon = await kickoffsOf(openfootball, realOpenfootball, code, 'Europe/London');
      expect(inCountry.size).toBe(4);
      for (const [season, times] of inCountry) {
        const others = theirs.get(season) ?? [];
        expect(shareIn(times, others)).toBeGreaterThan(0.9);
        expect(shareIn(elsewhere.get(season) ?? [], others)).toBeLessThan(0.5);
        if (code !== 'E0') expect(shareIn(inLondon.get(season) ?? [], others)).toBeLessThan(0.8);
      }
    },
  );
});
