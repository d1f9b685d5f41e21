/** The header by which a correlation id goes from who starts a run to the run, its steps and its children. */
export const correlationHeader = 'correlation-id';
