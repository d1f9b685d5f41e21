/**
 * How soon a task of a workflow is taken from a queue that it shares with others (SCH-5, COR-16), as Temporal counts: 1 before 5. Across queues
 * their slots decide. What a workflow starts has the priority of who started it. In order: scores; fixtures and features; odds,
 * predictions and the rest; what fills the past; what keeps the house in order.
 */
const priorities: Readonly<Record<string, number>> = {
  collectLiveScores: 1,
  collectFixtures: 2,
  calculateFeatures: 2,
  planMatches: 2,
  followMatch: 2,
  importHistory: 4,
  reconcile: 4,
  rebuild: 4,
  trainModel: 4,
  tuneModel: 4,
  evaluateModel: 4,
  cacheCleanup: 5,
  databaseMaintenance: 5,
  errorCleanup: 5,
  qualityCheck: 5,
  refreshMaterializedViews: 5,
  systemHealthCheck: 5,
  weeklyDataCleanup: 5,
};
const usual = 3;

/** The priority with which a workflow of a type is started. */
export const priorityOf = (workflowType: string): { readonly priorityKey: number } => ({
  priorityKey: priorities[workflowType] ?? usual,
});
/** The types of which something else than the usual is said. */
export const prioritisedTypes: readonly string[] = Object.keys(priorities);
