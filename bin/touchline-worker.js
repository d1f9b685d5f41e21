#!/usr/bin/env node
// A worker process; touchline up starts two, a cluster as many as it wants.
import { register } from 'tsx/esm/api';

register();
await import('../worker.ts');
