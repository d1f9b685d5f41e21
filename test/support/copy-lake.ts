import { cp } from 'node:fs/promises';
import { AwsClient } from 'aws4fetch';
import { DependencyAway } from '../../schemas/errors.js';
import { dataPathBelow } from './lake.js';
import { s3OfTheRun } from './s3-of-the-run.js';

/** Copies the files of a lake that nobody writes to that of another folder, wherever lakes are in this run. */
export async function copyLake(from: string, to: string): Promise<void> {
  const store = s3OfTheRun();
  const [source, target] = [dataPathBelow(from), dataPathBelow(to)];
  if (store === undefined) {
    await cp(source, target, { recursive: true });
    return;
  }
  const client = new AwsClient({
    ...{ accessKeyId: store.keyId, secretAccessKey: store.secret, region: store.region, service: 's3' },
  });
  const ask = async (path: string, init: { method?: string; headers?: Record<string, string> } = {}) => {
    const answer = await client.fetch(`${store.endpoint}/${path}`, init);
    const text = await answer.text();
    if (!answer.ok) throw new DependencyAway(`The store answers ${answer.status}: ${text}`, { object: path });
    return text;
  };
  const [bucket = '', ...folders] = source.slice('s3://'.length).split('/');
  const prefix = `${folders.join('/')}/`;
  const listed = await ask(`${bucket}?list-type=2&max-keys=1000&prefix=${encodeURIComponent(prefix)}`);
  if (!listed.includes('<IsTruncated>false</IsTruncated>'))
    throw new DependencyAway('A lake of a test has fewer than a thousand files', { object: source });
  for (const [, key = ''] of listed.matchAll(/<Key>([^<]+)<\/Key>/g)) {
    const copied = `${target.slice('s3://'.length)}/${key.slice(prefix.length)}`;
    const headers = { 'x-amz-copy-source': encodeURI(`/${bucket}/${key}`) };
    await ask(encodeURI(copied), { method: 'PUT', headers });
  }
}
