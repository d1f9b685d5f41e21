import {
  brokerAnswers,
  brokerPort,
  brokerWords,
  prepareBroker,
} from '../../adapters/embedded/kafka/broker.js';
import { ensureKafka } from '../../adapters/embedded/tools/kafka.js';
import type { NativeService } from './service.js';

const host = 'localhost';

/** One broker in KRaft mode (COR-23). Its controller listens on the port above. */
export const kafka: NativeService = {
  name: 'kafka',
  port: 9_092,
  variable: 'KAFKA_BROKERS',
  url: (port) => `${host}:${port}`,
  exports: undefined,
  async command(data, port, tools) {
    const place = { data, host, port, controllerPort: port + 1, advertisedPort: port };
    return { ...(await prepareBroker(await ensureKafka(tools), place)), environment: {} };
  },
  words: brokerWords,
  portIn: brokerPort,
  helpers: undefined,
  answers: (port) => brokerAnswers(host, port),
};
