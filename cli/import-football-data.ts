import { divisions } from '../adapters/providers/football_data/divisions.js';
import { importCommand } from './import-files.js';

export const importFootballData = importCommand({
  dataSource: 'football_data',
  word: 'football-data',
  name: 'football-data.co.uk',
  site: 'https://www.football-data.co.uk',
  layout: '<season>/<division>.csv, as in mmz4281/2122/E0.csv',
  divisions,
  someDivisions: 'E0,D1',
});
