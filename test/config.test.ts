import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeTestFolder } from './support/folder.js';
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

it('connections to Redis are as patient as the environment says, in seconds, else five of them, and looked at every thirty', () => {
  expect(readConfig({}).redisTimes).toEqual({
    socketMs: 5_000,
    connectMs: 5_000,
    healthCheckEveryMs: 30_000,
  });
  expect(
    readConfig({ REDIS_SOCKET_TIMEOUT: '2.5', REDIS_CONNECT_TIMEOUT: '', REDIS_HEALTH_CHECK_INTERVAL: '10' })
      .redisTimes,
  ).toEqual({ socketMs: 2_500, connectMs: 5_000, healthCheckEveryMs: 10_000 });
  expect(() => readConfig({ REDIS_SOCKET_TIMEOUT: '0' })).toThrow('REDIS_SOCKET_TIMEOUT');
});

describe('how the object store of a lake is reached', () => {
  const keys = { S3_ACCESS_KEY_ID: 'id-of-the-key', S3_SECRET_ACCESS_KEY: 'secret-of-the-key' };

  it('is not at all where the lake is in folders, whatever is set', () => {
    expect(readConfig({ ...keys, LAKE_URL: 'lake' })).toMatchObject({
      s3: undefined,
      lakeUrl: path.resolve('lake'),
    });
  });

  it.each(['LAKE_URL', 'LAKE_COLD_URL'])('is as the environment says where %s is in one', (name) => {
    const config = readConfig({
      ...keys,
      [name]: 's3://football-lake/data_lake/',
      S3_ENDPOINT: 'http://localhost:8333',
    });
    expect(config.s3).toEqual({
      endpoint: 'http://localhost:8333',
      region: 'us-east-1',
      keyId: 'id-of-the-key',
      secret: 'secret-of-the-key',
    });
    expect([config.lakeUrl, config.lakeColdUrl]).toContain('s3://football-lake/data_lake');
    expect(config.secrets).toEqual(expect.arrayContaining(['id-of-the-key', 'secret-of-the-key']));
  });

  it('is told by files, whose content is secret and whose names are not', async () => {
    const folder = await makeTestFolder();
    try {
      const file = path.join(folder.path, 'secret');
      await writeFile(file, 'secret-in-a-file\n');
      const config = readConfig({
        LAKE_URL: 's3://football-lake',
        S3_ACCESS_KEY_ID: 'id-of-the-key',
        S3_SECRET_ACCESS_KEY_FILE: file,
      });
      expect(config.s3?.secret).toBe('secret-in-a-file');
      expect(config.secrets).toContain('secret-in-a-file');
      expect(config.secrets).not.toContain(file);
    } finally {
      await folder.remove();
    }
  });

  it.each([
    [{ LAKE_URL: 's3://football-lake' }, 'S3_ACCESS_KEY_ID'],
    [{ LAKE_URL: 's3://football-lake', S3_ACCESS_KEY_ID: 'id' }, 'S3_SECRET_ACCESS_KEY'],
    [{ ...keys, LAKE_URL: 's3://Football' }, 'LAKE_URL'],
    [{ ...keys, LAKE_URL: 'gs://football-lake' }, 'LAKE_URL'],
    [{ ...keys, LAKE_COLD_URL: 's3://football-lake/year=2024' }, 'LAKE_COLD_URL'],
    [{ LAKE_URL: 's3://football-lake', S3_ACCESS_KEY_ID_FILE: '/nowhere/key' }, 'S3_ACCESS_KEY_ID_FILE'],
  ])('is refused with the name of the variable: %j', (environment, setting) => {
    expect(() => readConfig(environment)).toThrow(
      expect.objectContaining({ subject: expect.objectContaining({ setting }) as unknown }),
    );
  });
});

describe('a secret in a file of its own', () => {
  it('stands for its variable, goes behind it, and is kept out of logs', async () => {
    const folder = await makeTestFolder();
    const file = path.join(folder.path, 'key');
    await writeFile(file, 'of the file\n');
    const { oddsApi, secrets } = readConfig({ ODDS_API_KEY_FILE: file });
    expect(oddsApi.key).toBe('of the file');
    expect(secrets).toContain('of the file');
    expect(readConfig({ ODDS_API_KEY: 'said', ODDS_API_KEY_FILE: file }).oddsApi.key).toBe('said');
    await folder.remove();
  });

  it('is refused where it cannot be read, without a word of what it would have been', () => {
    expect(() => readConfig({ DATABASE_URL_FILE: '/nowhere/url' })).toThrow(
      /file of DATABASE_URL cannot be read/,
    );
  });
});

it('a version of the workers is a deployment and a build, both or none', () => {
  expect(readConfig({}).workerVersion).toBeUndefined();
  expect(readConfig({ TEMPORAL_DEPLOYMENT: 'touchline', TEMPORAL_BUILD_ID: '7' }).workerVersion).toEqual({
    ...{ deploymentName: 'touchline', buildId: '7' },
  });
  expect(() => readConfig({ TEMPORAL_BUILD_ID: '7' })).toThrow(/both or none/);
});
