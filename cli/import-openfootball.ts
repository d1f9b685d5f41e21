import { divisions } from '../adapters/providers/openfootball/divisions.js';
import { importCommand } from './import-files.js';

export const importOpenfootball = importCommand({
  dataSource: 'openfootball',
  word: 'openfootball',
  name: "openfootball's football.json",
  site: 'https://raw.githubusercontent.com/openfootball/football.json/master',
  layout: '<season>/<league>.json, as in 2021-22/en.1.json',
  divisions,
  someDivisions: 'en.1,de.1',
});
