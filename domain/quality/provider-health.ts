import {
  alarmLevels,
  type DueSpan,
  type HealthReason,
  type MovingKind,
  type ProviderFigures,
  type ProviderJudgement,
  type ProviderMeasures,
  type ProviderState,
  type Silence,
  type UsualMeasures,
} from '../../schemas/records/provider-health.js';
import { toIso, type Instant } from '../../schemas/values.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Over what a source is measured. */
export const healthWindows = {
  /** Answers that count: every schedule of collection comes round in it. */
  answersMs: day,
  /** Kick-offs that count for agreement and corrections, and checks that say what is usual: every weekday once. */
  matchesMs: 7 * day,
  /** Kick-offs of which something new may still be due: more than the longest patience. */
  dueMs: 14 * day,
  /** Not asked for so long, a source is not in use: a day more than a week, so that a weekly job keeps it in use. */
  unusedMs: 8 * day,
} as const;

/** Earlier checks without which nothing is usual: a day of them, and of a silence fewer, as matches are on for a few hours of a day. */
export const fewestChecks = { ofFigures: 48, ofSilence: 10 } as const;

/**
 * When the same again is suspicious. A score moves by its minute from kick-off to the end; prices move most in the last day, in which they are
 * asked for hourly or more often; a list says something new of a match once it is played, be it that the match has left it.
 */
export const dueSpans: readonly DueSpan[] = [
  { kind: 'scores', fromMs: 0, untilMs: 105 * minute },
  { kind: 'odds', fromMs: -day, untilMs: 0 },
  { kind: 'fixtures', fromMs: 2.5 * hour, untilMs: healthWindows.dueMs },
];

/**
 * How long a silence about one match is borne. Scores: a half-time of 15 minutes with what is added before and after it, and as much
 * again. Prices: API-Football brings them up to date every three hours. Lists of live sources are asked for once a day.
 */
const patience: Readonly<Record<MovingKind, number>> = { scores: 30 * minute, odds: 4 * hour, fixtures: day };

/** Lists that are not written daily: football-data.co.uk's twice a week, openfootball's when its volunteers come to it. */
const patienceWithLists: Readonly<Record<string, number>> = {
  football_data: 5 * day,
  openfootball: 10 * day,
};

/** A source that is slow by its own earlier checks is borne twice what is usual, but no longer than this many times the declared. */
const mostPatience = 3;

/**
 * One match alone may be interrupted or told by nobody, so it has to be silent twice as long; of two matches side by side each counts.
 */
const matchesToBeSure = 2;

interface Share {
  readonly measure: 'parse_yield' | 'agreement' | 'correction_rate';
  readonly well: number;
  readonly of: number;
  /** Fewer observations tell nothing. */
  readonly enough: number;
  /** The least share that is well. */
  readonly floor: number;
  /** By how much the share may fall below the source's own usual one, which is the earlier alarm. */
  readonly fall: number;
  readonly usual: number | null;
}

/** Requests in a row that may fail: one is tried again in minutes, three are no accident. */
const mostFailures = 2;

/**
 * How a source is, by what was measured of it and by what is usual for it. Where too little was observed a measure says nothing, and no alarm
 * comes of it.
 */
export function judgeProvider(
  dataSource: string,
  measures: ProviderMeasures,
  usual: UsualMeasures,
  now: Instant,
): ProviderJudgement {
  const { askedAt } = measures;
  if (askedAt === null || askedAt < now - healthWindows.unusedMs) {
    const figures = { parseYield: null, agreement: null, correctionRate: null, silence: null };
    return { state: 'unused', figures, reasons: [] };
  }
  const [parseYield, agreement, steadiness] = sharesOf(measures, usual);
  const silences = measures.silences
    .filter(({ matches }) => matches > 0)
    .map((silence) => judgeSilence(dataSource, silence, usual.silenceMs[silence.kind]));
  const figures: ProviderFigures = {
    parseYield: shareOf(parseYield),
    agreement: shareOf(agreement),
    correctionRate: complement(shareOf(steadiness)),
    silence: silences.length === 0 ? null : Math.max(...silences.map(({ figure }) => figure)),
  };
  const silent = silences.filter(({ figure }) => figure >= 1);
  const degraded = [
    ...unansweredReasons(measures),
    ...[parseYield, agreement, steadiness].flatMap(shareReasons),
  ];
  const reasons = [...silent, ...degraded];
  if (silent.length > 0) return { state: 'dying', figures, reasons };
  if (degraded.length > 0) return { state: 'degraded', figures, reasons };
  const isClear = Object.values(figures).some((figure) => figure !== null);
  return { state: isClear ? 'healthy' : 'unclear', figures, reasons };
}

