import { z } from 'zod';

/** Where a finding stands: new, taken by somebody, dealt with, or seen and not wanted. */
export const ReviewStatus = z.enum(['logged', 'in_review', 'resolved', 'ignored']);
export type ReviewStatus = z.infer<typeof ReviewStatus>;

/** What a person can do with a finding. */
export const ReviewAction = z.enum(['take', 'resolve', 'ignore', 'release', 'reopen']);
export type ReviewAction = z.infer<typeof ReviewAction>;

/** Who decides, and why. */
export interface Said {
  readonly by: string;
  readonly why: string;
}

/** An action with who does it and why. */
export interface ReviewDecision extends Said {
  readonly action: ReviewAction;
}

/** A finding as its review needs it. `processStatus` is that of its payload, null where it has none. */
export interface ReviewedFinding {
  readonly id: number;
  readonly table: string;
  readonly recordId: number | null;
  readonly errorType: string;
  readonly field: string | null;
  readonly status: ReviewStatus;
  readonly released: boolean;
  readonly handledBy: string | null;
  readonly handledAt: Date | null;
  readonly notes: string | null;
  readonly processStatus: string | null;
}
