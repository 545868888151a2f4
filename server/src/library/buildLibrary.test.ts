import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLibraryEngine } from '@querent/core/connectors';
import type { ResolvedQuery } from '@querent/core/pubmed';
import { isUnresolvable, resolveText } from '@querent/core/strategy';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildLibrary } from './buildLibrary.ts';
import { nodeSqlite } from './nodeSqlite.ts';
import { openLibraryFile } from './openLibraryFile.ts';
import { repairLibrary } from './repairLibrary.ts';

const folder = mkdtempSync(join(tmpdir(), 'querent-build-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function query(text: string): ResolvedQuery {
  const resolved = resolveText(text);
  if (isUnresolvable(resolved)) throw new Error(resolved.problem);
  return resolved;
}

const records = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) =>
    JSON.stringify({
      pmid: from + i,
      title: `Study ${from + i} of ${i % 2 === 0 ? 'falls' : 'pain'}`,
      mesh: ['Aged'],
    }),
  ).join('\n');

// What VS Code's Node has, and what an older one falls back to.
describe.each(['node:sqlite', 'sql.js'])('a library made with %s', (name) => {
  const before = process.env['QUERENT_SQLITE'];
  beforeEach(() => {
    process.env['QUERENT_SQLITE'] = name;
    expect(nodeSqlite() === undefined).toBe(name === 'sql.js');
  });
  afterEach(() => {
    if (before === undefined) delete process.env['QUERENT_SQLITE'];
    else process.env['QUERENT_SQLITE'] = before;
  });
  const file = (part: string, content: string): string => {
    const path = join(folder, `${name.replaceAll(/\W/g, '')}-${part}`);
    writeFileSync(path, content);
    return path;
  };
  const count = async (path: string, text: string): Promise<number> => {
    const engine = openLibraryEngine(await openLibraryFile(path));
    try {
      expect(engine.warning).toBeUndefined();
      return (await engine.count(query(text))).count;
    } finally {
      await engine.close();
    }
  };

  it('is built, brought up to date, emptied of records, verified and repaired', async () => {
    const output = file('all.sqlite', '');
    const first = await buildLibrary({
      inputs: [file('first.jsonl', records(1, 101))],
      output,
      builtWith: 'test',
    });
    expect(first).toMatchObject({ records: 100, added: 100, rejected: 0 });
    const second = await buildLibrary({
      inputs: [file('second.jsonl', records(96, 111))],
      output,
      builtWith: 'test',
    });
    expect(second).toMatchObject({ records: 110, added: 10, updated: 5 });
    const third = await buildLibrary({ inputs: [], output, removeIds: ['1', '2', '999'], builtWith: 'test' });
    expect(third).toMatchObject({ records: 108, deleted: 2 });
    expect(await count(output, 'study[ti]')).toBe(108);
    expect(await count(output, 'falls[ti] AND aged[mh]')).toBe(55);
    const library = await openLibraryFile(output);
    expect(library.verify()).toBeUndefined();
    library.close();
    expect(await repairLibrary(output, 'test')).toMatchObject({ records: 108, lost: 0 });
    expect(await count(output, 'pain[ti]')).toBe(53);
    expect(readdirSync(folder).filter((one) => /\.(?:tmp|part|part-journal)$/.test(one))).toEqual([]);
  });

  it('leaves nothing behind when it fails, and the old one as it was', async () => {
    const output = file('kept.sqlite', '');
    await buildLibrary({ inputs: [file('good.jsonl', records(1, 4))], output, builtWith: 'test' });
    await expect(
      buildLibrary({ inputs: [file('bad.jsonl', 'nonsense\n')], output, builtWith: 'test' }),
    ).rejects.toThrow(/No good record/);
    expect(existsSync(`${output}.part`)).toBe(false);
    expect(await count(output, 'study[ti]')).toBe(3);
  });

  it('is stopped by its signal', async () => {
    const output = file('stopped.sqlite', '');
    const controller = new AbortController();
    const building = buildLibrary({
      inputs: [file('many.jsonl', records(1, 30_000))],
      output,
      builtWith: 'test',
      signal: controller.signal,
      onProgress: ({ records: read }) => {
        if (read > 0) controller.abort();
      },
    });
    await expect(building).rejects.toMatchObject({ name: 'BuildStopped' });
    expect(existsSync(`${output}.part`)).toBe(false);
  });
});
