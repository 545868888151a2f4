// Brings what is made from the catalogue of rules up to date: the heads of docs/rules/*.md, their index, and the setting
// `querent.lint` in the manifest. Pages that are missing are named; they are written by hand.
//
//   node test/rules/main.ts
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { ruleCatalogue } from '@querent/core/lint';
import { lintSetting, ruleIndex, withHead } from './pages.ts';

const root = join(import.meta.dirname, '../..');

async function write(path: string, text: string): Promise<void> {
  const file = join(root, path);
  const config = await resolveConfig(file);
  const made = await format(text, { ...config, filepath: file });
  if (existsSync(file) && readFileSync(file, 'utf8') === made) return;
  writeFileSync(file, made);
  console.log(`written: ${path}`);
}

for (const rule of ruleCatalogue) {
  const path = `docs/rules/${rule.id}.md`;
  if (existsSync(join(root, path))) await write(path, withHead(rule, readFileSync(join(root, path), 'utf8')));
  else console.log(`missing: ${path}`);
}
await write('docs/rules/README.md', ruleIndex(ruleCatalogue));

interface Manifest {
  contributes: { configuration: { properties: Record<string, unknown> }[] };
}
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
for (const { properties } of manifest.contributes.configuration)
  if ('querent.lint' in properties) properties['querent.lint'] = lintSetting(ruleCatalogue);
await write('package.json', JSON.stringify(manifest));
