import type { ReadOutcome } from '../../schemas/records/collected-match.js';
import type { FetchedFile, ParsedFile, SourceFile } from '../../schemas/records/source-file.js';
import type { CalendarDate, Instant, Season, TimeOfDay } from '../../schemas/values.js';

/** A league as a provider names it, and what we know of it. */
export interface DeclaredDivision {
  /** The provider's name for it, and our code of the league. */
  readonly code: string;
  readonly name: string;
  readonly country: string;
  /** 1 is the top flight. */
  readonly level: number;
  /** The IANA zone in which the league plays. */
  readonly timeZone: string;
  readonly isSimulated: boolean;
}

/** What a file's name says of its rows; null where it carries several. */
export interface FileContext {
  readonly division: string | null;
  readonly season: Season | null;
}

/** Which match a row speaks of, in the provider's names and zone. */
export interface IdentifiedRow {
  readonly kind: 'identified';
  readonly division: string;
  readonly season: Season;
  readonly date: CalendarDate;
  readonly time: TimeOfDay | null;
  readonly homeTeam: string;
  readonly awayTeam: string;
}

export type UnreadableRow = Extract<ReadOutcome, { kind: 'unreadable' }>;
type Cells = Readonly<Record<string, unknown>>;

/** A source of match files. A new one is a folder beside this file and a line in the registry. */
export interface MatchFileProvider {
  readonly divisions: readonly DeclaredDivision[];
  /** The zone of the dates and times in the files. */
  readonly timeZone: string;
  listFiles(options: {
    readonly location: string;
    readonly seasons?: readonly string[] | undefined;
    readonly divisions?: readonly string[] | undefined;
    readonly now: Instant;
  }): Promise<SourceFile[]>;
  fetchFile(options: {
    readonly file: SourceFile;
    readonly now: Instant;
    readonly etag: string | null;
    readonly signal?: AbortSignal | undefined;
  }): Promise<FetchedFile | 'not-modified' | 'absent'>;
  /** Throws BadInput that names the file where it is no such file. */
  parseFile(bytes: Uint8Array, uri: string): ParsedFile;
  identifyRow(raw: Cells, context: FileContext): IdentifiedRow | UnreadableRow;
  readRow(raw: Cells, context: FileContext): ReadOutcome;
  /** Whether the row carries a full-time score. */
  statesScore(raw: Cells): boolean;
}

/** Providers by their `data_source`. */
export type ProviderRegistry = Readonly<Record<string, MatchFileProvider>>;
