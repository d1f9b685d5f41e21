import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanBackups } from '../../../adapters/backup/clean.js';
import { ledgerSummary } from '../../../adapters/backup/ledger.js';
import { listBackups } from '../../../adapters/backup/list.js';
import { readMetadata, sumOfFiles, writeMetadata } from '../../../adapters/backup/metadata.js';
import { databaseBeside, onDatabase } from '../../../adapters/backup/on-server.js';
import { placeAt } from '../../../adapters/backup/place.js';
import { recoverCluster } from '../../../adapters/backup/point-in-time.js';
import { planRecovery } from '../../../adapters/backup/recovery-plan.js';
import { soundDump } from '../../../adapters/backup/restore-source.js';
import { checkRestored } from '../../../adapters/backup/restored-checks.js';
import { readIdentities, readRecipients, sealTo, unseal } from '../../../adapters/backup/sealing.js';
import { serverFacts } from '../../../adapters/backup/server.js';
import { dropDatabase, makeDatabase } from '../../../adapters/backup/swap-databases.js';
import { findPostgresTools, type PostgresTools } from '../../../adapters/backup/tools.js';
import { verifyBackups, type VerifiedBackups } from '../../../adapters/backup/verify.js';
import { parseIncoming } from '../../../adapters/backup/wal-archive.js';
import { incomingFiles } from '../../../adapters/backup/wal-store.js';
import { openDatabase } from '../../../adapters/postgres/open-database.js';
import { childEnvironment, readConfig } from '../../../config.js';
import { BackupMetadata, baseFiles, sealedSuffix } from '../../../schemas/backup.js';
import { TouchlineError } from '../../../schemas/errors.js';
import { damages, whileDamaged, type Damage } from '../../support/damaged-file.js';
import { startTestBackups, type TestBackups } from '../../support/backups.js';
import { makeTestFolder, type TestFolder } from '../../support/folder.js';
import { markDatabase, marksOf } from '../../support/restoring.js';

let folder: TestFolder;
let backups: TestBackups;
const placeOf = (name: string): string => path.join(folder.path, name);

beforeAll(async () => {
  folder = await makeTestFolder();
  const key = await generateX25519Identity();
  await writeFile(placeOf('identity'), `${key}\n`);
  await writeFile(placeOf('another'), `${await generateX25519Identity()}\n`);
  await writeFile(placeOf('recipients'), `# ours\n${await identityToRecipient(key)}\n`);
  backups = await startTestBackups({
    BACKUP_RECIPIENTS_FILE: placeOf('recipients'),
    BACKUP_IDENTITY_FILE: placeOf('identity'),
  });
});
afterAll(async () => {
  await backups.stop();
  await folder.remove();
});