/** What was read of what was told, what the others say too, and what stays as it was told: one is all of it. */
function sharesOf(
  { told, rejected, shared, agreed, results, corrected }: ProviderMeasures,
  usual: UsualMeasures,
): readonly [Share, Share, Share] {
  return [
    // A line or two that nobody can read is daily bread; a tenth is a format that has changed.
    {
      ...{ measure: 'parse_yield', well: told, of: told + rejected, usual: usual.parseYield },
      ...{ enough: 20, floor: 0.9, fall: 0.05 },
    },
    // openfootball has nine in ten kick-offs of football-data.co.uk to the minute.
    {
      ...{ measure: 'agreement', well: agreed, of: shared, usual: usual.agreement },
      ...{ enough: 10, floor: 0.8, fall: 0.1 },
    },
    // A result in a hundred is corrected; one in twenty was not looked at before it was told.
    {
      ...{ measure: 'correction_rate', well: results - corrected, of: results },
      ...{ enough: 20, floor: 0.95, fall: 0.04, usual: complement(usual.correctionRate) },
    },
  ];
}

const complement = (share: number | null): number | null => (share === null ? null : 1 - share);
const shareOf = ({ well, of, enough }: Share): number | null => (of < enough ? null : well / of);

function shareReasons(share: Share): HealthReason[] {
  const figure = shareOf(share);
  if (figure === null) return [];
  const { measure, floor, fall, usual, of } = share;
  const limit = Math.max(floor, usual === null ? 0 : usual - fall);
  if (figure >= limit) return [];
  const because =
    limit === floor || usual === null ? 'the limit' : `the limit, as ${percent(usual)} are usual for it`;
  switch (measure) {
    case 'parse_yield':
      return [
        {
          ...{ measure, figure, limit },
          says: `${percent(figure)} of ${of} records could be read; ${percent(limit)} is ${because}`,
        },
      ];
    case 'agreement':
      return [
        {
          ...{ measure, figure, limit },
          says: `Other sources agree with it on kick-off and result of ${percent(figure)} of ${of} matches; ${percent(limit)} is ${because}`,
        },
      ];
    case 'correction_rate':
      return [
        {
          ...{ measure, figure: 1 - figure, limit: 1 - limit },
          says: `${percent(1 - figure)} of ${of} results were changed after full time; ${percent(1 - limit)} is the limit`,
        },
      ];
  }
}

function judgeSilence(dataSource: string, silence: Silence, usualMs: number | undefined): HealthReason {
  const { kind, list, newAt, matches, longestMs, totalMs } = silence;
  const declared = (kind === 'fixtures' ? patienceWithLists[dataSource] : undefined) ?? patience[kind];
  const borne = Math.min(mostPatience * declared, Math.max(declared, 2 * (usualMs ?? 0)));
  const about = list === null ? kind : `${kind} (${list})`;
  return {
    measure: 'silence',
    figure: Math.min(longestMs, totalMs / matchesToBeSure) / borne,
    limit: 1,
    says: `It answers, but has told nothing new of ${about} since ${toIso(newAt)}, while ${matches} ${matches === 1 ? 'match was' : 'matches were'} on: ${spanText(longestMs)}, and ${spanText(borne)} is the limit`,
  };
}

function unansweredReasons({ failures, answeredAt }: ProviderMeasures): HealthReason[] {
  if (failures <= mostFailures) return [];
  const since =
    answeredAt === null ? 'It has never answered' : `It has not answered since ${toIso(answeredAt)}`;
  return [
    {
      ...{ measure: 'answers', figure: failures, limit: mostFailures },
      says: `${since}: ${failures} requests failed`,
    },
  ];
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** `45 min`, `5.5 h`, `3.2 days`. */
function spanText(milliseconds: number): string {
  if (milliseconds < 2 * hour) return `${Math.round(milliseconds / minute)} min`;
  return milliseconds < 2 * day
    ? `${(milliseconds / hour).toFixed(1)} h`
    : `${(milliseconds / day).toFixed(1)} days`;
}

/** Whether a source has turned to the worse, so that somebody is told: once, not at each check. */
export const hasTurned = (before: ProviderState | undefined, after: ProviderState): boolean =>
  alarmLevels[after] > alarmLevels[before ?? 'unused'];
