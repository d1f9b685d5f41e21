import { seasonStartYear } from '../../../schemas/values.js';
import type { Competition } from '../../season/competition.js';
import type { MatchPhase, MatchState } from '../../season/match-state.js';
import { leagueCountry, leagueId, leagueName, teamId } from '../names.js';
import { wireSeconds, wireTime } from './envelope.js';

interface Status {
  readonly short: string;
  readonly long: string;
}

const statusOf: Readonly<Record<MatchPhase, Status>> = {
  'not started': { short: 'NS', long: 'Not Started' },
  'first half': { short: '1H', long: 'First Half' },
  'half-time': { short: 'HT', long: 'Halftime' },
  'second half': { short: '2H', long: 'Second Half' },
  'full time': { short: 'FT', long: 'Match Finished' },
  postponed: { short: 'PST', long: 'Match Postponed' },
  cancelled: { short: 'CANC', long: 'Match Cancelled' },
  abandoned: { short: 'ABD', long: 'Match Abandoned' },
  awarded: { short: 'AWD', long: 'Technical loss' },
};
const timeUnknown: Status = { short: 'TBD', long: 'Time To Be Defined' };

/** The status of a match in API-Football's words. */
export const wireStatus = ({ phase, precision }: MatchState): Status =>
  phase === 'not started' && precision === 'day' ? timeUnknown : statusOf[phase];

const livePhases: readonly MatchPhase[] = ['first half', 'half-time', 'second half'];
export const isInPlay = ({ phase }: MatchState): boolean => livePhases.includes(phase);

/** Where the minute stands while the ball rests. */
const restingMinute: Partial<Record<MatchPhase, number>> = { 'half-time': 45, 'full time': 90, awarded: 90 };

const nobody = { home: null, away: null };
const imageOf = (kind: string, id: number): string => `https://media.invalid/football/${kind}/${id}.png`;

export const wireTeam = (id: number, name: string) => ({ id, name, logo: imageOf('teams', id) });
export const wireLeague = (state: MatchState) => ({
  id: leagueId,
  name: leagueName,
  country: leagueCountry,
  logo: imageOf('leagues', leagueId),
  flag: null,
  season: seasonStartYear(state.life.match.season),
});
export const wireFixture = ({ life, kickOff }: MatchState) => ({
  id: life.id,
  timezone: 'UTC',
  date: wireTime(kickOff),
  timestamp: wireSeconds(kickOff),
});

/** A match as `/fixtures` tells it, under the names of its teams. */
export function fixtureEntry({ club }: Competition, state: MatchState, home: string, away: string): string {
  const { life, phase, score, halfTime, firstHalfFrom, secondHalfFrom } = state;
  const [hosts, guests] = [club(life.match.home), club(life.match.away)];
  const isOver = phase === 'full time' || phase === 'awarded';
  const winner = (ours: number, theirs: number): boolean | null => (ours === theirs ? null : ours > theirs);
  return JSON.stringify({
    fixture: {
      id: life.id,
      // Officials are named with the line-ups.
      referee: state.hasLineUps ? life.report.referee : null,
      timezone: 'UTC',
      date: wireTime(state.kickOff),
      timestamp: wireSeconds(state.kickOff),
      periods: {
        first: firstHalfFrom === null ? null : wireSeconds(firstHalfFrom),
        second: secondHalfFrom === null ? null : wireSeconds(secondHalfFrom),
      },
      venue: { id: hosts.venue.id, name: hosts.venue.name, city: hosts.venue.city },
      status: {
        ...{ long: wireStatus(state).long, short: wireStatus(state).short },
        elapsed: state.minute ?? restingMinute[phase] ?? null,
        extra: state.added,
      },
    },
    league: { ...wireLeague(state), round: `Regular Season - ${life.match.round}` },
    teams: {
      home: {
        ...wireTeam(teamId(hosts), home),
        winner: score === null ? null : winner(score.home, score.away),
      },
      away: {
        ...wireTeam(teamId(guests), away),
        winner: score === null ? null : winner(score.away, score.home),
      },
    },
    goals: score ?? nobody,
    score: {
      halftime: halfTime ?? nobody,
      fulltime: isOver ? score : nobody,
      extratime: nobody,
      penalty: nobody,
    },
  });
}