const filesBelow = async (root: string): Promise<string[]> =>
  (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();

describe('backups of a server that archives', () => {
  it('are a dump and a base, then the WAL since, proven without a gap', async () => {
    expect(await backups.make('full')).toMatchObject([
      { outcome: 'succeeded', method: 'dump' },
      { outcome: 'succeeded', method: 'base' },
    ]);
    expect(await backups.make('incremental')).toMatchObject([{ outcome: 'succeeded', method: 'shipping' }]);
    expect(await backups.make('wal')).toMatchObject([{ outcome: 'succeeded', method: 'chain' }]);
    const { faults, sound, restorableUntil } = await backups.verify();
    expect(faults).toEqual([]);
    expect(sound).toHaveLength(4);
    expect(restorableUntil).not.toBeNull();
  });

  it('are for their owner alone, and nothing in them can be read without the key', async () => {
    for (const name of await filesBelow(backups.place.root)) {
      expect(`${name} ${((await stat(backups.place.at(name))).mode & 0o777).toString(8)}`).toBe(
        `${name} 600`,
      );
      const isSealed = name.endsWith('.age') || name.startsWith('wal/incoming/');
      expect(isSealed || /(\.metadata|\.log)$/.test(name), name).toBe(true);
    }
    for (const name of ['', 'full', 'wal', 'wal/incoming', 'logs']) {
      expect((await stat(backups.place.at(name))).mode & 0o777).toBe(0o700);
    }
  });

  it('count the rows that a restore has to find', async () => {
    const [dump] = (await listBackups(backups.place)).filter(({ method }) => method === 'dump');
    const { rows } = await backups.admin.pool.query<{ n: number }>(
      'select count(*) as n from kysely_migration',
    );
    expect(dump?.metadata?.row_counts).toMatchObject({ kysely_migration: rows[0]?.n, matches: 0 });
  });

  it('are told of by the ledger, kind by kind', async () => {
    const { kinds, failures } = await ledgerSummary(backups.admin.pool);
    expect(failures).toEqual([]);
    expect(kinds.map(({ kind, successes, lastSuccess }) => [kind, successes, lastSuccess !== null])).toEqual([
      ['full', 1, true],
      ['incremental', 1, true],
      ['wal', 1, true],
    ]);
  });
});

describe('a verification', () => {
  const look = async (
    root: string,
    identity: string | undefined,
    now = new Date(),
    pool?: pg.Pool,
  ): Promise<VerifiedBackups> =>
    verifyBackups({
      ...{
        place: placeAt(root),
        pool,
        deepBy: undefined,
        now,
        signal: new AbortController().signal,
        report: () => undefined,
      },
      identities: await readIdentities(identity),
    });

  it('names whatever file has a flipped bit, is gone or cut short, of a hundred, without the key; and of what it is part nothing is restored', async () => {
    const { place, admin } = backups;
    // Two segments that were archived, and not sealed yet.
    for (let no = 0; no < 2; no += 1) {
      await admin.pool.query('create table later as select 1; drop table later');
      const { rows } = await admin.pool.query<{ name: string }>(
        'select pg_walfile_name(pg_switch_wal()) as name',
      );
      const archived = async () => (await incomingFiles(place)).map(({ segment }) => segment);
      await expect.poll(archived, { timeout: 30_000 }).toContain(rows[0]?.name);
    }
    const identities = await readIdentities(placeOf('identity'));
    const { database } = await serverFacts(admin.pool);
    const planned = (to: Date | null) => planRecovery(place, { to, now: new Date(), database });
    const good = await planned(null);
    const unsealed = await incomingFiles(place);
    const all = (await filesBelow(place.root)).filter((name) => !/^(logs|restore)\/|\.partial-/.test(name));
    expect(unsealed.length).toBeGreaterThanOrEqual(2);
    const unused = (name: string): boolean =>
      /^(incremental|wal)\/\d{8}\/(incremental|wal)_/.test(name) ||
      (/^wal\/\d{8}\/[0-9A-F]/.test(name) && !good.wal.some(({ file }) => file === place.at(name)));
    const restored = async (name: string): Promise<unknown> => {
      if (name.startsWith('full/full_backup_')) return soundDump(place, name, identities);
      const plan = await planned(good.reaches);
      if (unused(name)) return;
      const means = {
        place,
        identities,
        binaries: readConfig().postgresBinaries,
        scratchParent: folder.path,
        user: 'postgres',
      };
      return (await recoverCluster(plan, good.reaches, means)).remove();
    };
    const kindOf = (name: string): string =>
      name.replace(/\d{8}(_\d{6})?/g, '#').replace(/[0-9A-F]{24}/, 'S');
    const oneOfEach = [...new Map(all.map((name) => [kindOf(name), name])).values()];
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...all), fc.constantFrom(...damages), share, async (name, how, at) => {
        await whileDamaged(place.at(name), how, at, folder.path, async () => {
          const { faults } = await look(place.root, undefined, new Date(), admin.pool);
          const segment = parseIncoming(path.basename(name))?.segment ?? name;
          const named = faults.filter(
            ({ file, message }) => file === place.at(name) || message.includes(segment),
          );
          expect(named, `${how} ${name} at ${at}: ${JSON.stringify(faults)}`).not.toEqual([]);
          const claims = await restored(name).then(
            () => 'good',
            (error: unknown) => (error instanceof TouchlineError ? 'refused' : error),
          );
          expect(claims, `${how} ${name} at ${at}`).toBe(unused(name) ? 'good' : 'refused');
        });
      }),
      {
        ...{ numRuns: 100, seed: 10 },
        examples: oneOfEach.flatMap((name): [string, Damage, number][] => [
          [name, 'flip', 0.5],
          [name, 'remove', 0],
        ]),
      },
    );
    expect((await look(place.root, undefined, new Date(), admin.pool)).faults).toEqual([]);
  });

  it('finds a gap in the WAL, and the clock by which a backup is dated in the future', async () => {
    const root = placeOf('gap');
    await cp(backups.place.root, root, { recursive: true });
    expect(
      (await look(root, undefined, new Date(Date.now() - 86_400_000))).faults.map(({ type }) => type),
    ).toContain('clock');
    const [segment = ''] = (await filesBelow(root))
      .filter((name) => /^wal\/\d{8}\/[0-9A-F]{24}\.gz/.test(name))
      .slice(-1);
    await rm(path.join(root, segment));
    const types = (await look(root, undefined)).faults.map(({ type }) => type);
    expect(types).toContain('wal_gap');
    expect(types).toContain('missing');
  });

  it('finds, where it is deep, a bit that was flipped in a base before its sum was taken', async () => {
    const root = placeOf('deep');
    await cp(backups.place.root, root, { recursive: true });
    const identities = await readIdentities(placeOf('identity'));
    const deepBy = await findPostgresTools({ ...backups.deps.config, major: 15 });
    const verify = (by: PostgresTools | undefined): Promise<VerifiedBackups> =>
      verifyBackups({
        ...{ place: placeAt(root), pool: undefined, identities, deepBy: by, now: new Date() },
        ...{ signal: new AbortController().signal, report: () => undefined },
      });
    expect((await verify(deepBy)).faults).toEqual([]);

    const base = (await listBackups(placeAt(root))).find(({ method }) => method === 'base');
    const name = `${base?.name ?? ''}/${baseFiles.data}${sealedSuffix}`;
    const file = path.join(root, 'full', name);
    const metadata = await readMetadata(base?.file ?? '');
    const tar = await buffer(unseal(file, { identities, sealedFor: metadata.recipients }));
    const middle = Math.floor(tar.length / 2);
    tar.writeUInt8(tar.readUInt8(middle) ^ 1, middle);
    await rm(file);
    const sealed = await sealTo(file, Readable.from([tar]), {
      recipients: await readRecipients(placeOf('recipients')),
      compression: 'gzip',
    });
    const { size, sha256 } = sealed;
    const files = metadata.files.map((one) => (one.name === name ? { name, size, sha256 } : one));
    const told = BackupMetadata.strip().parse({ ...metadata, files, sha256: sumOfFiles(files) });
    await writeMetadata(base?.file ?? '', told);
    expect((await verify(undefined)).faults).toEqual([]);
    expect((await verify(deepBy)).faults).toMatchObject([{ backup: base?.name, type: 'corrupt' }]);
  });

  it('says that a key is not the one a backup was encrypted for', async () => {
    const { faults } = await look(backups.place.root, placeOf('another'));
    expect(new Set(faults.map(({ type }) => type))).toEqual(new Set(['key']));
  });
});

