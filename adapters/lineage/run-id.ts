import { createHash } from 'node:crypto';
import type { TaskAttempt } from '../temporal/attempt.js';

/** Ours, drawn once; another would give every attempt another id. */
const attempts = 'd1b52ef0-4c2b-4f60-9c2e-6a0f6a8f3a57';

/** The UUID of version 5 of a name in a namespace (RFC 9562, 5.5). */
export function uuidV5(namespace: string, name: string): string {
  const digest = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest();
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x50, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = digest.toString('hex', 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The OpenLineage run of one attempt of an activity. */
export const attemptRunId = ({ workflowId, runId, activityId, retryCount }: TaskAttempt): string =>
  uuidV5(attempts, JSON.stringify([workflowId, runId, activityId, retryCount + 1]));
