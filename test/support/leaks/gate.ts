import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { expect } from 'vitest';
import { onlineServices } from '../../../activities/online-services.js';
import { goldOfTheHouse, madeOf, openSilver } from '../gold-duckdb.js';
import { planted, type Planted } from '../gold-planted.js';
import type { Pipeline } from './gold-told.js';

/** The way from silver to features and vectors, on a DuckDB in memory. */
export interface OpenPipeline extends Pipeline {
  readonly connection: DuckDBConnection;
}

/** Opens it with the models of the repository and every service that is served online. */
export async function openPipeline(): Promise<OpenPipeline> {
  return {
    connection: await openSilver(),
    build: madeOf(await goldOfTheHouse(), 'match_features'),
    services: await onlineServices(),
  };
}

/** How long one proof may take, in ms: each run builds gold twice, on a machine that may have other work. */
export const patience = 600_000;

/** A rule about what a pipeline tells of any history. */
export type Rule = (connection: DuckDBConnection, pipeline: Pipeline) => fc.IAsyncProperty<unknown[]>;

/** Fails where a rule does not hold. */
export const holds = (rule: Rule, pipeline: OpenPipeline, numRuns: number): Promise<void> =>
  fc.assert(rule(pipeline.connection, pipeline), { numRuns });

/**
 * Fails unless the rule finds the leak that is planted, in its own words: a model that no longer runs has found nothing.
 * @param says what the rule says where it is broken
 */
export async function catches(
  rule: Rule,
  { connection, build, services }: OpenPipeline,
  leak: Planted,
  says: string,
): Promise<void> {
  const details = await fc.check(rule(connection, { build: planted(build, leak), services }), {
    seed: 20_260_101,
    numRuns: 150,
    endOnFailure: true,
  });
  expect(details.failed, `${leak.name}: not caught`).toBe(true);
  expect(String(details.errorInstance)).toContain(says);
}
