import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { builtInTasks } from './registry.ts';

/** Folders of what several tasks share. */
const shared = ['boolean', 'ranked', 'testing'];

it('every folder of a task is in the registry, under the name of its folder', async () => {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !shared.includes(entry.name))
    .map(({ name }) => name);
  expect(folders.length).toBeGreaterThanOrEqual(5);
  expect([...builtInTasks.keys()].sort()).toEqual(folders.sort());
  for (const name of folders) {
    const index = (await import(join(import.meta.dirname, name, 'index.ts'))) as Record<string, unknown>;
    expect(Object.values(index), name).toContain(builtInTasks.get(name));
  }
});
