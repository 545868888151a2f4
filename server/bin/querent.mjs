#!/usr/bin/env node
// Starts the `querent` command: the bundle where it was built, else the sources on a Node that reads TypeScript.
import { existsSync } from 'node:fs';

const bundle = new URL('../../dist/cli.cjs', import.meta.url);
const source = new URL('../src/cli/main.ts', import.meta.url);
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const readsTypeScript = major > 22 || (major === 22 && minor >= 18);

if (existsSync(bundle)) await import(bundle.href);
else if (existsSync(source) && readsTypeScript) await import(source.href);
else {
  process.stderr.write('querent: not built yet. Run `npm run build` in the project folder first.\n');
  process.exitCode = 2;
}
