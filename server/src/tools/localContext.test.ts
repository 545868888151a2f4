import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { localTools } from './localContext.ts';

it('reads MeSH again after a file of it that could not be read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'querent-local-'));
  const mesh = join(folder, 'headings.jsonl');
  const tools = localTools({
    roots: [folder],
    library: '',
    mesh,
    live: false,
    pubmed: () => Promise.reject(new Error('not asked here')),
    trials: () => Promise.reject(new Error('not asked here')),
    budget: 100,
    models: async () => [],
    log: () => undefined,
  });
  const context = tools.context(() => undefined);
  await expect(context.thesaurus(undefined)).rejects.toThrow(/headings\.jsonl/);
  const heading = { ui: 'D000368', name: 'Aged', entry: ['Elderly'], perm: [], tree: ['M01'], pa: [] };
  writeFileSync(mesh, JSON.stringify(heading));
  const first = await context.thesaurus(undefined);
  expect(first).toBeDefined();
  expect(await context.thesaurus(undefined)).toBe(first);
  await tools.close();
  rmSync(folder, { recursive: true, force: true });
});
