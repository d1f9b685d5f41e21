import type { Instant } from '../../../schemas/values.js';
import type { Competition } from '../../season/competition.js';
import type { MatchState } from '../../season/match-state.js';
import { keptTexts } from '../kept-text.js';
import { teamId } from '../names.js';
import { ofDay, ofMinute, quota } from '../quota.js';
import type { Telling } from '../telling.js';
import { toldPrices, toldStates } from '../told-states.js';
import type { WireProvider, WireRequest } from '../wire.js';
import type { Page, Refusal } from './envelope.js';
import { onePage, recordsAnswer, refusedAnswer } from './envelope.js';
import { fixtureEntry, wireFixture, wireLeague, wireTeam } from './fixture-entry.js';
import { lineupEntry } from './lineup-entry.js';
import { oddsEntry } from './odds-entry.js';
import { selectStates } from './selection.js';

/** The key that is accepted, and what it may ask. */
export interface ApiFootballPlan {
  readonly key: string;
  readonly perDay: number;
  readonly perMinute: number;
}

const matchesAPage = 10;
const sides = ['home', 'away'] as const;

type Answered = Page | { readonly refused: Refusal };
type Question = (request: WireRequest, telling: Telling) => Answered;

/**
 * API-Football v3: fixtures (also those in play), odds ten matches a page, line-ups, injuries. Every answer has HTTP 200; a wrong key, a used-up
 * quota and a wrong question stand in `errors`.
 */
export function apiFootball(competition: Competition, plan: ApiFootballPlan): WireProvider {
  const ofTheDay = quota(plan.perDay, ofDay);
  const ofTheMinute = quota(plan.perMinute, ofMinute);
  const questions = questionsAbout(competition);
  const headersAt = (now: Instant) => ({
    'x-ratelimit-requests-limit': String(ofTheDay.limit),
    'x-ratelimit-requests-remaining': String(ofTheDay.remaining(now)),
    'x-ratelimit-limit': String(ofTheMinute.limit),
    'x-ratelimit-remaining': String(ofTheMinute.remaining(now)),
  });

  return {
    name: 'api_football',
    errorBody: JSON.stringify({
      get: '',
      parameters: [],
      errors: { bug: 'This is on our side, please report us this bug.' },
      results: 0,
      paging: { current: 1, total: 1 },
      response: [],
    }),
    endpointOf: (path) => (questions.has(path) ? path : 'unknown'),
    answer(request, telling, now) {
      if (request.header('x-apisports-key') !== plan.key) {
        const token = 'Error/Missing application key. Look up your key in the dashboard.';
        return refusedAnswer(request, 'key refused', { token });
      }
      // A request too many in a minute is not counted for the day.
      if (!ofTheMinute.take(1, now)) {
        const rateLimit = `Too many requests. Your rate limit is ${plan.perMinute} requests per minute.`;
        return refusedAnswer(request, 'quota refused', { rateLimit }, headersAt(now));
      }
      if (!ofTheDay.take(1, now)) {
        const requests = 'You have reached the request limit for the day.';
        return refusedAnswer(request, 'quota refused', { requests }, headersAt(now));
      }
      const question = questions.get(request.path);
      if (question === undefined) {
        const errors = { endpoint: 'This endpoint do not exist.' };
        return refusedAnswer(request, 'not found', errors, headersAt(now));
      }
      const answered = question(request, telling);
      return 'refused' in answered
        ? refusedAnswer(request, 'question refused', answered.refused, headersAt(now))
        : recordsAnswer(request, answered, headersAt(now));
    },
  };
}

function questionsAbout(competition: Competition): ReadonlyMap<string, Question> {
  const { club } = competition;
  const keptFixture = keptTexts();
  const keptOdds = keptTexts();
  const fixtureText = (state: MatchState, { nameOf }: Telling): string => {
    const [home, away] = [nameOf(state.life.match.home), nameOf(state.life.match.away)];
    return keptFixture(state, [home, away], () => fixtureEntry(competition, state, home, away));
  };

  const fixtures: Question = ({ query }, telling) => {
    const accepted = ['id', 'ids', 'live', 'date', 'league', 'season', 'from', 'to', 'status', 'timezone'];
    const required = ['id', 'ids', 'live', 'date', 'league'];
    const selected = selectStates(query, accepted, required, () => toldStates(competition, telling));
    if ('refused' in selected) return selected;
    return onePage(telling.listed(selected.states).map((state) => fixtureText(state, telling)));
  };

  const odds: Question = ({ query }, telling) => {
    const accepted = ['fixture', 'league', 'season', 'date', 'timezone', 'page', 'bookmaker', 'bet'];
    const priced = new Map(toldPrices(competition, telling).map(({ state, prices }) => [state, prices]));
    const selected = selectStates(query, accepted, ['fixture', 'league', 'date'], () => [...priced.keys()]);
    if ('refused' in selected) return selected;
    const total = Math.max(1, Math.ceil(selected.states.length / matchesAPage));
    const current = Number(query.get('page') ?? '1');
    if (!Number.isInteger(current) || current < 1 || current > total) {
      return { refused: { page: `The Page field must be 1 to ${total}.` } };
    }
    const filter = { bookmaker: query.get('bookmaker'), bet: query.get('bet') };
    const under = [filter.bookmaker ?? '', filter.bet ?? ''];
    const shown = selected.states.slice((current - 1) * matchesAPage, current * matchesAPage);
    const records = telling.listed(shown).map((state) => {
      const prices = priced.get(state) ?? [];
      return keptOdds(prices, [...under, String(state.kickOff)], () => oddsEntry(state, prices, filter));
    });
    return { records, current, total };
  };

  const lineups: Question = ({ query }, telling) => {
    const selected = selectStates(query, ['fixture'], ['fixture'], () => toldStates(competition, telling));
    if ('refused' in selected) return selected;
    const published = selected.states.filter(({ hasLineUps }) => hasLineUps);
    const entries = published.flatMap((state) =>
      sides.map((side) => {
        const played = club(state.life.match[side]);
        return lineupEntry(played, telling.nameOf(played.name), competition.lineUp(state, side));
      }),
    );
    return onePage(telling.listed(entries));
  };

  const injuries: Question = ({ query }, telling) => {
    const accepted = ['fixture', 'league', 'season', 'date', 'timezone'];
    const selected = selectStates(query, accepted, ['fixture', 'league', 'date'], () =>
      toldStates(competition, telling),
    );
    if ('refused' in selected) return selected;
    const entries = selected.states.flatMap((state) =>
      sides.flatMap((side) => {
        const missing = club(state.life.match[side]);
        return competition
          .absences(state, side, telling.nowOf(state.life))
          .map(({ player, reason, certainty }) =>
            JSON.stringify({
              player: {
                id: player.id,
                name: player.name,
                photo: null,
                type: certainty === 'out' ? 'Missing Fixture' : 'Questionable',
                reason,
              },
              team: wireTeam(teamId(missing), telling.nameOf(missing.name)),
              fixture: wireFixture(state),
              league: wireLeague(state),
            }),
          );
      }),
    );
    return onePage(telling.listed(entries));
  };

  return new Map([
    ['/fixtures', fixtures],
    ['/odds', odds],
    ['/fixtures/lineups', lineups],
    ['/injuries', injuries],
  ]);
}
