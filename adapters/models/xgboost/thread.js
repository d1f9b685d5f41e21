// A thread starts from nothing, so it is launched as a process is.
import { launch } from '../../../bin/launch.js';

await launch('adapters/models/xgboost/worker.ts');
