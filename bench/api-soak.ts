import { parseArgs } from 'node:util';
import { projectRoot } from '../config.js';
import { instant } from '../schemas/values.js';
import { startApiProcess } from '../test/support/api-process.js';
import { openFilledHouse } from '../test/support/filled-house.js';
import { makeTestFolder } from '../test/support/folder.js';
import { startTestPostgres } from '../test/support/postgres.js';
import { machine, revision } from './support/machine.js';

/**
 * Whether a process of the API keeps its memory: requests of every kind side by side, good ones, refused ones and ones that find nothing, over a filled house. Memory is taken after a collection of
 * garbage: before, at each quarter and after. Holds where the heap after the last quarter is no more than 5 MB above that after the first; the suite sends a few thousand.
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
const mostMegabytes = 5;
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
const paths = [
  '/api/v1/matches?limit=20',
  ...house.ahead.slice(0, 10).map((id) => `/api/v1/predictions/${id}`),
  ...house.played.slice(0, 5).flatMap((id) => [`/api/v1/predictions/${id}`, `/api/v1/matches/${id}/prices`]),
  ...['/api/v1/models/metrics', '/api/v1/models/active', '/api/v1/anomalies/summary', '/tasks/jobs'],
  ...['/health/live', '/health/ready', '/nowhere', '/api/v1/matches?limit=x', '/api/v1/predictions/999999'],
];
const counts = new Map<number, number>();
let sent = 0;
const send = async (until: number): Promise<void> => {
  while (sent < until) {
    sent += 1;
    const response = await fetch(`${api.url}${paths[sent % paths.length] ?? '/'}`);
    await response.arrayBuffer();
    counts.set(response.status, (counts.get(response.status) ?? 0) + 1);
  }
};
try {
  const heaps: number[] = [];
  const note = async (when: string): Promise<void> => {
    const { rss, heapUsed } = await api.memory();
    heaps.push(heapUsed);
    say(`${when.padEnd(24)} rss ${rss.toFixed(1)} MB, heap ${heapUsed.toFixed(1)} MB`);
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
  const grown = (heaps.at(-1) ?? NaN) - (heaps[1] ?? NaN);
  const broke = [500, 502, 503].some((status) => counts.has(status));
  const holds = grown < mostMegabytes && !broke;
  say(
    `${holds ? 'holds' : 'DOES NOT HOLD'}: the heap grew by ${grown.toFixed(1)} MB from the first quarter to the last`,
  );
  process.exitCode = holds ? 0 : 1;
} finally {
  await api.stop();
  await postgres.stop();
  await folder.remove();
}
