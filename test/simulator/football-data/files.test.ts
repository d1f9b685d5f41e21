import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { instantFromIso } from '../../../schemas/values.js';
import { footballDataFiles } from '../../../simulator/football-data/files.js';
import { writeFootballData } from '../../../simulator/football-data/folder.js';
import { createLeague } from '../../../simulator/league/league.js';

const league = (iso: string, seed = 11) => createLeague({ seed, now: instantFromIso(iso) });
const filesAt = (iso: string, seed = 11) => footballDataFiles([league(iso, seed)]);

describe('the files of a simulated league', () => {
  const files = filesAt('2026-11-24T10:00:00Z');
  const rows = (text = ''): Record<string, string>[] => {
    const [header = '', ...lines] = text.trimEnd().split('\r\n');
    return lines.map((line) =>
      Object.fromEntries(header.split(',').map((name, i) => [name, line.split(',')[i] ?? ''])),
    );
  };

  it('are three season files of played matches and the coming fixtures', () => {
    expect(files.map(({ path: name, text }) => [name, rows(text).length])).toEqual([
      ['mmz4281/2425/SIM.csv', 380],
      ['mmz4281/2526/SIM.csv', 380],
      ['mmz4281/2627/SIM.csv', 120],
      ['fixtures.csv', 20],
    ]);
  });

  it('have the columns of 2021-22, a cell for each, four-digit years, times and CRLF', () => {
    const [season] = files;
    const lines = season?.text.split('\r\n') ?? [];
    expect(lines[0]?.split(',')).toHaveLength(106);
    expect(lines[0]).toMatch(
      /^Div,Date,Time,HomeTeam,AwayTeam,FTHG,FTAG,FTR,HTHG,HTAG,HTR,Referee,HS,AS,HST,AST,/,
    );
    expect(lines[0]).toMatch(
      /,AHh,B365AHH,B365AHA,PAHH,PAHA,MaxAHH,.*,B365CH,.*,AvgC<2.5,AHCh,.*,AvgCAHH,AvgCAHA$/,
    );
    expect(lines.slice(0, -1).every((line) => line.split(',').length === 106 && !line.includes('\n'))).toBe(
      true,
    );
    expect(lines[1]).toMatch(/^SIM,\d\d\/\d\d\/\d{4},\d\d:\d\d,/);
    expect(rows(season?.text).every((row) => Object.values(row).every((cell) => cell !== ''))).toBe(true);
  });

  it('say the maximum and the average of the six bookmakers', () => {
    for (const row of rows(files[1]?.text)) {
      const prices = ['B365H', 'BWH', 'IWH', 'PSH', 'WHH', 'VCH'].map((column) => Number(row[column]));
      expect(Number(row['MaxH'])).toBe(Math.max(...prices));
      expect(Number(row['AvgH'])).toBeCloseTo(prices.reduce((sum, price) => sum + price, 0) / 6, 1);
    }
  });

  it('are the same bytes for the same seed and others for another', () => {
    expect(filesAt('2026-11-24T10:00:00Z')).toEqual(files);
    expect(filesAt('2026-11-24T10:00:00Z', 12)[0]?.text).not.toBe(files[0]?.text);
  });

  it('only grow: an earlier state of a season file is the beginning of a later one', () => {
    const texts = ['2025-08-20', '2025-10-05', '2025-12-31', '2026-05-30'].map(
      (day) =>
        filesAt(`${day}T12:00:00Z`).find(({ path: name }) => name.endsWith('2526/SIM.csv'))?.text ?? '',
    );
    texts.slice(1).forEach((text, index) => {
      expect(text.startsWith(texts[index] ?? '-')).toBe(true);
      expect(text.length).toBeGreaterThan(texts[index]?.length ?? Infinity);
    });
  });

  it('offer a coming match at the price that the season file keeps', () => {
    const ahead = rows(files.at(-1)?.text);
    const later = rows(filesAt('2027-01-10T12:00:00Z').at(-2)?.text);
    for (const row of ahead) {
      const kept = later.find(
        (played) => played['HomeTeam'] === row['HomeTeam'] && played['AwayTeam'] === row['AwayTeam'],
      );
      expect(kept).toMatchObject(row);
    }
  });

  it('were last changed when their last match ended, whenever they are asked for', () => {
    const changed = (iso: string) => filesAt(iso).map(({ modifiedAt }) => modifiedAt);
    expect(changed('2026-11-24T10:00:00Z')).toEqual(changed('2026-11-24T16:00:00Z'));
    expect(Math.max(...changed('2026-11-24T10:00:00Z'))).toBeLessThanOrEqual(
      instantFromIso('2026-11-24T10:00:00Z'),
    );
  });

  it('can be written as a folder with the times of their last changes', async () => {
    const directory = await mkdtemp(path.join(os.tmpdir(), 'touchline-simulator-'));
    try {
      await writeFootballData({ directory, leagues: [league('2026-11-24T10:00:00Z')] });
      expect((await readdir(directory)).sort()).toEqual(['2425', '2526', '2627', 'fixtures.csv']);
      const file = path.join(directory, '2526', 'SIM.csv');
      expect(await readFile(file, 'utf8')).toBe(files[1]?.text);
      expect((await stat(file)).mtimeMs).toBe(files[1]?.modifiedAt);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
