#!/usr/bin/env node
// Starts the trainer: the bundle where there is one, else the sources, which Node 22.18 and later run as they are.
import { existsSync } from 'node:fs';

const bundle = new URL('../../dist/trainer.cjs', import.meta.url);
const [major, minor] = process.versions.node.split('.').map(Number);
if (existsSync(bundle)) {
  await import(bundle.href);
} else if (major > 22 || (major === 22 && minor >= 18)) {
  await import(new URL('../src/cli/main.ts', import.meta.url).href);
} else {
  console.error(
    `querent-trainer needs Node 22.18 or later to run from source (this is ${process.versions.node}); run "npm run build" first.`,
  );
  process.exitCode = 2;
}
