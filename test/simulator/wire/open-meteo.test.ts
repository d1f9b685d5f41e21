import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Simulation } from '../../../simulator/simulation.js';
import { ask, standingStill } from '../../support/simulation.js';

describe('Open-Meteo', () => {
  const simulation = new Simulation(standingStill());
  const place = 'latitude=52.1&longitude=-1.2&hourly=temperature_2m,wind_speed_10m';
  const Hourly = z.object({
    hourly_units: z.record(z.string(), z.string()),
    hourly: z.object({ time: z.array(z.string()), temperature_2m: z.array(z.number().nullable()) }),
  });
  const hourly = (path: string, query: string) =>
    Hourly.parse(JSON.parse(ask(simulation, 'open_meteo', path, query).body));

  it('forecasts hours from the beginning of today, and has measured them two days later', () => {
    const { hourly: ahead, hourly_units: units } = hourly('/v1/forecast', `${place}&forecast_days=3`);
    expect([ahead.time.length, ahead.time[0]]).toEqual([72, '2026-09-12T00:00']);
    expect(units).toEqual({ time: 'iso8601', temperature_2m: '°C', wind_speed_10m: 'km/h' });
    const days = '&start_date=2026-09-09&end_date=2026-09-11';
    const { temperature_2m: measured } = hourly('/v1/archive', place + days).hourly;
    expect(measured.slice(0, 24)).not.toContain(null);
    expect(measured.slice(48)).toEqual(Array(24).fill(null));
  });

  it('tells several places in a list, and refuses a question with its reason', () => {
    const two = 'latitude=52.1,53&longitude=-1.2,-2&hourly=temperature_2m';
    const { body } = ask(simulation, 'open_meteo', '/v1/forecast', two);
    expect(z.array(Hourly).parse(JSON.parse(body))).toHaveLength(2);
    for (const query of [
      'latitude=52',
      `${place},sunshine`,
      `${place}&forecast_days=40`,
      `${place}&timezone=CET`,
      `${place}&wind_speed_unit=ms`,
    ]) {
      const refused = ask(simulation, 'open_meteo', '/v1/forecast', query);
      expect(refused.status).toBe(400);
      expect(JSON.parse(refused.body)).toEqual({ error: true, reason: expect.any(String) as string });
    }
  });
});
