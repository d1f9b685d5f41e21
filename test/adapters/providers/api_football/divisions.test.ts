import { describe, expect, it } from 'vitest';
import { divisions } from '../../../../adapters/providers/api_football/divisions.js';
import { leagueCodes } from '../../../../adapters/providers/leagues.js';

describe('the leagues of API-Football', () => {
  it('are every league, the simulated one too, each under one id', () => {
    const codes = divisions.map(({ league }) => league.code);
    expect([...codes].sort()).toEqual([...leagueCodes].sort());
    expect(new Set(divisions.map(({ externalId }) => externalId)).size).toBe(divisions.length);
  });

  it('have the ids that every question and record names them by', () => {
    const codeOf = (id: string) => divisions.find(({ externalId }) => externalId === id)?.league.code;
    expect([codeOf('39'), codeOf('78'), codeOf('140'), codeOf('2')]).toEqual(['E0', 'D1', 'SP1', undefined]);
  });
});
