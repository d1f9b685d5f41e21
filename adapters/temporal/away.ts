import { isGrpcServiceError, type Client } from '@temporalio/client';
import { DependencyAway, TouchlineError } from '../../schemas/errors.js';

/** Deadline exceeded, resource exhausted, unavailable. */
const codesOfAbsence = new Set([4, 8, 14]);

/** The {@link DependencyAway} behind a failure of Temporal's client; undefined where it did answer. The client wraps what gRPC says. */
export function temporalAway(error: unknown): DependencyAway | undefined {
  if (error instanceof TouchlineError) return error instanceof DependencyAway ? error : undefined;
  const said = [error, error instanceof Error ? error.cause : undefined].find(isGrpcServiceError);
  if (said === undefined || !codesOfAbsence.has(said.code)) return undefined;
  return new DependencyAway('Temporal does not answer', { object: 'Temporal' }, error);
}

/** What has not been answered by then is told as absence: a server that hangs refuses nothing. */
const usualPatienceMs = 1_500;

/** Works with Temporal, all of it within a while. @throws DependencyAway where it is away or hangs */
export async function reachingTemporal<T>(
  connect: () => Promise<Client>,
  work: (client: Client) => Promise<T>,
  patienceMs = usualPatienceMs,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  try {
    const client = await connect();
    return await client.withDeadline(deadline, () => work(client));
  } catch (error) {
    throw temporalAway(error) ?? error;
  }
}
