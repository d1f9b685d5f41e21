import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { command } from './command.js';
import { grouped } from './table.js';
import { withDatabase } from './with-database.js';

export const backupMasked = command({
  path: ['backup', 'masked'],
  summary: 'write a dump for development, in which people and free texts are masked',
  description:
    'Writes the database as SQL for psql, with what schemas/masking.ts declares in place of the values; rows of excluded tables, the catalogue of the lake, owners and rights are left out. The file is there when it is whole, for its owner alone; one of that name is replaced.',
  arguments: [{ flags: '<file>', about: 'where to, as ./development.sql' }],
  examples: ['touchline backup masked ./development.sql'],
  json: '{"file", "tables", "excluded": [name], "rows"}',
  settings: z.object({ file: z.string().min(1) }),
  async run({ file }, context) {
    const { writeMaskedDump } = await import('../adapters/backup/masked-dump.js');
    const { serverFacts } = await import('../adapters/backup/server.js');
    const { findPostgresTools } = await import('../adapters/backup/tools.js');
    const { config, output, interrupted: signal } = context;
    const target = path.resolve(file);
    const half = `${target}.partial-${process.pid}`;
    const dumped = await withDatabase(context, { role: 'admin', name: 'backup' }, async ({ pool }, stack) => {
      const { major } = await serverFacts(pool);
      const tools = await findPostgresTools({ ...config.backup, major });
      const handle = await open(half, 'wx', 0o600);
      try {
        const stream = handle.createWriteStream({ flush: true });
        const done = await writeMaskedDump(stack.status.postgres.admin, { tools, target: stream, signal });
        await new Promise<void>((resolve, reject) => {
          stream.once('error', reject);
          stream.end(resolve);
        });
        await rename(half, target);
        return done;
      } finally {
        await handle.close().catch(() => undefined);
        await rm(half, { force: true });
      }
    });
    await output.result(
      { file: target, ...dumped },
      () =>
        `Wrote ${grouped(dumped.rows)} rows of ${dumped.tables} tables to ${target}; left out: ${dumped.excluded.join(', ')}.`,
    );
    return 0;
  },
});
