import { describe, expect, it } from 'vitest';
import { instant } from '../../../schemas/values.js';
import { Simulation } from '../../../simulator/simulation.js';
import { ask, runningSeason, saturday, seasonOver, standingStill } from '../../support/simulation.js';

describe('football-data.co.uk', () => {
  const file = (simulation: Simulation, path: string, headers: Readonly<Record<string, string>> = {}) =>
    ask(simulation, 'football_data', path, '', headers);
  const season = '/mmz4281/2627/SIM.csv';
  const rows = (text: string) => {
    const [header = '', ...lines] = text.trimEnd().split('\r\n');
    const names = header.split(',');
    return lines.map((line) => new Map(line.split(',').map((cell, index) => [names[index] ?? '', cell])));
  };

  it('has at the end of the season what happened, at the kick-offs at which it was played', () => {
    const over = new Simulation(standingStill(seasonOver));
    const told = new Map(
      rows(file(over, season).body).map((row) => [
        `${row.get('HomeTeam') ?? ''} v ${row.get('AwayTeam') ?? ''}`,
        [row.get('Date'), row.get('FTHG'), row.get('FTAG')],
      ]),
    );
    const states = over.competition
      .statesAt(seasonOver)
      .filter(({ life }) => life.match.season === runningSeason);
    const date = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London' });
    const happened = states
      .filter(({ phase }) => phase !== 'cancelled')
      .map(({ life, kickOff, score }): [string, (string | undefined)[]] => [
        `${life.match.home} v ${life.match.away}`,
        [date.format(kickOff), String(score?.home), String(score?.away)],
      ]);
    expect(told).toEqual(new Map(happened));
  });

  it('changes its file with a correction, and the time of its last change too', () => {
    const simulation = new Simulation(standingStill());
    const life = simulation.competition.lives(runningSeason).find(({ turn }) => turn === 'result corrected');
    const correctedAt = life?.events.at(-1)?.at ?? saturday;
    const before = file(new Simulation(standingStill(instant(correctedAt - 1000))), season);
    const after = file(new Simulation(standingStill(correctedAt)), season);
    expect(after.body).not.toBe(before.body);
    expect(Date.parse(after.headers['last-modified'] ?? '')).toBe(Math.floor(correctedAt / 1000) * 1000);
    expect(Date.parse(before.headers['last-modified'] ?? '')).toBeLessThan(correctedAt);
  });

  it('lists the coming fixtures at the kick-offs announced then, and answers 304 to whoever has them', () => {
    const simulation = new Simulation(standingStill());
    const { body, headers } = file(simulation, '/fixtures.csv');
    expect(rows(body).length).toBeGreaterThan(10);
    const again = file(simulation, '/fixtures.csv', { 'if-none-match': headers['etag'] ?? '' });
    expect(again.status).toBe(304);
    expect(file(simulation, '/mmz4281/2627/E0.csv').status).toBe(404);
    expect(file(simulation, '/mmz4281/2728/SIM.csv').status).toBe(404);
  });
});
