import type { FeatureType, ViewSource } from './feature-view.js';

/** Features of one view, as a frame is joined with them. */
export interface FrameReference {
  readonly source: ViewSource;
  readonly ttlHours: number | null;
  /** The column of the frame that names the entity. */
  readonly entityColumn: string;
  readonly features: readonly FrameFeature[];
}

export interface FrameFeature {
  readonly type: FeatureType;
  /** The column of the source, unless there is an expression. */
  readonly name: string;
  readonly expression?: string;
  /** What the column of the frame is called. */
  readonly as: string;
}

/** A frame that is to be joined. */
export interface CompiledFrame {
  /** The frame's own columns, in their order. */
  readonly columns: readonly string[];
  readonly references: readonly FrameReference[];
}
