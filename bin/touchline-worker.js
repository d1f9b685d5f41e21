#!/usr/bin/env node
// A worker process; touchline up starts two, a cluster as many as it wants.
import { launch } from './launch.js';

await launch('worker.ts');
