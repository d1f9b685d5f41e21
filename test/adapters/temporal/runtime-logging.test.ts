import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { projectRoot } from '../../../config.js';

const secret = 'q7Xv-hidden-92kd';

/** What a process of its own logs. */
async function logOf(statements: string): Promise<Record<string, unknown>[]> {
  const script = `
    import { Runtime } from '@temporalio/worker';
    import { installRuntimeLogging } from './adapters/temporal/runtime-logging.js';
    import { redactorOf } from './adapters/redaction/redactor.js';
    const log = installRuntimeLogging('info', redactorOf(['${secret}']));
    const temporal = Runtime.instance().logger;
    ${statements}
    process.exit(0);`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: projectRoot });
  return stdout
    .trim()
    .split('\n')
    .map((line) => z.record(z.string(), z.unknown()).parse(JSON.parse(line)));
}

it('no line of a process holds a secret, in words, fields, errors or their causes', async () => {
  const lines = await logOf(`
    const failure = new Error('of postgres://u:${secret}@db/x', { cause: new Error('Bearer ${secret}') });
    log.info('starts with ${secret}');
    log.warn({ headers: { 'x-auth-token': '${secret}' }, place: 'https://me:${secret}@a/' }, 'asks');
    log.error(failure);
    temporal.warn('Activity failed', { error: failure, activityType: 'collectFile' });
    temporal.info(Buffer.from('u:${secret}').toString('base64'), { runId: 'import/1' });
  `);
  expect(lines.map(({ msg }) => msg)).toEqual([
    'starts with ***',
    'asks',
    'of postgres://u:***@db/x',
    'Activity failed',
    expect.stringMatching(/\*\*\*/),
  ]);
  expect(JSON.stringify(lines)).not.toContain(secret);
  expect(lines[1]).toMatchObject({ headers: { 'x-auth-token': '***' }, place: 'https://me:***@a/' });
  expect(lines[3]).toMatchObject({
    activityType: 'collectFile',
    error: { message: 'of postgres://u:***@db/x', cause: { message: 'Bearer ***' } },
  });
  expect(lines[4]).toMatchObject({ runId: 'import/1' });
});
