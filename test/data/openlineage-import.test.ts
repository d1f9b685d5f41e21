import { createServer } from 'node:http';
import { afterAll, expect, it } from 'vitest';
import { z } from 'zod';
import { instant } from '../../schemas/values.js';
import { writeFootballData } from '../../simulator/football-data/folder.js';
import { createLeague } from '../../simulator/league/league.js';
import { openLineageValidator } from '../support/open-lineage.js';
import { useOwnStack } from '../support/own-stack.js';

const Told = z.object({
  eventType: z.string(),
  run: z.object({ runId: z.uuid() }),
  job: z.object({ name: z.string() }),
});

/** Takes events only as OpenLineage's schemas ask for them, and keeps those that it took in their order. */
const refusals = await openLineageValidator();
const taken: z.infer<typeof Told>[] = [];
const refused: string[] = [];
const receiver = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => void parts.push(part));
  request.on('end', () => {
    const event: unknown = JSON.parse(Buffer.concat(parts).toString());
    const found = refusals(event);
    refused.push(...found);
    if (found.length === 0) taken.push(Told.parse(event));
    response.writeHead(found.length === 0 ? 201 : 422).end(found.join('; '));
  });
});
await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
const address = receiver.address();
const port = typeof address === 'object' && address !== null ? address.port : 0;

const { ask, placeOf } = useOwnStack({ OPENLINEAGE_URL: `http://127.0.0.1:${port}` });
afterAll(async () => {
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

it('every event of an import and of a check of quality reaches a receiver that holds them against the schemas, each run from its START to its end', async () => {
  const files = placeOf('files');
  const league = createLeague({ seed: 3, now: instant(Date.UTC(2024, 9, 1)), seasons: 1 });
  await writeFootballData({ directory: files, leagues: [league] });
  await ask('import', 'football-data', files);
  await ask('quality', 'check');

  const endOf = (name: string) =>
    taken.some(({ job, eventType }) => job.name === name && eventType !== 'START');
  await expect.poll(() => endOf('checkQuality') || refused.length > 0, { timeout: 60_000 }).toBe(true);
  expect(refused).toEqual([]);
  const runIds = new Set(taken.map(({ run }) => run.runId));
  for (const runId of runIds) {
    const events = taken.filter(({ run }) => run.runId === runId);
    expect(events.map(({ eventType }) => eventType)).toEqual(['START', 'COMPLETE']);
  }
  expect([...new Set(taken.map(({ job }) => job.name))]).toEqual(
    expect.arrayContaining(['collectFile', 'refineBatch', 'publishSilver', 'buildGold', 'checkQuality']),
  );
});
