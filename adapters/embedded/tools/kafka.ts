import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { BadInput, DependencyAway } from '../../../schemas/errors.js';
import type { ToolOptions } from './python-packages.js';

const run = promisify(execFile);

export const kafkaVersion = '4.4.0';
/** Says nothing: the broker's own log would want a configuration of its own. */
const loggerVersion = '1.7.36';
const mostOutput = 16 * 1024 * 1024;

const dependency = (group: string, artifact: string, version: string): string =>
  `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;

const project = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>touchline</groupId><artifactId>kafka</artifactId><version>1</version><dependencies>
${dependency('org.apache.kafka', 'kafka_2.13', kafkaVersion)}
${dependency('org.slf4j', 'slf4j-nop', loggerVersion)}
</dependencies></project>
`;

/** What runs a class of Kafka: `java` with these arguments before the class. */
export interface KafkaPrograms {
  readonly java: string;
  /** The folder of the jars, as a class path. */
  readonly classPath: string;
}

/**
 * Kafka's jars in the cache, fetched by Maven where they are not there yet. Idempotent, and safe when several processes ask at once.
 * Throws BadInput where there is no Java or no Maven, DependencyAway where Maven cannot fetch them.
 */
export async function ensureKafka({ cache, report }: Omit<ToolOptions, 'python'>): Promise<KafkaPrograms> {
  await checkProgram('java', ['-version'], 'Install a Java runtime, 17 or newer.');
  const target = path.join(cache, `kafka-${kafkaVersion}`);
  const programs = { java: 'java', classPath: path.join(target, '*') };
  if (await exists(target)) return programs;
  await checkProgram('mvn', ['--version'], 'Install Maven: it is only used to fetch Kafka.');
  report?.(`Fetching org.apache.kafka:kafka_2.13:${kafkaVersion} with Maven`);
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(path.join(cache, '.fetching-'));
  try {
    await writeFile(path.join(folder, 'pom.xml'), project);
    const jars = path.join(folder, 'jars');
    await fetchJars(folder, jars);
    // In one step: other processes see no folder or the whole one. Of two that fetch at once the later leaves the earlier's.
    await rename(jars, target).catch(async (error: unknown) => {
      if (!(await exists(target))) throw error;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return programs;
}

async function fetchJars(folder: string, jars: string): Promise<void> {
  try {
    await run('mvn', ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${jars}`], {
      cwd: folder,
      maxBuffer: mostOutput,
    });
  } catch (error) {
    throw new DependencyAway(
      `Maven could not fetch Kafka ${kafkaVersion}: ${error instanceof Error ? error.message : String(error)}`,
      { object: 'org.apache.kafka:kafka_2.13', advice: 'Check that a Maven repository can be reached.' },
      error,
    );
  }
  const fetched = await readdir(jars);
  if (!fetched.some((name) => name.startsWith('kafka_2.13'))) {
    throw new DependencyAway(`Maven fetched no Kafka ${kafkaVersion}`, { object: jars });
  }
}

async function checkProgram(program: string, args: readonly string[], advice: string): Promise<void> {
  await run(program, [...args]).catch((error: unknown) => {
    throw new BadInput(`${program} cannot be run, which Kafka needs`, { object: program, advice }, error);
  });
}

const exists = (folder: string): Promise<boolean> =>
  access(folder).then(
    () => true,
    () => false,
  );
