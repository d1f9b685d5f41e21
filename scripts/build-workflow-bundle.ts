import { buildWorkflowBundle, prebuiltBundlePath } from '../adapters/temporal/workflow-bundle.js';
import { projectRoot } from '../config.js';

const target = prebuiltBundlePath(projectRoot);
await buildWorkflowBundle(projectRoot, target);
console.log(`Bundled the workflows into ${target}`);
