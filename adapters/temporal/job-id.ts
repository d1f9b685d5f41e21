import { createHash } from 'node:crypto';

/** As much of a job as its id needs. */
interface NamedJob<Input> {
  readonly name: string;
  readonly about?: (input: Input) => string;
}

/** The id under which one run of the job at a time goes; places are hashed, ids stay short. */
export function workflowIdOf<Input>({ name, about }: NamedJob<Input>, input: Input): string {
  if (about === undefined) return name;
  return `${name}/${createHash('sha256').update(about(input)).digest('hex').slice(0, 12)}`;
}
