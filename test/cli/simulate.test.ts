import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTouchline, touchline } from '../support/command-line.js';

const Printed = z.strictObject({
  url: z.url(),
  clock: z.strictObject({ now: z.string(), speed: z.number() }),
  seed: z.number(),
  faults: z.array(z.string()),
  environment: z.strictObject({
    API_FOOTBALL_URL: z.url(),
    API_FOOTBALL_KEY: z.string(),
    ODDS_API_URL: z.url(),
    ODDS_API_KEY: z.string(),
    SCORES_API_URL: z.url(),
    SCORES_API_KEY: z.string(),
    OPEN_METEO_URL: z.url(),
    OPEN_METEO_ARCHIVE_URL: z.url(),
    FOOTBALL_DATA_URL: z.url(),
  }),
});

describe('touchline simulate', () => {
  it('prints where it listens and what to set, answers there, and ends with Ctrl-C', async () => {
    const start = ['--start', '2026-09-12T14:20:00Z', '--speed', '60', '--seed', '7'];
    const command = startTouchline(['simulate', ...start, '--faults', 'duplicates,quiet', '--json']);
    try {
      const text = await command.said(/^\{[^]*^\}/m);
      const { url, clock, seed, faults, environment } = Printed.parse(JSON.parse(text));
      expect({ seed, faults, speed: clock.speed }).toEqual({
        seed: 7,
        faults: ['duplicates', 'quiet'],
        speed: 60,
      });
      expect(clock.now).toMatch(/^2026-09-12T14:2/);
      const live = await fetch(`${environment.API_FOOTBALL_URL}/fixtures?live=all`, {
        headers: { 'x-apisports-key': environment.API_FOOTBALL_KEY },
      });
      expect(await live.json()).toMatchObject({ errors: [], get: 'fixtures' });
      expect((await fetch(`${environment.FOOTBALL_DATA_URL}/fixtures.csv`)).status).toBe(200);
      expect((await fetch(`${url}/simulator/clock`)).status).toBe(200);
    } finally {
      command.signal('SIGINT');
    }
    expect((await command.ended).code).toBe(0);
  });

  it.each([
    ['a fault that is none', ['--faults', 'late,rain'], /rain is not a fault: write all, none or some of/],
    ['a start without a zone', ['--start', '2026-09-12 14:20'], /2026-08-15T09:00:00Z/],
    ['a start before the league', ['--start', '1980-01-01T00:00:00Z'], /begins in 1994/],
    ['a speed that is none', ['--speed', 'fast'], /simulated seconds in a real one/],
    ['a port that is none', ['--port', '70000'], /0 to 65535/],
  ] as const)('refuses %s', async (_, args, says) => {
    const { code, stderr } = await touchline(['simulate', ...args]);
    expect(stderr).toMatch(says);
    expect(code).toBe(2);
  });

  it('says which port is taken', async () => {
    const first = startTouchline(['simulate', '--json']);
    try {
      const { url } = Printed.parse(JSON.parse(await first.said(/^\{[^]*^\}/m)));
      const { code, stderr } = await touchline(['simulate', '--port', new URL(url).port]);
      expect(stderr).toContain(`--port ${new URL(url).port}`);
      expect(code).toBe(1);
    } finally {
      first.signal('SIGINT');
      await first.ended;
    }
  });
});
