import { z } from 'zod';

/**
 * What a file may say, in the form of today and in the older one with rounds: what is read, and what is kept in the payload alone (round, stage, group, the
 * codes of teams). It tells which fields are known and refuses nothing: each entry is judged where it is read. From the files themselves.
 */
const Team = z.union([z.string(), z.object({ name: z.unknown(), key: z.unknown(), code: z.unknown() })]);

const Score = z.union([
  z.array(z.unknown()),
  z.object({ ft: z.unknown(), ht: z.unknown(), et: z.unknown(), p: z.unknown() }),
]);

const sides = ['score1', 'score2'] as const;
/** After 90 minutes, at half-time, after extra time, on penalties. */
const parts = ['', 'i', 'et', 'p'] as const;
const olderScore = Object.fromEntries(
  sides.flatMap((side) => parts.map((part) => [`${side}${part}`, z.unknown()] as const)),
);

const Match = z.object({
  date: z.unknown(),
  time: z.unknown(),
  team1: Team,
  team2: Team,
  score: Score,
  ...olderScore,
  status: z.unknown(),
  round: z.unknown(),
  stage: z.unknown(),
  group: z.unknown(),
});

/** One file. */
export const MatchFile = z.object({
  name: z.string(),
  matches: z.array(Match),
  rounds: z.array(z.object({ name: z.unknown(), matches: z.array(Match) })),
});
