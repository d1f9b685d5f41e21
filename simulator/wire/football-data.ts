import { parseSeason, type Instant } from '../../schemas/values.js';
import { fixturesFile, seasonFile, type ServedFile } from '../football-data/files.js';
import { isUnchanged, represent, type Representation } from '../football-data/representation.js';
import type { Competition } from '../season/competition.js';
import { leagueAt, listedFixtures, publishedResults } from '../season/league-at.js';
import type { MatchState } from '../season/match-state.js';
import type { WireAnswer, WireProvider } from './wire.js';

const seasonPath = /^\/mmz4281\/(\d{4})\/([A-Z0-9]+)\.csv$/;
const fixturesPath = '/fixtures.csv';

/** A file, and the matches that it was made of: it stands as long as they do. */
interface KeptFile {
  readonly states: readonly MatchState[];
  readonly file: Representation;
}

/** football-data.co.uk: a file a season and `fixtures.csv`, as they stand at the clock's time, with ETag and Last-Modified. No key. */
export function footballDataSite(competition: Competition): WireProvider {
  const kept = new Map<string, KeptFile>();
  const fileOf = (path: string, states: readonly MatchState[], make: () => ServedFile): Representation => {
    const last = kept.get(path);
    const isSame =
      last?.states.length === states.length && last.states.every((state, index) => state === states[index]);
    if (isSame) return last.file;
    const file = represent(make());
    kept.set(path, { states, file });
    return file;
  };
  const find = (path: string, now: Instant): Representation | undefined => {
    if (path === fixturesPath) {
      return fileOf(path, listedFixtures(competition, now), () => fixturesFile([leagueAt(competition, now)]));
    }
    const [, folder = '', code] = seasonPath.exec(path) ?? [];
    const season = parseSeason(folder);
    if (season === undefined || code !== competition.league.code) return undefined;
    if (!competition.seasonsAt(now).includes(season)) return undefined;
    const results = publishedResults(competition, season, now);
    return results.length === 0
      ? undefined
      : fileOf(path, results, () => seasonFile(leagueAt(competition, now), season));
  };

  return {
    name: 'football_data',
    errorBody: '<html><body><h1>Service temporarily unavailable</h1></body></html>\n',
    endpointOf: (path) =>
      path === fixturesPath ? path : seasonPath.test(path) ? '/mmz4281/{season}/{division}.csv' : 'unknown',
    answer({ path, header }, { now }) {
      const file = find(path, now);
      if (file === undefined) {
        const headers = { 'content-type': 'text/plain' };
        return { outcome: 'not found', status: 404, headers, body: 'Not Found\n' };
      }
      const headers = { etag: file.etag, 'last-modified': file.lastModified };
      return isUnchanged(header, file)
        ? { outcome: 'not modified', status: 304, headers, body: '' }
        : csvAnswer(file.text, headers);
    },
  };
}

const csvAnswer = (text: string, headers: Readonly<Record<string, string>>): WireAnswer => ({
  outcome: 'answered',
  status: 200,
  headers: { 'content-type': 'text/csv', ...headers },
  body: text,
});
