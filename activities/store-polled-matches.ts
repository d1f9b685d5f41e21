import { Context } from '@temporalio/activity';
import { knownSourceIds, latestEdition, lockFile } from '../adapters/postgres/source-editions.js';
import type { Transaction } from '../adapters/postgres/transaction.js';
import {
  idsOfMatches,
  polledMatches,
  scoresApiMatches,
} from '../adapters/providers/scores_api/match-lists.js';
import { scoresApi } from '../adapters/providers/scores_api/scores-api.js';
import type { Answer } from '../adapters/providers/wire/endpoint.js';
import type { Connection } from '../adapters/providers/wire/prepare.js';
import { taskAttempt } from '../adapters/temporal/attempt.js';
import type { ToldEvent, ToldScore } from '../schemas/records/live.js';
import type { Instant } from '../schemas/values.js';
import type { ReportPhase } from './heartbeating.js';
import { storeNextEdition } from './store-edition.js';

/** What the feed of scores answered. */
export interface PolledAnswer {
  readonly connection: Connection;
  readonly answer: Answer<ToldEvent | ToldScore>;
  /** When the answer was here. */
  readonly at: Instant;
  readonly reportPhase: ReportPhase;
}

/**
 * Makes known the matches of an answer that nobody has told of yet, such as one that is added during its day. In the transaction of the answer's scores and
 * before them: refine locks payloads first and scores second. To be run within an
 * activity; run again it changes nothing.
 */
export async function storePolledMatches(
  transaction: Transaction,
  { connection, answer, at, reportPhase }: PolledAnswer,
): Promise<void> {
  const { client, db } = transaction;
  const known = await knownSourceIds(client, scoresApi.dataSource, idsOfMatches(answer));
  const polled = polledMatches(answer, { location: connection.url ?? '', at, known });
  if (polled === undefined) return;
  const { file, fetched } = polled;
  const { workflowId, runId } = taskAttempt(Context.current().info);
  await lockFile(client, file);
  const provider = scoresApiMatches(connection);
  const parsed = provider.parseFile(fetched.bytes, file.uri);
  await storeNextEdition(
    { transaction, provider, file, runId: `${workflowId}/${runId}`, fetched, parsed, reportPhase },
    await latestEdition(db, file),
  );
}
