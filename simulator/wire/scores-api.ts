import type { Instant, MatchStatus } from '../../schemas/values.js';
import { instant, toIso } from '../../schemas/values.js';
import type { Competition } from '../season/competition.js';
import type { MatchPhase, MatchState } from '../season/match-state.js';
import { keptTexts } from './kept-text.js';
import { ofMinute, quota } from './quota.js';
import type { Telling } from './telling.js';
import { toldStates } from './told-states.js';
import type { WireAnswer, WireProvider, WireRequest } from './wire.js';
import { jsonAnswer, jsonList } from './wire.js';

/** The key that is accepted, and what it may ask. */
export interface ScoresApiPlan {
  readonly key: string;
  readonly perMinute: number;
}

/** A match as the feed tells it. */
export interface ToldMatch {
  readonly state: MatchState;
  /** Its record in JSON. */
  readonly text: string;
}

/** How the feed writes where a match stands. */
export const statusOf: Readonly<Record<MatchPhase, MatchStatus>> = {
  'not started': 'scheduled',
  'first half': 'live',
  'half-time': 'live',
  'second half': 'live',
  'full time': 'completed',
  awarded: 'completed',
  postponed: 'postponed',
  cancelled: 'cancelled',
  abandoned: 'abandoned',
};

const minuteLength = 60_000;
const day = 24 * 60 * minuteLength;
const mostIds = 100;

const streamPath = '/v1/stream';
const paths = ['/v1/scores', streamPath];

/** The feed's id of a match, a text. */
export const scoresId = ({ id }: { readonly id: number }): string => `m-${id}`;

/** When what is told of a match last changed; its minute counts. */
function updatedAt({ changedAt, phase, minute, added, firstHalfFrom, secondHalfFrom }: MatchState): Instant {
  const half =
    phase === 'first half' ? { from: firstHalfFrom, before: 0 } : { from: secondHalfFrom, before: 45 };
  if (minute === null || half.from === null) return changedAt;
  const minuteFrom = half.from + (minute - half.before + (added ?? 0) - 1) * minuteLength;
  return minuteFrom > changedAt ? instant(minuteFrom) : changedAt;
}

/** The selection that a question asks for, or why there is none. */
type Selection = { readonly keeps: (state: MatchState) => boolean } | { readonly refused: string };

function readSelection(query: URLSearchParams, now: Instant): Selection {
  const ids = query.get('ids')?.split(',');
  if (ids !== undefined) {
    return ids.length > mostIds
      ? { refused: `ids takes ${mostIds} ids at most` }
      : { keeps: ({ life }) => ids.includes(scoresId(life)) };
  }
  if (query.get('live') === 'true') return { keeps: ({ phase }) => statusOf[phase] === 'live' };
  const today = Math.floor(now / day);
  const isToday = (at: Instant): boolean => Math.floor(at / day) === today;
  return {
    keeps: ({ kickOff, changedAt, phase }) =>
      isToday(kickOff) || isToday(changedAt) || statusOf[phase] === 'live',
  };
}

const refused = (
  outcome: 'key refused' | 'quota refused' | 'question refused' | 'not found',
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): WireAnswer => jsonAnswer(outcome, status, JSON.stringify({ message }), headers);

const matchText = (state: MatchState, home: string, away: string): string =>
  JSON.stringify({
    id: scoresId(state.life),
    league: state.life.match.code,
    kickoff: toIso(state.kickOff),
    status: statusOf[state.phase],
    minute: state.phase === 'half-time' ? 45 : state.minute,
    added: state.added,
    home: { name: home, goals: state.score?.home ?? null },
    away: { name: away, goals: state.score?.away ?? null },
    halfTime: state.halfTime,
    updatedAt: toIso(updatedAt(state)),
  });

/** The score feed of docs/scores-feed.md. */
export interface ScoresApi extends WireProvider {
  /** The matches of a selection as they are told, and those of `also` with them. */
  readonly matches: (
    query: URLSearchParams,
    telling: Telling,
    also?: ReadonlySet<number>,
  ) => readonly ToldMatch[];
}

export function scoresApi(competition: Competition, plan: ScoresApiPlan): ScoresApi {
  const ofTheMinute = quota(plan.perMinute, ofMinute);
  const kept = keptTexts();
  const matches: ScoresApi['matches'] = (query, telling, also) => {
    const selection = readSelection(query, telling.now);
    if ('refused' in selection) return [];
    return toldStates(competition, telling)
      .filter((state) => selection.keeps(state) || also?.has(state.life.id))
      .map((state) => {
        const { home, away } = state.life.match;
        const names = [telling.nameOf(home), telling.nameOf(away)] as const;
        return { state, text: kept(state, names, () => matchText(state, ...names)) };
      });
  };
  const refusalOf = ({ path, query, header }: WireRequest, now: Instant): WireAnswer | null => {
    if (header('authorization') !== `Bearer ${plan.key}`) return refused('key refused', 401, 'Unknown key');
    if (!ofTheMinute.take(1, now)) {
      const untilNextMinute = Math.ceil((minuteLength - (now % minuteLength)) / 1000);
      return refused('quota refused', 429, 'Too many requests', { 'retry-after': String(untilNextMinute) });
    }
    if (!paths.includes(path)) return refused('not found', 404, 'There is nothing here');
    const selection = readSelection(query, now);
    return 'refused' in selection ? refused('question refused', 400, selection.refused) : null;
  };

  return {
    name: 'scores_api',
    errorBody: JSON.stringify({ message: 'The feed is being restarted' }),
    endpointOf: (path) => (paths.includes(path) ? path : 'unknown'),
    matches,
    answer(request, telling, now) {
      const refusal = refusalOf(request, now);
      if (refusal !== null) return refusal;
      if (request.path === streamPath) {
        // Whoever serves the stream takes this for its opening.
        return request.header('upgrade')?.toLowerCase() === 'websocket'
          ? jsonAnswer('answered', 200, '{}')
          : refused('question refused', 426, 'This is a WebSocket', { upgrade: 'websocket' });
      }
      const texts = telling.listed(matches(request.query, telling)).map(({ text }) => text);
      return jsonAnswer('answered', 200, `{"matches":${jsonList(texts)}}`);
    },
  };
}
