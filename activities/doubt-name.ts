import { whereNamePlays } from '../adapters/postgres/identity/named-keys.js';
import { keepAsAnswered, teamsCalled } from '../adapters/postgres/identity/suggestions.js';
import { lockIdentity } from '../adapters/postgres/identity/team-directory.js';
import { closeSilver } from '../adapters/postgres/silver-gate.js';
import type { Transaction } from '../adapters/postgres/transaction.js';
import { nameSimilarity } from '../domain/identity/team-names.js';
import { BadInput } from '../schemas/errors.js';
import type { Said } from '../schemas/records/review.js';
import { decideFindings, refuseAny } from './decide-findings.js';

export interface NameDoubt extends Said {
  readonly dataSource: string;
  readonly name: string;
  /** Needed where the source calls teams of several countries so. */
  readonly country?: string | undefined;
}

/**
 * Asks which team a name means, whoever or whatever rule has said so before: its question is opened (again), and its rows wait for the
 * answer. Throws {@link BadInput} where the name means no team.
 */
export async function doubtName(
  transaction: Transaction,
  { dataSource, name, country, by, why }: NameDoubt,
): Promise<{ readonly findingId: number; readonly pending: number }> {
  const { client } = transaction;
  await lockIdentity(client);
  await closeSilver(client);
  const called = (await teamsCalled(client, dataSource, name)).filter(
    (team) => country === undefined || team.country === country,
  );
  const [team, ...others] = called;
  if (team === undefined || others.length > 0) {
    const countries = called.map((one) => one.country).join(', ');
    throw new BadInput(
      team === undefined
        ? `${dataSource} calls no team ${name}`
        : `${dataSource} calls teams of ${called.length} countries ${name}: ${countries}`,
      {
        object: `name ${name}`,
        advice:
          team === undefined
            ? 'See what teams are called: touchline team list --name <part>. A name in question is in touchline review list.'
            : 'Say which with --country.',
      },
    );
  }
  const similarity = Math.round(nameSimilarity(name, team.name) * 1000) / 1000;
  const findingId = await keepAsAnswered(client, {
    dataSource,
    country: team.country,
    name,
    ...(await whereNamePlays(client, { dataSource, country: team.country, name })),
    candidates: [{ teamId: team.teamId, name: team.name, similarity, coinciding: 0 }],
  });
  const decided = await decideFindings(transaction, [findingId], { action: 'reopen', by, why });
  refuseAny(decided);
  return { findingId, pending: decided.pending };
}
