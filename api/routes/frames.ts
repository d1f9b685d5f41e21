import type { FileHandle } from 'node:fs/promises';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { frameReferences } from '../../domain/features/registry/frame-references.js';
import { envelopeOf } from '../../schemas/api/envelope.js';
import { FrameAnswer, FrameBody, mostFrameRows } from '../../schemas/api/features.js';
import type { ApiServer } from '../api-server.js';
import { compileNamed } from '../asked-features.js';
import { places } from '../at-once.js';
import type { ApiDeps } from '../deps.js';
import { joinFrame } from '../joined-frame.js';
import { keptOpenFor, whileWaitedFor } from '../limited-answers.js';
import { arrowStream, kindWanted, ndjson, sendStream } from '../kinds.js';

const bodyLimit = 8 * 1_024 * 1_024;
const answerWithinMs = 120_000;

/** FEAT-13: features of a frame of entities, as they were known at its instants. */
export function frameRoutes(
  app: ApiServer,
  { lake, temporaryFolder, features: registry, log }: ApiDeps,
): void {
  const joins = places(2, 'frames');
  app.post(
    '/api/v1/features/frame',
    {
      config: { access: 'reader', alsoAs: [ndjson, arrowStream] },
      ...{ bodyLimit, handlerTimeout: answerWithinMs, onRequest: keptOpenFor(answerWithinMs) },
      schema: {
        tags: ['features'],
        operationId: 'readFeatureFrame',
        summary: 'Features of entities as they were known at an instant each',
        description: `A point-in-time join: as many rows as were sent, in their order; of each entity the last that was known by then, null where nothing was, or it was older than its view allows. What became known later is never in it. Up to ${mostFrameRows} rows and 8 MiB, two frames at a time. As JSON, as lines of it (application/x-ndjson), or as a stream of Arrow's IPC format (${arrowStream}).`,
        body: FrameBody,
        response: { 200: envelopeOf(FrameAnswer) },
      },
    },
    async (request, reply) => {
      const { entities, full_feature_names: full, ...named } = request.body;
      const compiled = compileNamed(registry, named, full ? 'full' : 'short');
      const kind = kindWanted(request, [ndjson, arrowStream]);
      const leave = joins.take();
      const { file, columns } = await joinFrame(
        { lake, temporaryFolder },
        {
          rows: entities.map((row) => ({ ...row, event_timestamp: utc(row['event_timestamp']) })),
          references: frameReferences(compiled),
          ending: kind === arrowStream ? '.arrows' : '.ndjson',
          signal: whileWaitedFor(reply),
        },
      ).finally(leave);
      const text = kind === 'application/json' ? enveloped(file, columns) : file.createReadStream();
      const stream = new PassThrough();
      // Whoever goes away has the file closed, which has no name any more.
      pipeline(text, stream).catch((error: unknown) => {
        log.debug({ err: error }, 'A frame was not taken to its end');
      });
      return sendStream(reply, kind, stream);
    },
  );
}

/** The same instant, as DuckDB reads it whatever offset it was written with. */
const utc = (text: unknown): string => new Date(String(text)).toISOString();

/** Lines of JSON as the rows of an answer. */
function enveloped(file: FileHandle, columns: readonly string[]): Readable {
  async function* parts(): AsyncGenerator<string | Buffer, void, undefined> {
    yield `{"success":true,"message":"","data":{"columns":${JSON.stringify(columns)},"rows":[`;
    let separator = '';
    for await (const line of file.readLines()) {
      yield `${separator}${line}`;
      separator = ',';
    }
    yield ']}}';
  }
  return Readable.from(parts());
}
