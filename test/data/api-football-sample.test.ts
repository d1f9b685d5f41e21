import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { fixtures } from '../../adapters/providers/api_football/fixtures.js';
import { liveScores } from '../../adapters/providers/api_football/live-scores.js';
import { ToldFixture } from '../../schemas/records/live.js';
import { instantFromIso } from '../../schemas/values.js';
import { realApiSamples } from './real-files.js';

const sample = path.join(realApiSamples, 'api-football-v3', 'fixtures_multi_0.json');

describe(`the recorded answer of API-Football (${sample})`, () => {
  const request = { path: '/fixtures', parameters: { league: '2', season: '2024' }, cost: 1 };
  const now = instantFromIso('2024-08-20T12:00:00Z');
  let body: unknown;

  beforeAll(async () => {
    body = JSON.parse(await readFile(sample, 'utf8'));
  });

  it('is three matches, with no field that we do not know and none that we cannot read', () => {
    const { told, rejected, unknownFields, next } = fixtures.read(body, request, now);
    expect({ rejected, unknownFields, next }).toEqual({ rejected: [], unknownFields: [], next: null });
    expect(told.map(({ record }) => `${record.home.name} v ${record.away.name}`)).toEqual([
      'Dinamo Zagreb v Qarabag',
      'Bodo/Glimt v FK Crvena Zvezda',
      'Lille v Slavia Praha',
    ]);
    for (const { record } of told) expect(ToldFixture.parse(record)).toEqual(record);
  });

  it('tells the first one as it stands in the payload', () => {
    expect(fixtures.read(body, request, now).told[0]).toMatchObject({
      record: {
        externalId: '1286247',
        league: '2',
        season: '2024-25',
        kickoff: instantFromIso('2024-08-20T19:00:00Z'),
        precision: 'minute',
        home: { externalId: '620', name: 'Dinamo Zagreb' },
        away: { externalId: '556', name: 'Qarabag' },
        status: 'scheduled',
        score: { home: null, away: null },
        halfTime: { home: null, away: null },
        venue: 'Stadion Maksimir',
        referee: 'G. Nyberg',
      },
      raw: { fixture: { id: 1286247 }, league: { round: 'Play-offs' } },
    });
  });

  it('can be read for live scores too: the shape is the same', () => {
    const { told, rejected, unknownFields } = liveScores.read(body, request, now);
    expect({ rejected, unknownFields }).toEqual({ rejected: [], unknownFields: [] });
    expect(told.map(({ record }) => record.minute)).toEqual([null, null, null]);
  });
});
