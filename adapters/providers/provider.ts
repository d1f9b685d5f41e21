import type { TouchlineError } from '../../schemas/errors.js';
import type { ReadOutcome } from '../../schemas/records/collected-match.js';
import type { FetchedFile, ParsedFile, SourceFile } from '../../schemas/records/source-file.js';
import type { CalendarDate, Instant, Season, TimeOfDay } from '../../schemas/values.js';
import type { RequestHooks } from './wire/endpoint.js';

/** A league as we know it, whichever source speaks of it. */
export interface DeclaredLeague {
  /** Ours: `E0`. */
  readonly code: string;
  readonly name: string;
  readonly country: string;
  /** 1 is the top flight. */
  readonly level: number;
  /** The IANA zone in which the league plays. */
  readonly timeZone: string;
  readonly isSimulated: boolean;
}

/** A league under a provider's name for it (`en.1`). */
export interface DeclaredDivision {
  readonly externalId: string;
  /** From leagues.ts, so that two providers mean the same by one code. */
  readonly league: DeclaredLeague;
}

/** What a file's name says of its rows; null where it carries several. */
export interface FileContext {
  readonly division: string | null;
  readonly season: Season | null;
}

/** Which match a row speaks of, in the provider's names and zone. */
export interface IdentifiedRow {
  readonly kind: 'identified';
  /** The provider's name for the league, declared or not. */
  readonly division: string;
  readonly season: Season;
  readonly date: CalendarDate;
  /** Null where the row gives none, or none that can be read. */
  readonly time: TimeOfDay | null;
  /** The IANA zone in which date and time are written. */
  readonly timeZone: string;
  readonly homeTeam: string;
  readonly awayTeam: string;
  /** The source's own id of the match, which stays while names and times change; absent where it has none. */
  readonly sourceId?: string | undefined;
}

export type UnreadableRow = Extract<ReadOutcome, { kind: 'unreadable' }>;
type Cells = Readonly<Record<string, unknown>>;

/** Which files of a source are wanted. */
export interface ListOptions {
  /** A folder, or the root of a URL tree as the source serves it. */
  readonly location: string;
  /** `2122` or `2021-22`. Absent: every season that is there. */
  readonly seasons?: readonly string[] | undefined;
  /** In the source's names or by our codes. Absent: every division that is there. */
  readonly divisions?: readonly string[] | undefined;
  readonly now: Instant;
}

/** A request that a provider did not answer as it should. */
export interface FailedRequest {
  readonly endpoint: string;
  /** Null where no answer came. */
  readonly httpStatus: number | null;
  /** Which request of the call it was, from 0. */
  readonly requestNo: number;
  readonly error: TouchlineError;
}

/** A source of match files. A new one is a folder beside this file and a line in the registry. */
export interface MatchFileProvider {
  readonly divisions: readonly DeclaredDivision[];
  listFiles(options: ListOptions): Promise<SourceFile[]>;
  fetchFile(options: {
    readonly file: SourceFile;
    readonly now: Instant;
    readonly etag: string | null;
    readonly signal?: AbortSignal | undefined;
    /** How long to wait before each further request where one failed; empty: the caller asks again. Of no use where a request is made once. */
    readonly retryAfterMs?: readonly number[] | undefined;
    /** Told of each request that failed, before the next one is made. */
    readonly onFailedRequest?: ((failed: FailedRequest) => Promise<void>) | undefined;
    /** Of no use where requests are not counted. */
    readonly hooks?: RequestHooks | undefined;
  }): Promise<FetchedFile | 'not-modified' | 'absent'>;
  /** Throws BadInput that names the file where it is no such file. */
  parseFile(bytes: Uint8Array, uri: string): ParsedFile;
  identifyRow(raw: Cells, context: FileContext): IdentifiedRow | UnreadableRow;
  readRow(raw: Cells, context: FileContext): ReadOutcome;
  /** Whether a rule reads, or leaves out on purpose, the column of this name. Absent where files have no columns. */
  knowsColumn?(name: string): boolean;
  /** Whether the row carries a full-time score. */
  statesScore(raw: Cells): boolean;
}

/** Providers by their `data_source`. */
export type ProviderRegistry = Readonly<Record<string, MatchFileProvider>>;
