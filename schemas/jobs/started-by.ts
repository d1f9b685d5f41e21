import { z } from 'zod';

/** What the memo of a run says that the house started by itself, as a consequence of another: nobody waits for it. */
export const startedByHouse = { startedBy: 'house' } as const;

const StartedByHouse = z.object({ startedBy: z.literal(startedByHouse.startedBy) });

/** Whether the house started the run with this memo. */
export const isStartedByHouse = (memo: unknown): boolean => StartedByHouse.safeParse(memo).success;
