import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { divisions } from '../../adapters/providers/odds_api/divisions.js';
import { odds } from '../../adapters/providers/odds_api/odds.js';
import type { Answer } from '../../adapters/providers/wire/endpoint.js';
import type { ToldEvent, ToldQuote } from '../../schemas/records/live.js';
import { instantFromIso } from '../../schemas/values.js';
import { realApiSamples } from './real-files.js';

const recorded = path.join(realApiSamples, 'the-odds-api-v4', 'odds_soccer_epl_odds.json');

describe(`a recorded answer of The Odds API (${recorded})`, () => {
  let text: string;
  let answer: Answer<ToldEvent | ToldQuote>;
  beforeAll(async () => {
    text = await readFile(recorded, 'utf8');
    const request = odds.request({ sport: 'soccer_epl', markets: ['1x2'], of: { regions: ['uk'] } });
    answer = odds.read(JSON.parse(text), request, instantFromIso('2024-08-19T08:30:00Z'));
  });
  /** Counted without the project's reader. */
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;

  it('has no field that the contract does not know, and nothing that cannot be read', () => {
    expect(answer.unknownFields).toEqual([]);
    expect(answer.rejected).toEqual([]);
  });

  it('tells each of its events and each of its markets', () => {
    const quotes = answer.told.filter(({ record }) => 'market' in record);
    expect(count(/"commence_time":/g)).toBe(11);
    expect(answer.told.length - quotes.length).toBe(count(/"commence_time":/g));
    expect(quotes).toHaveLength(count(/"key": "h2h"/g));
  });

  it('has three prices in each quote, those of the two teams and of the draw, before the kick-off', () => {
    for (const { record } of answer.told) {
      if (!('market' in record)) continue;
      const { home, draw, away, market, phase, line, over, under } = record;
      expect({ market, phase, line, over, under }).toEqual({
        market: '1x2',
        phase: 'prematch',
        line: null,
        over: null,
        under: null,
      });
      const implied = 1 / (home ?? Number.NaN) + 1 / (draw ?? Number.NaN) + 1 / (away ?? Number.NaN);
      expect(implied).toBeGreaterThan(1);
      expect(implied).toBeLessThan(1.15);
    }
    expect(
      answer.told.find(
        ({ record }) => record.externalId === '9b878684a95cdcd7b77ba588f916b483' && 'market' in record,
      ),
    ).toMatchObject({
      record: { bookmaker: 'betway', kind: 'book', home: 2.4, draw: 3.75, away: 2.6 },
    });
  });

  it('is of a league that we know', () => {
    for (const { record } of answer.told) {
      if ('league' in record) expect(divisions.map(({ externalId }) => externalId)).toContain(record.league);
    }
  });
});
