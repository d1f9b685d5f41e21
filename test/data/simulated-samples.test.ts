import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Simulation } from '../../simulator/simulation.js';
import { ask, apiFootballKey, oddsApiKey, standingStill } from '../support/simulation.js';
import { realApiSamples } from './real-files.js';

const recorded = async (file: string): Promise<unknown> =>
  JSON.parse(await readFile(path.join(realApiSamples, file), 'utf8')) as unknown;

/** The JSON types that stand at each path of a document; every place of a list is one path. */
function typesByPath(document: unknown, at = '$'): Map<string, Set<string>> {
  const types = new Map([[at, new Set([typeOf(document)])]]);
  const below: (readonly [string, unknown])[] = Array.isArray(document)
    ? document.map((item: unknown) => [`${at}[]`, item])
    : typeof document === 'object' && document !== null
      ? Object.entries(document).map(([key, value]: [string, unknown]) => [`${at}.${key}`, value])
      : [];
  for (const [place, value] of below) {
    for (const [found, kinds] of typesByPath(value, place)) {
      const known = types.get(found) ?? new Set();
      for (const kind of kinds) known.add(kind);
      types.set(found, known);
    }
  }
  return types;
}

const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;

/** What of the recorded document the simulated one lacks, or writes with another type. Null fits whatever else is seen there. */
function differences(sample: unknown, simulated: unknown): readonly string[] {
  const ours = typesByPath(simulated);
  return [...typesByPath(sample)].flatMap(([place, recordedTypes]) => {
    // What was asked is the asker's.
    if (place.startsWith('$.parameters.')) return [];
    const types = ours.get(place);
    if (types === undefined) return [`${place} is missing`];
    const told = [...recordedTypes].filter((type) => type !== 'null');
    const written = [...types].filter((type) => type !== 'null');
    if (told.length > 0 && written.length === 0) return [`${place} is only ever null`];
    return told.length === 0 || written.every((type) => told.includes(type))
      ? []
      : [`${place} is ${written.join()}, not ${told.join()}`];
  });
}

describe('the simulator’s output has the key paths and types of the recorded answer', () => {
  const simulation = new Simulation(standingStill());

  it('of API-Football’s fixtures, as a list and entry by entry', async () => {
    const sample = await recorded('api-football-v3/fixtures_multi_0.json');
    const query = 'league=9001&season=2026&from=2026-09-12&to=2026-09-20';
    const { body } = ask(simulation, 'api_football', '/fixtures', query, apiFootballKey);
    const answer: unknown = JSON.parse(body);
    expect(differences(sample, answer)).toEqual([]);
    const List = z.object({ response: z.array(z.unknown()) });
    const places = (entry: unknown): string[] => [...typesByPath(entry).keys()];
    for (const entry of List.parse(answer).response) {
      for (const one of List.parse(sample).response) {
        expect(places(one).filter((place) => !places(entry).includes(place))).toEqual([]);
      }
    }
  });

  it('of The Odds API’s odds', async () => {
    const sample = await recorded('the-odds-api-v4/odds_soccer_epl_odds.json');
    const { body } = ask(
      simulation,
      'odds_api',
      '/v4/sports/soccer_simulated_league/odds',
      `regions=uk&markets=h2h&${oddsApiKey}`,
    );
    expect(differences(sample, JSON.parse(body))).toEqual([]);
  });

  it('and a difference would be told', () => {
    const sample = { list: [{ id: 1, name: 'a', note: null }] };
    expect(differences(sample, { list: [{ id: 1, name: 'a', note: 'any' }] })).toEqual([]);
    expect(differences(sample, { list: [{ id: '1', note: null }] })).toEqual([
      '$.list[].id is string, not number',
      '$.list[].name is missing',
    ]);
  });
});