describe('a dump of several jobs', () => {
  it('is one sealed file, verified as others are, and restores to the rows that it tells of', async () => {
    const { config } = backups.deps;
    const { url } = backups.postgres;
    await markDatabase(url, 'Dumped by several');
    const [dump] = await backups.make('full', { config: { ...config, dumpJobs: 4 } });
    expect(dump).toMatchObject({ outcome: 'succeeded', method: 'dump' });
    expect((await backups.verify()).faults).toEqual([]);
    const name = dump?.outcome === 'succeeded' ? dump.name : '';
    const sound = await soundDump(backups.place, name, await readIdentities(config.identityFile));
    const { metadata } = sound;
    expect(metadata.files.map((file) => file.name)).toEqual([
      `${name}.directory.tar.age`,
      `${name}.globals.sql.gz.age`,
    ]);
    await makeDatabase(url, 'loaded_by_several');
    const loaded = databaseBeside(url, 'loaded_by_several');
    await sound.load(loaded, await findPostgresTools({ ...config, major: 15 }));
    const { row_counts: rowCounts, schema_version: schemaVersion } = metadata;
    expect(rowCounts).toMatchObject({ teams: 1 });
    expect(await marksOf(loaded)).toEqual(['Dumped by several']);
    const report = await onDatabase(loaded, (client) =>
      checkRestored(client, { rowCounts, schemaVersion, lakeFileExists: undefined }),
    );
    expect(report.findings).toEqual([]);
    expect(await readdir(backups.place.at('restore'))).toEqual([]);
    await dropDatabase(url, 'loaded_by_several');
  });
});

