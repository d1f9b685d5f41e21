import { Client, Connection, isGrpcServiceError } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { z } from 'zod';
import { DependencyAway } from '../../schemas/errors.js';
import { correlatedStarts } from './correlation.js';

/** Where Temporal answers, and the namespace that holds the jobs. */
export interface TemporalPlace {
  readonly address: string;
  readonly namespace: string;
}

/** A client and the way to let go of it. */
export interface TemporalClient {
  readonly client: Client;
  close(): Promise<void>;
}

const usualPatienceMs = 10_000;
const grpcAlreadyExists = 6;
const retention = msToTs('7 days');

/** Connects a client. Throws {@link DependencyAway} naming the address where nothing answers within that time. */
export async function connectToTemporal(
  place: TemporalPlace,
  patienceMs = usualPatienceMs,
): Promise<TemporalClient> {
  const connection = await Connection.connect({
    address: place.address,
    connectTimeout: patienceMs,
  }).catch((error: unknown) => {
    throw new DependencyAway(
      `Temporal does not answer at ${place.address}`,
      {
        object: 'Temporal',
        setting: 'TEMPORAL_ADDRESS',
        advice: 'Start it (touchline up starts an embedded one) or correct the address.',
      },
      error,
    );
  });
  const client = new Client({
    connection,
    namespace: place.namespace,
    interceptors: { workflow: [correlatedStarts] },
  });
  return { client, close: () => connection.close() };
}

/** Registers the namespace where the server does not have it yet. */
export async function ensureNamespace({ client }: TemporalClient, namespace: string): Promise<void> {
  try {
    await client.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: retention,
    });
  } catch (error) {
    if (isGrpcServiceError(error) && z.number().parse(error.code) === grpcAlreadyExists) return;
    throw error;
  }
}
