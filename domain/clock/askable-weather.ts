import type { Instant } from '../../schemas/values.js';

const day = 24 * 3_600_000;
/** Open-Meteo's forecasts reach no farther (https://open-meteo.com/en/docs). */
const forecastReach = 15 * day;
/** Its archive is complete some five days after the fact (https://open-meteo.com/en/docs/historical-weather-api), and tells whole days (milliseconds). */
export const archiveDelay = 6 * day;

/** Which weather of a match can be asked for at an instant: what is forecast, what was measured, or none yet. */
export function askableWeather(kickoff: Instant, now: Instant): 'forecast' | 'measured' | 'none-yet' {
  if (kickoff > now + forecastReach) return 'none-yet';
  return kickoff <= now - archiveDelay ? 'measured' : 'forecast';
}
