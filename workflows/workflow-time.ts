/**
 * The time of the workflow, in milliseconds since 1970: when Temporal began the task that runs it now. A replay is given the same, so this is
 * no clock; whoever reads the time reads it here.
 */
// eslint-disable-next-line no-restricted-syntax -- in the sandbox this is Temporal's own time
export const workflowTime = (): number => Date.now();
