/**
 * Names and arithmetic of WAL, as Postgres has them (xlog_internal.h, timeline.c). A position is a byte of an endless log; a segment is a file of it, named by timeline and
 * number, 8 hexadecimal digits of the timeline and 16 of the number in two halves.
 */

/** A position in the WAL, in bytes. */
export type Position = bigint;

/** Reads `16/B374D848`. Throws RangeError on anything else. */
export function parseLsn(text: string): Position {
  const [, high, low] = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i.exec(text) ?? [];
  if (high === undefined || low === undefined) throw new RangeError(`${text} is no position in the WAL`);
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}

/** Writes it as Postgres does. */
export const formatLsn = (position: Position): string =>
  `${(position >> 32n).toString(16).toUpperCase()}/${(position & 0xffffffffn).toString(16).toUpperCase()}`;

/** One file of the WAL. */
export interface Segment {
  readonly timeline: number;
  /** 0 begins at position 0. */
  readonly number: bigint;
}

const hex = (value: bigint | number): string => value.toString(16).toUpperCase().padStart(8, '0');
const segmentsPerHalf = (segmentSize: number): bigint => 0x100000000n / BigInt(segmentSize);

/** `000000010000000000000003` */
export function segmentName({ timeline, number }: Segment, segmentSize: number): string {
  const each = segmentsPerHalf(segmentSize);
  return hex(timeline) + hex(number / each) + hex(number % each);
}

/** The segment of a name; undefined where the name is not that of a whole segment. */
export function parseSegment(name: string, segmentSize: number): Segment | undefined {
  const [, timeline, high, low] = /^([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})$/.exec(name) ?? [];
  if (timeline === undefined || high === undefined || low === undefined) return undefined;
  const each = segmentsPerHalf(segmentSize);
  const within = BigInt(`0x${low}`);
  if (within >= each) return undefined;
  return { timeline: Number.parseInt(timeline, 16), number: BigInt(`0x${high}`) * each + within };
}

/** Whether the server archives files of that name: segments, also half ones of a timeline that ended, histories, labels of bases. */
export const isArchivedName = (name: string): boolean =>
  /^([0-9A-F]{24}(\.partial|\.[0-9A-F]{8}\.backup)?|[0-9A-F]{8}\.history)$/.test(name);

/** The number of the segment that holds the byte at a position. */
export const segmentAt = (position: Position, segmentSize: number): bigint => position / BigInt(segmentSize);

/** The segment that holds the last byte before a position: what has to be there to replay up to it. */
const lastBefore = (position: Position, segmentSize: number): bigint =>
  position === 0n ? 0n : segmentAt(position - 1n, segmentSize);

/** A timeline that ended, and where the next one left it. */
export interface EndedTimeline {
  readonly timeline: number;
  readonly switchedAt: Position;
}

export const historyName = (timeline: number): string => `${hex(timeline)}.history`;

/** Reads a history file: the ancestors of a timeline, oldest first. Throws RangeError where it cannot be read. */
export function parseHistory(text: string): readonly EndedTimeline[] {
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [timeline = '', lsn = ''] = line.split(/\s+/);
      if (!/^\d+$/.test(timeline)) throw new RangeError(`${line} is no line of a timeline's history`);
      return { timeline: Number(timeline), switchedAt: parseLsn(lsn) };
    });
}

/** A stretch of WAL that a restore replays. */
export interface Stretch {
  readonly from: Position;
  readonly to: Position;
  /** The timeline of `to`. */
  readonly timeline: number;
  /** The ancestors of that timeline, as its history file tells them; none of timeline 1. */
  readonly ancestors: readonly EndedTimeline[];
  readonly segmentSize: number;
}

/**
 * The files of a stretch, in the order of replay, the history first where there is one. A segment in which a timeline ended is needed
 * from its successor: Postgres copies the beginning into it, and looks there first. An empty stretch needs the segment it lies in.
 */
export function neededFiles({ from, to, timeline, ancestors, segmentSize }: Stretch): string[] {
  const first = segmentAt(from, segmentSize);
  const last = lastBefore(to, segmentSize);
  const needed = timeline > 1 ? [historyName(timeline)] : [];
  for (let number = first; number <= (last < first ? first : last); number += 1n) {
    const old = ancestors.find(({ switchedAt }) => number < segmentAt(switchedAt, segmentSize));
    needed.push(segmentName({ timeline: old?.timeline ?? timeline, number }, segmentSize));
  }
  return needed;
}

/** What of a stretch is not there. */
export const missingFiles = (stretch: Stretch, there: ReadonlySet<string>): string[] =>
  neededFiles(stretch).filter((name) => !there.has(name));

/** The end of the unbroken WAL from a position on, along one line of timelines: where the first missing segment begins. */
export function chainEnd(stretch: Omit<Stretch, 'to'>, there: ReadonlySet<string>): Position {
  const size = BigInt(stretch.segmentSize);
  let number = segmentAt(stretch.from, stretch.segmentSize);
  for (;;) {
    const end = (number + 1n) * size;
    const [segment = ''] = neededFiles({ ...stretch, from: number * size, to: end }).slice(-1);
    if (!there.has(segment)) return number * size;
    number += 1n;
  }
}
