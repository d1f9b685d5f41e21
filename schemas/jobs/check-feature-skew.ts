import { z } from 'zod';

export const CheckFeatureSkewInput = z.strictObject({});
export type CheckFeatureSkewInput = z.input<typeof CheckFeatureSkewInput>;

export interface CheckFeatureSkewResult {
  /** Vectors that were held against the lake. */
  readonly compared: number;
  readonly notComparable: number;
  readonly mismatches: readonly {
    readonly service: string;
    readonly feature: string;
    readonly mismatches: number;
    readonly largest: number | null;
  }[];
}
