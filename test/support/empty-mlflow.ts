import { experimentName } from '../../adapters/models/registry/mlflow/runs.js';
import { registeredModelName } from '../../schemas/records/model.js';

/** One request to MLflow; what it has not, it may refuse. */
export async function askMlflow(url: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${url}/api/2.0/mlflow/${path}`, {
    ...(body === undefined
      ? {}
      : {
          method: path.endsWith('/delete') && path.startsWith('registered') ? 'DELETE' : 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
  });
  return await response.json();
}

let emptied = 0;

/** Takes the registered model out of a server, and puts its experiment aside. */
export async function emptyMlflow(url: string): Promise<void> {
  await askMlflow(url, 'registered-models/delete', { name: registeredModelName });
  const found = JSON.stringify(
    await askMlflow(url, `experiments/get-by-name?experiment_name=${experimentName}`),
  );
  const id = /"experiment_id":"(\d+)"/.exec(found)?.[1];
  if (id === undefined) return;
  emptied += 1;
  await askMlflow(url, 'experiments/update', { experiment_id: id, new_name: `emptied ${emptied}` });
}
