import { setTimeout as sleep } from 'node:timers/promises';
import { isGrpcServiceError, type Client } from '@temporalio/client';
import { DependencyAway } from '../../schemas/errors.js';

/** A version of the workers of a deployment. */
export interface DeployedVersion {
  readonly buildId: string;
  /** New runs, and the next steps of those that go on, are given to its workers. */
  readonly isCurrent: boolean;
}

const codesOfAbsence = new Set([5]);
/** Failed precondition: a queue lacks pollers of the version. Exhausted, aborted, unavailable: many pollers register at once, and it takes ten at a time. */
const codesOfTooEarly = new Set([...codesOfAbsence, 8, 9, 10, 14]);
const lookEveryMs = 500;

/** The versions whose workers Temporal has seen; empty where none of that deployment has ever polled. */
export async function deployedVersions(
  client: Client,
  deploymentName: string,
): Promise<readonly DeployedVersion[]> {
  try {
    const { workerDeploymentInfo: info } = await client.workflowService.describeWorkerDeployment({
      namespace: client.options.namespace,
      deploymentName,
    });
    const current = info?.routingConfig?.currentDeploymentVersion?.buildId;
    return (info?.versionSummaries ?? []).flatMap(({ deploymentVersion }) => {
      const buildId = deploymentVersion?.buildId;
      return typeof buildId === 'string' ? [{ buildId, isCurrent: buildId === current }] : [];
    });
  } catch (error) {
    if (isGrpcServiceError(error) && codesOfAbsence.has(error.code)) return [];
    throw error;
  }
}

/**
 * Makes a version current as soon as its workers poll every queue that the current one does: until then Temporal refuses, and the old one goes on.
 * @throws DependencyAway where they do not within that time
 */
export async function makeCurrent(
  client: Client,
  { deploymentName, buildId }: { readonly deploymentName: string; readonly buildId: string },
  withinMs: number,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      await client.workflowService.setWorkerDeploymentCurrentVersion({
        namespace: client.options.namespace,
        deploymentName,
        buildId,
        identity: 'touchline',
      });
      return;
    } catch (error) {
      const isTooEarly = isGrpcServiceError(error) && codesOfTooEarly.has(error.code);
      if (!isTooEarly) throw error;
      if (Date.now() > deadline) {
        throw new DependencyAway(
          `Workers of version ${buildId} of ${deploymentName} do not poll every queue`,
          {
            object: buildId,
            advice: 'Start one for each queue that touchline workers names, then ask again.',
          },
          error,
        );
      }
    }
    await sleep(lookEveryMs);
  }
}
