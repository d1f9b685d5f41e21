import { readdir, readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { z } from 'zod';

/** The specification beside the repository: read where a test runs, never copied. */
const folder = new URL('../../../shared/data/openlineage/', import.meta.url);

const Schema = z.looseObject({ $id: z.string(), properties: z.record(z.string(), z.unknown()).optional() });
const Facets = z.record(z.string(), z.unknown()).optional();
const Told = z.looseObject({
  run: z.object({ facets: Facets }),
  job: z.object({ facets: Facets }),
  inputs: z.array(z.object({ facets: Facets, inputFacets: Facets })),
  outputs: z.array(z.object({ facets: Facets, outputFacets: Facets })),
});

/** Says what of an event the schemas of OpenLineage refuse: the event itself, then each facet by its key, which has to be known unless it is ours. */
export async function openLineageValidator(): Promise<(event: unknown) => string[]> {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const read = async (name: string) =>
    Schema.parse(JSON.parse(await readFile(new URL(name, folder), 'utf8')));
  const specification = await read('OpenLineage.json');
  ajv.addSchema(specification);
  const byKey = new Map<string, string[]>();
  for (const name of await readdir(new URL('facets/', folder))) {
    const schema = await read(`facets/${name}`);
    ajv.addSchema(schema);
    for (const key of Object.keys(schema.properties ?? {}))
      byKey.set(`${key} ${placeOf(name)}`, [...(byKey.get(`${key} ${placeOf(name)}`) ?? []), schema.$id]);
  }
  const refused = (id: string, value: unknown, what: string): string[] => {
    const validate = ajv.getSchema(id);
    if (validate === undefined) return [`${what}: there is no schema ${id}`];
    return validate(value) === true ? [] : [`${what}: ${ajv.errorsText(validate.errors)}`];
  };
  const facetsRefused = (place: string, facets: Readonly<Record<string, unknown>> = {}): string[] =>
    Object.entries(facets).flatMap(([key, value]) => {
      if (key.startsWith('touchline_')) return [];
      const ids = byKey.get(`${key} ${place}`) ?? [];
      if (ids.length === 0) return [`${key} is no facet of a ${place}`];
      return ids.flatMap((id) => refused(id, { [key]: value }, key));
    });
  return (event) => {
    const whole = refused(`${specification.$id}#/$defs/RunEvent`, event, 'event');
    const told = Told.parse(event);
    return [
      ...whole,
      ...facetsRefused('Run', told.run.facets),
      ...facetsRefused('Job', told.job.facets),
      ...[...told.inputs, ...told.outputs].flatMap(({ facets }) => facetsRefused('Dataset', facets)),
      ...told.inputs.flatMap(({ inputFacets }) => facetsRefused('Dataset', inputFacets)),
      ...told.outputs.flatMap(({ outputFacets }) => facetsRefused('Dataset', outputFacets)),
    ];
  };
}

const placeOf = (file: string): string => /(Run|Job|Dataset)Facet\.json$/.exec(file)?.[1] ?? 'Dataset';
