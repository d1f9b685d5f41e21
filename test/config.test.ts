import { describe, expect, it } from 'vitest';
import { readConfig } from '../config.js';
import { BadInput } from '../schemas/errors.js';

describe('how live providers are reached', () => {
  it('is at their own addresses and without keys where nothing is set, blank or absent', () => {
    for (const environment of [{}, { API_FOOTBALL_KEY: '', ODDS_API_URL: '', SCORES_API_TRANSPORT: '' }]) {
      expect(readConfig(environment)).toMatchObject({
        apiFootball: { url: undefined, key: undefined },
        oddsApi: { url: undefined, key: undefined },
        scoresApi: { url: undefined, key: undefined, transport: 'http' },
        openMeteo: { url: undefined, archiveUrl: undefined },
      });
    }
  });

  it('is as the environment says, and its keys are secrets', () => {
    const { apiFootball, oddsApi, scoresApi, openMeteo, secrets } = readConfig({
      API_FOOTBALL_KEY: 'key-of-fixtures',
      API_FOOTBALL_URL: 'http://127.0.0.1:4000/football',
      ODDS_API_KEY: 'key-of-odds',
      SCORES_API_KEY: 'key-of-scores',
      SCORES_API_URL: 'wss://scores.example.org',
      SCORES_API_TRANSPORT: 'websocket',
      OPEN_METEO_ARCHIVE_URL: 'https://weather.example.org',
    });
    expect(apiFootball).toEqual({ url: 'http://127.0.0.1:4000/football', key: 'key-of-fixtures' });
    expect(oddsApi).toEqual({ url: undefined, key: 'key-of-odds' });
    expect(scoresApi).toMatchObject({ url: 'wss://scores.example.org', transport: 'websocket' });
    expect(openMeteo).toEqual({ url: undefined, archiveUrl: 'https://weather.example.org' });
    expect(secrets).toEqual(expect.arrayContaining(['key-of-fixtures', 'key-of-odds', 'key-of-scores']));
  });

  it.each([
    ['API_FOOTBALL_URL', 'api.example.org'],
    ['ODDS_API_URL', 'wss://odds.example.org'],
    ['SCORES_API_URL', 'ftp://scores.example.org'],
    ['SCORES_API_TRANSPORT', 'pigeon'],
  ])('is refused with the name of the variable: %s=%s', (setting, value) => {
    expect(() => readConfig({ [setting]: value })).toThrow(BadInput);
    expect(() => readConfig({ [setting]: value })).toThrow(setting);
  });
});
