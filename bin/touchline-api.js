#!/usr/bin/env node
// A process of the HTTP API; touchline up starts one.
import { launch } from './launch.js';

await launch('api.ts');
