import { z } from 'zod';

/**
 * The wire format of an answer by the hour, the same for forecast and archive: a list of times, and for each variable a list as long.
 * From https://open-meteo.com/en/docs and https://open-meteo.com/en/docs/historical-weather-api; no sample was recorded.
 */

/** The variables that are asked for, and the unit in which each is asked for. */
export const units = {
  temperature_2m: '°C',
  relative_humidity_2m: '%',
  precipitation: 'mm',
  weather_code: 'wmo code',
  wind_speed_10m: 'km/h',
  wind_gusts_10m: 'km/h',
} as const;

const column = z.array(z.unknown());

/** Other units, another zone or a missing variable would be read as something that they are not: they break the contract. */
export const Body = z.object({
  /** Of the middle of the grid's cell, some kilometres from the place that was asked for. */
  latitude: z.number(),
  longitude: z.number(),
  elevation: z.number().nullish(),
  generationtime_ms: z.number().optional(),
  utc_offset_seconds: z.literal(0),
  timezone: z.string().optional(),
  timezone_abbreviation: z.string().optional(),
  hourly_units: z.object({
    time: z.literal('iso8601'),
    temperature_2m: z.literal(units.temperature_2m),
    relative_humidity_2m: z.literal(units.relative_humidity_2m),
    precipitation: z.literal(units.precipitation),
    weather_code: z.literal(units.weather_code),
    wind_speed_10m: z.literal(units.wind_speed_10m),
    wind_gusts_10m: z.literal(units.wind_gusts_10m),
  }),
  hourly: z.object({
    time: column,
    temperature_2m: column,
    relative_humidity_2m: column,
    precipitation: column,
    weather_code: column,
    wind_speed_10m: column,
    wind_gusts_10m: column,
  }),
});

/**
 * What stands at the same place of each column. Null where the model has no value. Temperature, humidity, wind and code are those of
 * `time` itself; precipitation is the sum, and gusts the maximum, of the hour before it.
 */
export const Hour = z.object({
  /** `2024-08-20T19:00`, in UTC. */
  time: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:00$/, 'is not a full hour, as in 2024-08-20T19:00'),
  temperature_2m: z.number().min(-100).max(70).nullable(),
  relative_humidity_2m: z.number().min(0).max(100).nullable(),
  precipitation: z.number().nonnegative().nullable(),
  weather_code: z.number().int().min(0).max(99).nullable(),
  wind_speed_10m: z.number().nonnegative().nullable(),
  wind_gusts_10m: z.number().nonnegative().nullable(),
});
export type Hour = z.infer<typeof Hour>;

/** An error, told with 400 or 429. */
export const Refusal = z.object({ error: z.literal(true), reason: z.string() });
