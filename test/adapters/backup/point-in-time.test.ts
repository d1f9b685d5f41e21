import { open, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { onDatabase } from '../../../adapters/backup/on-server.js';
import { recoverCluster } from '../../../adapters/backup/point-in-time.js';
import { planRecovery } from '../../../adapters/backup/recovery-plan.js';
import { checkRestored } from '../../../adapters/backup/restored-checks.js';
import { sweepScratchFolders } from '../../../adapters/backup/scratch-folder.js';
import { startArchivedPostgres, type ArchivedPostgres } from '../../support/archived-postgres.js';
import { markDatabase, marksOf, rowsOf } from '../../support/restoring.js';

const database = 'football_prediction_dev';
let postgres: ArchivedPostgres;
/** Instants of commits, as the server noted them. */
const committed: Date[] = [];

beforeAll(async () => {
  postgres = await startArchivedPostgres({});
  await postgres.backUp('full');
  for (const name of ['First', 'Second', 'Third']) {
    await markDatabase(postgres.url, name);
    const rows = await rowsOf(
      postgres.url,
      `select pg_xact_commit_timestamp(xmin) as at from teams where name = '${name}'`,
    );
    committed.push(...rows.flatMap(({ at }) => (at instanceof Date ? [at] : [])));
    await sleep(20);
  }
  await postgres.backUp('incremental');
});
afterAll(() => postgres.stop());

const between = (first: number, second: number): Date =>
  new Date(((committed[first]?.getTime() ?? 0) + (committed[second]?.getTime() ?? 0)) / 2);

const plan = (to: Date | null) => planRecovery(postgres.place, { to, now: new Date(), database });

it('restored to an instant between two writes, the first is there and the second is not, and production goes on as it was', async () => {
  const to = between(0, 1);
  const recovered = await recoverCluster(await plan(to), to, postgres.means);
  try {
    expect(await marksOf(recovered.cluster.url(database))).toEqual(['First']);
    const report = await onDatabase(recovered.cluster.url(database), (client) =>
      checkRestored(client, { rowCounts: {}, schemaVersion: null, lakeFileExists: undefined }),
    );
    expect(report.findings).toEqual([]);
    expect(report.constraints).toBeGreaterThan(50);
    expect(await marksOf(postgres.url)).toEqual(['First', 'Second', 'Third']);
  } finally {
    await recovered.remove();
  }
  const left = await readdir(postgres.means.scratchParent ?? '');
  expect(left.filter((name) => name.startsWith('touchline-scratch-'))).toEqual([]);
});

it('an instant after the last write, that the archived log reaches, and the end of the log have every write', async () => {
  const { reaches } = await plan(null);
  expect(reaches > between(2, 2)).toBe(true);
  const recovered = await recoverCluster(await plan(reaches), reaches, postgres.means);
  try {
    expect(await marksOf(recovered.cluster.url(database))).toEqual(['First', 'Second', 'Third']);
  } finally {
    await recovered.remove();
  }
});

it.each([
  ['lies ahead', () => new Date(Date.now() + 3_600_000), /It lies ahead/],
  ['is before every base', () => new Date('2020-01-01Z'), /The oldest base is of/],
])('an instant that %s is refused before anything is unpacked', async (_, instant, why) => {
  await expect(plan(instant())).rejects.toMatchObject({
    name: 'BadInput',
    message: expect.stringMatching(why) as string,
  });
});

it('of a base or a segment of which one bit is not as it was, and of a log with a gap, nothing is restored', async () => {
  const good = await plan(between(0, 1));
  const [base] = good.base.files.filter(({ name }) => name.endsWith('/base.tar.gz'));
  const [segment] = good.wal.filter(({ sha256 }) => sha256 !== undefined);
  for (const file of [postgres.place.at('full', base?.name ?? ''), segment?.file ?? '']) {
    await withFlippedBit(file, async () => {
      await expect(recoverCluster(good, between(0, 1), postgres.means), file).rejects.toMatchObject({
        name: 'BackupUnsound',
        fault: 'corrupt',
        subject: { file },
      });
    });
  }
  const away = `${segment?.file ?? ''}.away`;
  await rename(segment?.file ?? '', away);
  try {
    await expect(plan(null)).rejects.toMatchObject({ name: 'BackupUnsound', fault: 'wal_gap' });
  } finally {
    await rename(away, segment?.file ?? '');
  }
  const left = await readdir(postgres.means.scratchParent ?? '');
  expect(left.filter((name) => name.startsWith('touchline-scratch-'))).toEqual([]);
});

/** Turns one bit in the middle of a file, and back. */
async function withFlippedBit(file: string, work: () => Promise<void>): Promise<void> {
  const flip = async (): Promise<void> => {
    const handle = await open(file, 'r+');
    try {
      const at = Math.floor((await handle.stat()).size / 2);
      const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, at);
      await handle.write(Buffer.from([(buffer[0] ?? 0) ^ 4]), 0, 1, at);
    } finally {
      await handle.close();
    }
  };
  await flip();
  await work().finally(flip);
}

it('a copy whose maker was killed is ended and removed by the next', async () => {
  const to = between(1, 2);
  const recovered = await recoverCluster(await plan(to), to, postgres.means);
  const parent = postgres.means.scratchParent ?? '';
  expect(await sweepScratchFolders(parent)).toBe(0);
  const [name = ''] = (await readdir(parent)).filter((one) => one.startsWith('touchline-scratch-'));
  // Its name tells of a process that is no more: none has a number so high.
  const orphan = name.replace(/\d+/, '4999999');
  await recovered.cluster.stop();
  await rename(path.join(parent, name), path.join(parent, orphan));
  expect(await sweepScratchFolders(parent)).toBe(1);
  expect((await readdir(parent)).filter((one) => one.startsWith('touchline-scratch-'))).toEqual([]);
});
