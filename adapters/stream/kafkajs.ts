import kafkajs from 'kafkajs';

// It is CommonJS, and Node does not see all of its names: as its default it has them, in a bundle too.
export const {
  Kafka,
  logLevel,
  CompressionTypes,
  Partitioners,
  ConfigResourceTypes,
  ConfigSource,
  AssignerProtocol,
} = kafkajs;
