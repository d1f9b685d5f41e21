import { parseArgs } from 'node:util';
import { projectRoot } from '../config.js';
import { instant } from '../schemas/values.js';
import { startApiProcess, type Memory } from '../test/support/api-process.js';
import { openFilledHouse } from '../test/support/filled-house.js';
import { makeTestFolder } from '../test/support/folder.js';
import { startTestPostgres } from '../test/support/postgres.js';
import { machine, revision } from './support/machine.js';

/**
 * Whether a process of the API keeps its memory: requests of every kind side by side, good ones, refused ones and ones that find nothing, over a filled house: documents, lists as lines, frames in
 * Arrow, features online, pages of the console, what has not changed. Memory is taken after a collection of garbage: before, at each quarter and after. Holds where between the first quarter and the
 * last a request left less than 70 bytes on the heap (an entry of a map is more), and all of them less than 64 MB outside of it, where DuckDB and Arrow are. Fewer than 20,000 requests say
 * less than the noise.
 *
 *   node --import tsx bench/api-soak.ts [--requests 100000] [--side-by-side 16]
 */
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    'side-by-side': { type: 'string', default: '16' },
  },
});
const [requests, sideBySide] = [Number(values.requests), Number(values['side-by-side'])];
const most = { bytesARequest: 70, megabytesOutside: 64 };
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

say(`machine  ${machine()}`);
say(`code     ${revision(projectRoot)}`);
say(`command  node --import tsx bench/api-soak.ts ${process.argv.slice(2).join(' ')}`);
const [postgres, folder] = await Promise.all([startTestPostgres(), makeTestFolder()]);
const house = await openFilledHouse(postgres.url, folder.path, instant(Date.now()));
await house.lake.close();
const api = await startApiProcess({
  ...{ databaseUrl: postgres.url, home: folder.path },
  environment: { API_REQUESTS_PER_MINUTE: '100000000' },
});
const json = { 'content-type': 'application/json' };
const get = (path: string, headers: Readonly<Record<string, string>> = {}) => ({ path, init: { headers } });
const post = (path: string, body: object, headers: Readonly<Record<string, string>> = {}) => ({
  path,
  init: { method: 'POST', body: JSON.stringify(body), headers: { ...json, ...headers } },
});
const [match = 0] = house.ahead;
const often = [
  get('/api/v1/matches?limit=20'),
  ...house.ahead.slice(0, 10).map((id) => get(`/api/v1/predictions/${id}`)),
  ...house.played
    .slice(0, 5)
    .flatMap((id) => [get(`/api/v1/predictions/${id}`), get(`/api/v1/matches/${id}/prices`)]),
  ...[10, 20, 30].map((count) =>
    post('/api/v1/features/online', {
      ...{ service: 'match_prediction_v1', match_ids: house.ahead.slice(0, count) },
    }),
  ),
  ...[post('/api/v1/features/online', { match_ids: [] }), post('/nowhere', {})],
  ...[
    ...['/api/v1/models/metrics', '/api/v1/models/active', '/api/v1/anomalies/summary', '/tasks/jobs'],
    ...['/health/live', '/health/ready', '/nowhere', '/api/v1/matches?limit=x', '/api/v1/predictions/999999'],
  ].map((path) => get(path)),
];
/** What takes many times as long: one in fifty. */
const seldom = [
  ...[get(`/api/v1/matches/${match}`), get(`/api/v1/matches/${match}`, { 'if-none-match': '*' })],
  get('/api/v1/matches', { accept: 'application/x-ndjson' }),
  get(`/api/v1/matches/${match}/prices`, { accept: 'application/x-ndjson' }),
  post(
    '/api/v1/features/frame',
    {
      features: ['odds_features:home_odds_avg'],
      entities: house.ahead.map((id) => ({
        ...{ match_id: id, event_timestamp: new Date(house.now).toISOString() },
      })),
    },
    { accept: 'application/vnd.apache.arrow.stream' },
  ),
  ...['/console', `/console/matches/${match}`, '/console/assets/console.js', '/metrics'].map((path) =>
    get(path),
  ),
];
const requestOf = (place: number) =>
  (place % 50 === 0 ? seldom[(place / 50) % seldom.length] : often[place % often.length]) ?? get('/');
const counts = new Map<number, number>();
let sent = 0;
const send = async (until: number): Promise<void> => {
  while (sent < until) {
    sent += 1;
    const { path, init } = requestOf(sent);
    const response = await fetch(`${api.url}${path}`, init);
    await response.arrayBuffer();
    counts.set(response.status, (counts.get(response.status) ?? 0) + 1);
  }
};
try {
  const memories: Memory[] = [];
  const note = async (when: string): Promise<void> => {
    const memory = await api.memory();
    memories.push(memory);
    say(`${when.padEnd(24)} rss ${memory.rss.toFixed(1)} MB, heap ${memory.heapUsed.toFixed(1)} MB`);
  };
  await note('before');
  const began = performance.now();
  for (let quarter = 1; quarter <= 4; quarter += 1) {
    const until = Math.round((requests * quarter) / 4);
    await Promise.all(Array.from({ length: sideBySide }, () => send(until)));
    await note(`after ${sent} requests`);
  }
  const seconds = (performance.now() - began) / 1_000;
  say(`answers  ${JSON.stringify(Object.fromEntries(counts))}, ${(sent / seconds).toFixed(0)} a second`);
  const [, first, , , last] = memories;
  if (first === undefined || last === undefined) throw new Error('Memory was not told');
  const left = ((last.heapUsed - first.heapUsed) * 1_048_576) / (0.75 * requests);
  const outside = last.rss - last.heapUsed - (first.rss - first.heapUsed);
  const broke = [500, 502, 503].some((status) => counts.has(status));
  const holds = left < most.bytesARequest && outside < most.megabytesOutside && !broke;
  say(
    `${holds ? 'holds' : 'DOES NOT HOLD'}: from the first quarter to the last each request left ${left.toFixed(0)} bytes on the heap (limit ${most.bytesARequest}), all of them ${outside.toFixed(0)} MB outside (limit ${most.megabytesOutside})`,
  );
  process.exitCode = holds ? 0 : 1;
} finally {
  await api.stop();
  await postgres.stop();
  await folder.remove();
}
