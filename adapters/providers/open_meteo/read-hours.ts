import { z } from 'zod';
import type { ToldWeather } from '../../../schemas/records/live.js';
import { Instant } from '../../../schemas/values.js';
import { entries, readBody, type EntryReading } from '../wire/contract.js';
import type { Answer } from '../wire/endpoint.js';
import { unknownFields } from '../wire/unknown-fields.js';
import { Body, Hour } from './contract.js';

/** Where the weather is told of: the place that was asked for, not the middle of the provider's grid cell. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

const UtcTime = z.iso.datetime();

/**
 * Hour by hour what the columns say. An hour that a column does not reach, or reaches with something else than its kind of number, is
 * rejected with the column and its place, `hourly.precipitation[5]`; so is what a column of the contract says beyond the last time. The raw part of
 * an hour is what stands at its place in every column, known or not, with the grid's own coordinates.
 * @throws ContractBroken where a column or a unit is missing or another, or the times are not of UTC.
 */
export function readHours(body: unknown, place: Place, basis: ToldWeather['basis']): Answer<ToldWeather> {
  const { hourly, latitude, longitude } = readBody(body, Body, 'open_meteo');
  const columns = columnsOf(body, hourly);
  const length = Object.values(hourly).reduce((longest, column) => Math.max(longest, column.length), 0);
  const hours = Array.from({ length }, (_hour, index) => ({
    ...Object.fromEntries(columns.map(([name, column]) => [name, column[index]])),
    latitude,
    longitude,
  }));
  const { told, rejected } = entries(hours, {
    place: 'hourly',
    shape: Hour,
    toRecord: (hour) => weatherOf(hour, place, basis),
  });
  return {
    told,
    // What is an entry here stands across the columns there.
    rejected: rejected.map((part) => ({
      ...part,
      field: part.field.replace(/^hourly(\[\d+\])\.(\w+)$/, 'hourly.$2$1'),
    })),
    unknownFields: unknownFields(Body, body),
    next: null,
  };
}

type Column = readonly [name: string, values: readonly unknown[]];

/** The columns of the contract, and the others that are there as lists. */
function columnsOf(body: unknown, known: Readonly<Record<string, readonly unknown[]>>): readonly Column[] {
  const whole = z.object({ hourly: z.record(z.string(), z.unknown()) }).safeParse(body).data?.hourly ?? {};
  const others = Object.entries(whole).flatMap(([name, values]): Column[] =>
    Array.isArray(values) && !Object.hasOwn(known, name) ? [[name, values]] : [],
  );
  return [...Object.entries(known), ...others];
}

function weatherOf(
  hour: Hour,
  { latitude, longitude }: Place,
  basis: ToldWeather['basis'],
): EntryReading<ToldWeather> {
  const time = UtcTime.safeParse(`${hour.time}:00Z`);
  if (!time.success) return { path: ['time'], reason: 'is not a time' };
  return {
    record: {
      latitude,
      longitude,
      at: Instant.parse(Date.parse(time.data)),
      basis,
      temperatureC: hour.temperature_2m,
      windSpeedKmh: hour.wind_speed_10m,
      windGustKmh: hour.wind_gusts_10m,
      precipitationMm: hour.precipitation,
      humidityPercent: hour.relative_humidity_2m,
      weatherCode: hour.weather_code,
    },
  };
}
