/** An answer of Open-Meteo as its documentation shows it, with made-up numbers: that many hours from midnight on. */
export function openMeteoPayload(hours: number) {
  const columnOf = <T>(value: (hour: number) => T): (T | null)[] =>
    Array.from({ length: hours }, (_hour, index) => value(index));
  return {
    latitude: 51.56,
    longitude: -0.1,
    generationtime_ms: 0.08,
    utc_offset_seconds: 0,
    timezone: 'UTC',
    timezone_abbreviation: 'UTC',
    elevation: 38,
    hourly_units: {
      time: 'iso8601',
      temperature_2m: '°C',
      relative_humidity_2m: '%',
      precipitation: 'mm',
      weather_code: 'wmo code',
      wind_speed_10m: 'km/h',
      wind_gusts_10m: 'km/h',
    },
    hourly: {
      time: columnOf((hour) => new Date(Date.UTC(2024, 7, 20, hour)).toISOString().slice(0, 16)),
      temperature_2m: columnOf((hour) => 14.5 + hour / 4),
      relative_humidity_2m: columnOf((hour) => 60 + (hour % 30)),
      precipitation: columnOf((hour) => (hour % 5 === 0 ? 0.4 : 0)),
      weather_code: columnOf((hour) => (hour % 5 === 0 ? 61 : 3)),
      wind_speed_10m: columnOf((hour) => 10.8 + hour),
      wind_gusts_10m: columnOf((hour) => 24.1 + hour),
    },
  };
}
