import path from 'node:path';
import {
  ensurePythonEnvironment,
  mlflowEnvironment,
} from '../../adapters/embedded/tools/python-environment.js';
import { answersWell } from './answers.js';
import { portOption, type NativeService } from './service.js';

const host = '127.0.0.1';
const store = (data: string): string => `sqlite:///${path.join(data, 'mlflow.db')}`;

/** MLflow's tracking server on a database file, which also serves the artefacts (MODEL-2). */
export const mlflow: NativeService = {
  name: 'mlflow',
  port: 5_002,
  variable: 'MLFLOW_TRACKING_URI',
  url: (port) => `http://localhost:${port}`,
  exports: undefined,
  async command(data, port, tools) {
    return {
      program: await ensurePythonEnvironment(mlflowEnvironment, tools),
      args: [
        ...['-m', 'mlflow', 'server', '--host', host, '--port', String(port), '--workers', '1'],
        ...['--backend-store-uri', store(data)],
        ...['--serve-artifacts', '--artifacts-destination', path.join(data, 'artifacts')],
      ],
      environment: {
        // Nobody runs jobs in it; without them it starts in half the time.
        MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
        MLFLOW_DISABLE_TELEMETRY: 'true',
        DO_NOT_TRACK: 'true',
      },
    };
  },
  words: (data) => ['mlflow', 'server', '--backend-store-uri', store(data)],
  portIn: portOption,
  helpers: ['mlflow.server.fastapi_app:app'],
  answers: (port) => answersWell(`http://${host}:${port}/health`),
};
