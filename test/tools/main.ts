// Brings `contributes.languageModelTools` in the manifest up to date with the definitions of the tools in server/src/tools.
//
//   node test/tools/main.ts
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { languageModelTools } from './manifest.ts';

const file = join(import.meta.dirname, '../../package.json');
const before = readFileSync(file, 'utf8');
const manifest = JSON.parse(before) as { contributes: Record<string, unknown> };
manifest.contributes['languageModelTools'] = languageModelTools();
const made = await format(JSON.stringify(manifest), { ...(await resolveConfig(file)), filepath: file });
if (made !== before) {
  writeFileSync(file, made);
  console.log('written: package.json');
}
