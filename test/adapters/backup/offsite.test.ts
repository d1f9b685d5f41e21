import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { AwsClient } from 'aws4fetch';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keptRuns } from '../../../adapters/backup/ledger.js';
import { readMetadata } from '../../../adapters/backup/metadata.js';
import { startTestBackups, type TestBackups } from '../../support/backups.js';
import { startCuttingProxy, type CuttingProxy } from '../../support/cutting-proxy.js';
import { makeTestFolder, type TestFolder } from '../../support/folder.js';
import { startTestS3, type TestS3 } from '../../support/s3.js';

let folder: TestFolder;
let store: TestS3;
let proxy: CuttingProxy;
let backups: TestBackups;
const bucket = 's3://copies/house';

beforeAll(async () => {
  folder = await makeTestFolder();
  store = await startTestS3();
  proxy = await startCuttingProxy(store.access.endpoint ?? '', 'as asked');
  const recipients = path.join(folder.path, 'recipients');
  await writeFile(recipients, `${await identityToRecipient(await generateX25519Identity())}\n`);
  backups = await startTestBackups({ BACKUP_RECIPIENTS_FILE: recipients });
  expect((await inStore('PUT', 'copies')).status).toBe(200);
});
afterAll(async () => {
  await backups.stop();
  await proxy.close();
  await store.stop();
  await folder.remove();
});

async function inStore(
  method: 'GET' | 'HEAD' | 'PUT' | 'DELETE',
  name: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  const { endpoint = '', region, keyId, secret } = store.access;
  const client = new AwsClient({ accessKeyId: keyId, secretAccessKey: secret, region, service: 's3' });
  return await client.fetch(`${endpoint}/${name}`, { method, headers });
}
/** The names below the place of the copies, as the store lists them. */
async function copies(): Promise<string[]> {
  const listed = await (await inStore('GET', 'copies?list-type=2&prefix=house/')).text();
  return [...listed.matchAll(/<Key>house\/([^<]+)<\/Key>/g)].map(([, name = '']) => name).sort();
}
const through = (recipientsFile: string | undefined, url = bucket) => ({
  config: {
    ...backups.deps.config,
    recipientsFile,
    offsite: {
      url,
      access: { ...store.access, endpoint: proxy.url },
    },
  },
});
const copied = async (): Promise<string[]> =>
  (await keptRuns(backups.admin.pool, backups.place.root))
    .filter(({ uploadedAt }) => uploadedAt !== null)
    .map(({ name }) => name);

it('only sealed backups leave the machine; one whose copy is cut off has none until the next run sends it whole', async () => {
  const sealed = through(backups.deps.config.recipientsFile);
  const [plain] = await backups.make('full', through(undefined));
  expect(plain).toMatchObject({
    outcome: 'succeeded',
    notCopied: expect.stringContaining('not encrypted does not leave') as string,
  });
  expect(await copies()).toEqual([]);

  // The bucket tells that it has no lock, the first file is sent and compared; of the second nothing arrives.
  proxy.cutAt(4, 'request');
  const [cut] = await backups.make('full', sealed);
  expect(cut).toMatchObject({
    outcome: 'succeeded',
    notCopied: expect.stringContaining('did not arrive') as string,
  });
  expect(await copied()).toEqual([]);
  expect((await copies()).filter((name) => name.endsWith('.metadata'))).toEqual([]);
  const { text } = await backups.meters.exposition();
  expect(text).toMatch(/football_database_backup_failure_total\{[^}]*error_type="upload"/);

  proxy.mend();
  expect(await backups.make('incremental', sealed)).toMatchObject([
    { outcome: 'succeeded', notCopied: null },
  ]);
  const sent = await copied();
  expect(sent.length).toBeGreaterThan(2);
  const arrived = await copies();
  const told = arrived.filter((name) => name.endsWith('.metadata'));
  for (const name of sent) expect(told.filter((file) => file.includes(`/${name}.`))).toHaveLength(1);
  for (const name of arrived) expect(name).toMatch(/\.age$|\.metadata$/);
  for (const name of arrived) {
    const there = Buffer.from(await (await inStore('GET', `copies/house/${name}`)).arrayBuffer());
    expect(there.equals(await readFile(backups.place.at(name))), name).toBe(true);
  }
});

it('a bucket with object lock keeps each copy as long as the backup is kept here: nobody removes it before', async () => {
  const made = await inStore('PUT', 'locked', { 'x-amz-bucket-object-lock-enabled': 'true' });
  expect(made.status).toBe(200);
  const [dump] = await backups.make('full', through(backups.deps.config.recipientsFile, 's3://locked/house'));
  expect(dump).toMatchObject({ outcome: 'succeeded', notCopied: null });
  const name = dump?.outcome === 'succeeded' ? dump.name : '';
  const file = `locked/house/full/${name}.sql.gz.age`;
  const { headers } = await inStore('HEAD', file);
  const { ended_at: endedAt } = await readMetadata(backups.place.at('full', `${name}.sql.gz.metadata`));
  const until = Date.parse(headers.get('x-amz-object-lock-retain-until-date') ?? '');
  expect(Math.abs(until - Date.parse(endedAt) - 7 * 86_400_000)).toBeLessThan(1_000);
  const version = headers.get('x-amz-version-id') ?? '';
  expect((await inStore('DELETE', `${file}?versionId=${version}`)).status).toBe(403);
  expect((await inStore('HEAD', `${file}?versionId=${version}`)).status).toBe(200);
});