describe('a backup that fails', () => {
  it('leaves nothing that looks like one, whenever it is killed with -9, and the next sweeps what it left', async () => {
    const before = (await listBackups(backups.place)).length;
    for (const [upTo, wait] of [
      ['dump', 150],
      ['base', 150],
      ['shipping', 0],
    ] as const) {
      const child = fork(
        fileURLToPath(new URL('../../support/backups-until-killed.ts', import.meta.url)),
        [backups.deps.url],
        {
          execArgv: ['--import', 'tsx'],
          env: childEnvironment({
            BACKUP_DIR: backups.place.root,
            BACKUP_RATE_MB_PER_SECOND: '0',
            BACKUP_RECIPIENTS_FILE: placeOf('recipients'),
          }),
        },
      );
      while ((await once(child, 'message'))[0] !== upTo);
      await sleep(wait);
      child.kill('SIGKILL');
      await once(child, 'exit');
      expect((await backups.verify()).faults).toEqual([]);
    }
    expect(await backups.make('full')).toMatchObject([{ outcome: 'succeeded' }, { outcome: 'succeeded' }]);
    expect(await backups.make('incremental')).toMatchObject([{ outcome: 'succeeded' }]);
    const left = (await filesBelow(backups.place.root)).filter((name) => name.includes('.partial-'));
    expect(left.filter((name) => !name.startsWith('wal/incoming/'))).toEqual([]);
    const after = await listBackups(backups.place);
    expect(after.length).toBeGreaterThan(before);
    const named = new Set(after.flatMap(({ metadata }) => metadata?.files.map(({ name }) => name) ?? []));
    const data = (await filesBelow(backups.place.at('full'))).filter((name) => !name.endsWith('.metadata'));
    expect(new Set(data)).toEqual(named);
    const { failures } = await ledgerSummary(backups.admin.pool);
    expect(failures.map(({ errorType }) => errorType)).toContain('interrupted');
  });

  it.each([
    ['full', 'the roles of its dump', String.raw`full_backup_\d+_\d+\.globals\.sql\.gz\.age$`],
    ['full', 'its dump', String.raw`full_backup_\d+_\d+\.sql\.gz\.age$`],
    ['full', 'the metadata of its dump', String.raw`full_backup_.*\.metadata$`],
    ['full', 'its base', String.raw`/base_\d+_\d+$`],
    ['full', 'the metadata of its base', String.raw`/base_.*\.metadata$`],
    ['incremental', 'a segment', String.raw`[0-9A-F]{24}\.gz\.age$`],
    ['incremental', 'the list of a day', String.raw`/segments\.metadata$`],
    ['incremental', 'its metadata', String.raw`/incremental_.*\.metadata$`],
    ['wal', 'its metadata', String.raw`/wal_\d+_\d+\.metadata$`],
  ])(
    'of the kind %s, killed as soon as %s has its name, leaves what was there and whole backups alone',
    async (kind, _, pattern) => {
      const script = fileURLToPath(new URL('../../support/backup-killed-at.ts', import.meta.url));
      await backups.admin.pool.query('create table later as select 1; drop table later');
      const child = fork(script, [backups.deps.url, kind, pattern], {
        execArgv: ['--import', 'tsx'],
        env: childEnvironment({
          BACKUP_DIR: backups.place.root,
          BACKUP_RECIPIENTS_FILE: placeOf('recipients'),
        }),
      });
      await once(child, 'exit');
      expect(child.signalCode).toBe('SIGKILL');
      expect((await backups.verify()).faults).toEqual([]);
      const { database } = await serverFacts(backups.admin.pool);
      const plan = await planRecovery(backups.place, { to: null, now: new Date(), database });
      expect(plan.wal).not.toEqual([]);
    },
  );

  it('says that there is no room where a file cannot grow, and leaves nothing of it', async () => {
    const before = (await filesBelow(backups.place.at('full'))).length;
    const script = fileURLToPath(new URL('../../support/backup-in-little-room.ts', import.meta.url));
    const limited = ['-c', 'ulimit -f 16; exec "$@"', 'sh', process.execPath, '--import', 'tsx', script];
    const { stdout } = await promisify(execFile)('sh', [...limited, backups.deps.url], {
      env: childEnvironment({ BACKUP_DIR: backups.place.root, BACKUP_RATE_MB_PER_SECOND: '0' }),
    });
    expect(JSON.parse(stdout)).toMatchObject([
      { outcome: 'failed', method: 'dump', type: 'no_space' },
      { outcome: 'failed', method: 'base', type: 'no_space' },
    ]);
    expect(await filesBelow(backups.place.at('full'))).toHaveLength(before);
    expect((await backups.verify()).faults).toEqual([]);
  });

  it('is of the class of its cause: the tools, the keys, the folder', async () => {
    const classOf = async (config: Partial<TestBackups['deps']['config']>): Promise<string> => {
      const before = await backups.meters.exposition();
      await expect(backups.make('full', { config: { ...backups.deps.config, ...config } })).rejects.toThrow();
      const after = await backups.meters.exposition();
      const lines = after.text.split('\n').filter((line) => !before.text.includes(line));
      return (
        /error_type="(\w+)"/.exec(lines.find((line) => line.includes('backup_failure_total')) ?? '')?.[1] ??
        ''
      );
    };
    expect(await classOf({ toolsFolder: folder.path })).toBe('tools_missing');
    expect(await classOf({ recipientsFile: placeOf('nowhere') })).toBe('key');
    await mkdir(placeOf('file'), { recursive: true });
    await writeFile(placeOf('file/in-the-way'), '');
    expect(await classOf({ folder: placeOf('file/in-the-way') })).toBe('permission');
    // Not even root may make a folder there.
    expect(await classOf({ folder: '/sys/backups' })).toBe('permission');
  });

  it('finds a gap where a file was taken out of the archive, until a new base is made', async () => {
    const store = (await filesBelow(backups.place.root)).filter((name) =>
      /^wal\/\d{8}\/[0-9A-F]{24}\.gz/.test(name),
    );
    const last = store.at(-1) ?? '';
    await rename(backups.place.at(last), placeOf('taken'));
    expect(await backups.make('incremental')).toMatchObject([{ outcome: 'failed', type: 'wal_gap' }]);
    await rename(placeOf('taken'), backups.place.at(last));
    expect(await backups.make('incremental')).toMatchObject([{ outcome: 'succeeded' }]);
  });
});

it('a pool of one connection is enough for a backup', async () => {
  const { db, pool } = openDatabase(backups.deps.url, { applicationName: 'one', max: 1 });
  try {
    expect(await backups.make('incremental', { pool })).toMatchObject([{ outcome: 'succeeded' }]);
  } finally {
    await db.destroy();
  }
});

describe('retention', () => {
  it('removes what is old, keeps what a restore needs, and touches nothing else', async () => {
    const { place, admin } = backups;
    await writeFile(place.at('full', 'notes.txt'), 'of somebody');
    const later = new Date(Date.now() + 40 * 86_400_000);
    const cleaned = await cleanBackups({
      ...{ place, pool: admin.pool, url: backups.deps.url },
      ...{ now: later, mode: 'apply' },
    });
    expect(cleaned.backups.length).toBeGreaterThan(0);
    const left = await listBackups(place);
    expect(new Set(left.map(({ method }) => method))).toEqual(new Set(['dump', 'base', 'shipping', 'chain']));
    expect(await readFile(place.at('full', 'notes.txt'), 'utf8')).toBe('of somebody');
    await rm(place.at('full', 'notes.txt'));
    expect((await backups.verify()).faults).toEqual([]);
  });
});
