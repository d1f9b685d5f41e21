import { Session } from 'node:inspector/promises';
import { writeFile } from 'node:fs/promises';
import { describeHouse } from '../activities/describe-lineage.js';
import { openDatabase } from '../adapters/postgres/open-database.js';
import { startTestPostgres } from './support/postgres.js';
const postgres = await startTestPostgres();
const { pool, db } = openDatabase(postgres.url, { applicationName: 'test', max: 1 });
const s = new Session();
s.connect();
await s.post('Profiler.enable');
await s.post('Profiler.setSamplingInterval', { interval: 200 });
await s.post('Profiler.start');
for (let i = 0; i < 4; i++) {
  const [t, c] = [performance.now(), process.cpuUsage()];
  const h = await describeHouse(pool);
  const u = process.cpuUsage(c);
  console.log(
    i,
    (performance.now() - t).toFixed(0),
    'ms',
    ((u.user + u.system) / 1000).toFixed(0),
    'cpu ms',
    JSON.stringify(h.description).length,
  );
}
const { profile } = await s.post('Profiler.stop');
await writeFile('/tmp/t-observe/p/prof.cpuprofile', JSON.stringify(profile));
const self = new Map<string, number>();
const dt = profile.timeDeltas ?? [];
const byId = new Map(profile.nodes.map((n) => [n.id, n]));
(profile.samples ?? []).forEach((id, i) => {
  const n = byId.get(id);
  if (!n) return;
  const k = `${n.callFrame.functionName} ${n.callFrame.url.split('/').slice(-2).join('/')}:${n.callFrame.lineNumber}`;
  self.set(k, (self.get(k) ?? 0) + (dt[i] ?? 0) / 1000);
});
for (const [k, v] of [...self].sort((a, b) => b[1] - a[1]).slice(0, 30))
  console.log(v.toFixed(0).padStart(6), k);
await db.destroy();
await postgres.stop();
