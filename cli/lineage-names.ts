import { BadInput } from '../schemas/errors.js';
import { datasetKey, type Dataset } from '../schemas/lineage.js';

/** `football_db.silver.matches`, as it is printed and asked for. */
export const printed = ({ namespace, name }: Dataset): string => `${namespace}.${name}`;

/**
 * What a text may mean of these: the whole name, the name without `football_db.`, that of a table of the lake where Postgres has none of its name, a
 * table's name alone.
 */
export function meantBy(text: string, datasets: readonly Dataset[]): Dataset[] {
  const names: readonly ((dataset: Dataset) => string)[] = [
    printed,
    (dataset) => printed(dataset).replace(/^football_db\./, ''),
    (dataset) => printed(dataset).replace(/^football_db\.(\w+)\.lake\./, '$1.'),
    ({ namespace, name }) => (namespace.startsWith('football_db.') ? name : ''),
  ];
  return names
    .map((nameOf) => datasets.filter((dataset) => nameOf(dataset) === text))
    .reduce((found, more) => (found.length > 0 ? found : more), []);
}

/** The one dataset that a text means. @throws BadInput where it means none or several */
export function datasetOf(text: string, datasets: readonly Dataset[]): Dataset {
  const [dataset, ...others] = meantBy(text, datasets);
  if (dataset !== undefined && others.length === 0) return dataset;
  throw new BadInput(
    dataset === undefined
      ? `${text} is neither a dataset nor a run`
      : `${text} may mean ${[dataset, ...others].map(printed).join(' or ')}`,
    {
      field: 'of',
      advice:
        'Name a table as silver.matches, one of the lake as silver.lake.matches, a column as silver.odds.home_odds, a provider as api_football.matches, or a run by its id.',
    },
  );
}

/** Each of these once. */
export const distinct = (datasets: readonly Dataset[]): Dataset[] => [
  ...new Map(datasets.map((dataset) => [datasetKey(dataset), dataset])).values(),
];
