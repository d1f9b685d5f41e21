import { dateIn, london } from '../../domain/clock/zones.js';
import type { Instant, Season } from '../../schemas/values.js';
import { instant, TimeOfDay } from '../../schemas/values.js';
import type { KickOff } from '../league/calendar.js';
import type { League, SimulatedMatch } from '../league/league.js';
import { fixturesAhead, resultDelay } from '../league/league.js';
import type { MatchReport, SideReport } from '../league/match-report.js';
import type { Competition } from './competition.js';
import type { MatchState } from './match-state.js';
import { stateAt } from './match-state.js';

const londonTime = new Intl.DateTimeFormat('en-GB', { timeZone: london, hour: '2-digit', minute: '2-digit' });

const kickOffAt = (at: Instant): KickOff => ({
  instant: at,
  date: dateIn(london, at),
  time: TimeOfDay.parse(londonTime.format(at)),
});

/** The matches whose result the site has, in the order of their kick-offs. */
export const publishedResults = (
  { lives }: Competition,
  season: Season,
  now: Instant,
): readonly MatchState[] =>
  lives(season)
    .flatMap((life) => stateAt(life, now) ?? [])
    .filter(
      ({ phase, kickOff }) => phase === 'awarded' || (phase === 'full time' && kickOff + resultDelay <= now),
    )
    .sort((a, b) => a.kickOff - b.kickOff);

/** The matches that the site lists as coming: two weeks of them, else the next round. */
export function listedFixtures(competition: Competition, now: Instant): readonly MatchState[] {
  const ahead = competition
    .statesAt(now)
    .filter(
      ({ phase, precision, kickOff }) => phase === 'not started' && precision === 'minute' && kickOff > now,
    )
    .sort((a, b) => a.kickOff - b.kickOff);
  const soon = ahead.filter(({ kickOff }) => kickOff <= now + fixturesAhead);
  const next = ahead[0]?.life.match;
  return soon.length > 0
    ? soon
    : ahead.filter(({ life }) => life.match.season === next?.season && life.match.round === next.round);
}

/** The league as it stands at an instant, with moved kick-offs, awarded and corrected results: what football-data.co.uk makes files of. */
export function leagueAt(competition: Competition, now: Instant): League {
  const { league, lives } = competition;
  const states = new Map<SimulatedMatch, MatchState>();
  const matchOf = (state: MatchState): SimulatedMatch => {
    const match = { ...state.life.match, kickOff: kickOffAt(state.kickOff) };
    states.set(match, state);
    return match;
  };
  const results = (season: Season): readonly MatchState[] => publishedResults(competition, season, now);
  return {
    ...league,
    now,
    seasons: competition.seasonsAt(now).filter((season) => results(season).length > 0),
    truth: {
      ...league.truth,
      report: (match) => {
        const state = states.get(match);
        return state === undefined ? league.truth.report(match) : reportOf(state);
      },
    },
    matches: (season) =>
      lives(season)
        .flatMap((life) => stateAt(life, now) ?? [])
        .map(matchOf),
    played: (season) => results(season).map(matchOf),
    upcoming: () => listedFixtures(competition, now).map(matchOf),
    resultsChangedAt: (season) =>
      latest(results(season).map(({ kickOff, changedAt }) => Math.max(kickOff + resultDelay, changedAt))),
    upcomingChangedAt: () => latest(competition.statesAt(now).map((state) => listChangedBy(state, now))),
  };
}

const latest = (times: readonly number[]): Instant => instant(Math.max(0, ...times));

/** When a match last changed the list of those that are coming: it was listed, moved, taken from it, or begun. */
function listChangedBy({ phase, kickOff, changedAt, firstHalfFrom }: MatchState, now: Instant): number {
  if (phase === 'not started' && kickOff > now) {
    return Math.max(changedAt, Math.min(kickOff - fixturesAhead, now));
  }
  return firstHalfFrom === null && phase !== 'not started' ? changedAt : kickOff;
}

/** The report with the score as it is told. */
function reportOf({ life, score }: MatchState): MatchReport {
  const { home, away, referee } = life.report;
  const told = (side: SideReport, goals: number): SideReport => ({
    ...side,
    goals,
    halfTimeGoals: Math.min(side.halfTimeGoals, goals),
    shotsOnTarget: Math.max(side.shotsOnTarget, goals),
    shots: Math.max(side.shots, goals),
  });
  return { home: told(home, score?.home ?? 0), away: told(away, score?.away ?? 0), referee };
}
