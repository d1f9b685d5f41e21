import { z } from 'zod';
import { BadInput, ContractBroken, DependencyAway, KeyRefused } from '../../../../schemas/errors.js';
import { timeLimit } from '../../../time-limit.js';

/** MLflow understood and refused. `code` is its word, as `RESOURCE_DOES_NOT_EXIST`. */
export class MlflowRefusal extends BadInput {
  readonly code: string;

  constructor(code: string, message: string, subject: BadInput['subject']) {
    super(message, subject);
    this.code = code;
  }
}

/** A tracking server over HTTP. Errors: {@link DependencyAway} away, slow or overloaded; KeyRefused; {@link MlflowRefusal}; ContractBroken. */
export interface MlflowClient {
  /** Reads; `path` below `/api/2.0/mlflow/`. */
  get<Schema extends z.ZodType>(
    path: string,
    parameters: Readonly<Record<string, string>>,
    schema: Schema,
  ): Promise<z.output<Schema>>;
  post<Schema extends z.ZodType>(path: string, body: object, schema: Schema): Promise<z.output<Schema>>;
  /** DELETE with a body, as MLflow wants it. */
  remove(path: string, body: object): Promise<void>;
  /** `path` below `/api/2.0/mlflow-artifacts/artifacts/`. */
  upload(path: string, bytes: Uint8Array | string): Promise<void>;
  download(path: string): Promise<Uint8Array>;
}

const variable = 'MLFLOW_TRACKING_URI';
/** A request of a few rows that takes longer comes from a server that hangs. */
const requestWithinMs = 10_000;
/** A model's files are a few MB at most. */
const transferWithinMs = 60_000;

const Refused = z.object({ error_code: z.string(), message: z.string().default('') });

/** What a later call may be granted: too many requests, a timeout, and what MLflow says where its database is locked. */
const mayPass = (status: number): boolean => status >= 500 || status === 408 || status === 429;

/** Opens nothing and asks nothing yet. The address may hold a user and a password. */
export function mlflowClient(trackingUri: string): MlflowClient {
  const address = new URL(trackingUri);
  const { username, password } = address;
  const headers: Record<string, string> =
    username === ''
      ? {}
      : {
          authorization: `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`,
        };
  address.username = '';
  address.password = '';
  const root = address.href.replace(/\/+$/, '');
  const away = (what: string, cause?: unknown): DependencyAway =>
    new DependencyAway(
      `MLflow ${what}`,
      {
        ...{ setting: variable, object: root },
        advice: `See whether a tracking server answers there (curl ${root}/health); deploy/native starts one.`,
      },
      cause,
    );

  async function send(path: string, init: RequestInit, withinMs: number): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(`${root}/api/2.0/${path}`, {
        ...init,
        headers: {
          ...headers,
          ...(typeof init.body === 'string' ? { 'content-type': 'application/json' } : {}),
        },
        signal: timeLimit(withinMs),
      });
    } catch (error) {
      throw away('does not answer', error);
    }
    if (response.ok) return response;
    throw await refusal(response, path);
  }

  async function refusal(response: Response, path: string): Promise<Error> {
    const text = await response.text().catch(() => '');
    if (response.status === 401 || response.status === 403) {
      return new KeyRefused(`MLflow does not let us in (${response.status})`, {
        ...{ setting: variable, object: path, httpStatus: response.status },
        advice: 'Put user and password into the address: http://user:password@host:port.',
      });
    }
    if (mayPass(response.status)) return away(`answered ${response.status}: ${text.slice(0, 300)}`);
    const said = Refused.safeParse(asJsonOr(text));
    const { error_code: code, message } = said.success
      ? said.data
      : { error_code: `HTTP_${response.status}`, message: text.slice(0, 300) };
    return new MlflowRefusal(code, `MLflow refused ${path}: ${message}`, {
      ...{ setting: variable, object: path, httpStatus: response.status },
      advice: 'Correct what MLflow names; where it knows no such path, it is older than 2.9.',
    });
  }

  /** An answer may be cut off while it is read. */
  async function bodyOf<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      throw away('broke off its answer', error);
    }
  }

  async function ask<Schema extends z.ZodType>(
    path: string,
    init: RequestInit,
    schema: Schema,
  ): Promise<z.output<Schema>> {
    const response = await send(`mlflow/${path}`, init, requestWithinMs);
    const parsed = schema.safeParse(asJsonOr(await bodyOf(() => response.text())));
    if (parsed.success) return parsed.data;
    throw new ContractBroken(`MLflow answered ${path} in another shape: ${parsed.error.message}`, {
      object: root,
    });
  }

  const artefact = (path: string): string =>
    `mlflow-artifacts/artifacts/${path.split('/').map(encodeURIComponent).join('/')}`;

  return {
    get: (path, parameters, schema) =>
      ask(`${path}?${new URLSearchParams(parameters).toString()}`, { method: 'GET' }, schema),
    post: (path, body, schema) => ask(path, { method: 'POST', body: JSON.stringify(body) }, schema),
    async remove(path, body) {
      await ask(path, { method: 'DELETE', body: JSON.stringify(body) }, z.unknown());
    },
    async upload(path, bytes) {
      const body = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : Uint8Array.from(bytes);
      const response = await send(artefact(path), { method: 'PUT', body }, transferWithinMs);
      await response.body?.cancel();
    },
    async download(path) {
      const response = await send(artefact(path), { method: 'GET' }, transferWithinMs);
      return new Uint8Array(await bodyOf(() => response.arrayBuffer()));
    },
  };
}

function asJsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Where MLflow has no such thing: undefined; every other refusal stays one. */
export async function ifThere<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof MlflowRefusal && error.code === 'RESOURCE_DOES_NOT_EXIST') return undefined;
    throw error;
  }
}

/** Makes something that may be there already, by this or another process. */
export async function unlessThere(made: Promise<unknown>): Promise<void> {
  try {
    await made;
  } catch (error) {
    if (error instanceof MlflowRefusal && error.code === 'RESOURCE_ALREADY_EXISTS') return;
    throw error;
  }
}
