import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isUsableIndex, openLibraryEngine } from '@querent/core/connectors';
import type { ResolvedQuery } from '@querent/core/pubmed';
import { isUnresolvable, resolveText } from '@querent/core/strategy';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importKey } from './buildInputs.ts';
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
    expect(library.verify(isUsableIndex)).toBeUndefined();
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

describe('what surrounds a build', () => {
  const file = (part: string, content: string | Uint8Array): string => {
    const path = join(folder, part);
    writeFileSync(path, content);
    return path;
  };
  const merged = async (name: string): Promise<string> => {
    const output = join(folder, name);
    const inputs = [
      file(
        `${name}.jsonl`,
        '{"id":"W1","title":"a","doi":"10.1000/a"}\n{"pmid":"77","title":"a","doi":"10.1000/a"}',
      ),
    ];
    await buildLibrary({ inputs, output, builtWith: 'test' });
    return output;
  };
  const idOf = async (path: string, id: string): Promise<string | undefined> => {
    const library = await openLibraryFile(path);
    const record = library.record(id);
    library.close();
    return record?.id;
  };

  it('ids of before a merge outlive updates and repairs, also where SQLite gives rows as objects', async () => {
    const output = await merged('aliases.sqlite');
    expect(await idOf(output, 'W1')).toBe('77');
    await repairLibrary(output, 'test');
    expect(await idOf(output, 'W1')).toBe('77');
    const prototype = nodeSqlite()?.StatementSync.prototype as { setReturnArrays?: unknown };
    const { setReturnArrays } = prototype;
    delete prototype.setReturnArrays;
    try {
      await buildLibrary({ inputs: [file('more.jsonl', records(1, 3))], output, builtWith: 'test' });
      expect(await idOf(output, 'W1')).toBe('77');
    } finally {
      prototype.setReturnArrays = setReturnArrays;
    }
  });

  it('a former id changes what is found, and so the engine’s id', async () => {
    const engineId = async (lines: string, name: string): Promise<string> => {
      const output = join(folder, name);
      await buildLibrary({ inputs: [file(`${name}.jsonl`, lines)], output, builtWith: 'test' });
      const engine = openLibraryEngine(await openLibraryFile(output));
      await engine.close();
      return engine.id;
    };
    const one = '{"pmid":"77","title":"a","doi":"10.1000/a"}';
    expect(await engineId(one, 'without.sqlite')).not.toBe(
      await engineId(`${one}\n{"id":"W1","title":"a","doi":"10.1000/a"}`, 'with.sqlite'),
    );
  });

  it('a file of that name that is no draft is left alone', async () => {
    const output = join(folder, 'browser.sqlite');
    file('browser.sqlite.part', 'half of a download');
    await expect(
      buildLibrary({ inputs: [file('x.jsonl', records(1, 3))], output, builtWith: 'test' }),
    ).rejects.toThrow(/browser\.sqlite\.part is in the way/);
    expect(readFileSync(`${output}.part`, 'utf8')).toBe('half of a download');
  });

  it('a draft that is damaged is made anew, and nobody blames the library', async () => {
    const output = join(folder, 'draft.sqlite');
    await buildLibrary({ inputs: [file('d.jsonl', records(1, 3))], output, builtWith: 'test' });
    const many = file('d-many.jsonl', records(1, 12_000));
    const controller = new AbortController();
    const interrupted = buildLibrary({
      inputs: [many],
      output,
      builtWith: 'test',
      keepUnfinished: true,
      signal: controller.signal,
      onProgress: ({ records: read }) => {
        if (read > 6_000) controller.abort();
      },
    });
    await expect(interrupted).rejects.toThrow(/are kept in .*draft\.sqlite\.part.*is as it was/);
    const part = readFileSync(`${output}.part`);
    part.fill(0x55, 16_384, 400_000);
    writeFileSync(`${output}.part`, part);
    expect(await buildLibrary({ inputs: [many], output, builtWith: 'test' })).toMatchObject({
      records: 11_999,
      added: 11_997,
    });
  });

  it('an import that goes on tells every rejected record again, and keeps its draft when it fails early', async () => {
    const output = join(folder, 'rejects.sqlite');
    const bad = file('bad-many.jsonl', `${'nonsense\n'.repeat(3_000)}${records(1, 9_000)}`);
    const request = { inputs: [bad], output, builtWith: 'test', keepUnfinished: true };
    const controller = new AbortController();
    await expect(
      buildLibrary({
        ...request,
        signal: controller.signal,
        onProgress: ({ records: read }) => {
          if (read > 6_000) controller.abort();
        },
      }),
    ).rejects.toThrow(/are kept/);
    const told: number[] = [];
    const summary = await buildLibrary({ ...request, onRejected: ({ line }) => told.push(line) });
    expect(summary).toMatchObject({ records: 8_999, rejected: 3_000 });
    expect(told).toEqual(Array.from({ length: 3_000 }, (_, i) => i + 1));
  });

  it('two imports of standard input are never one', async () => {
    const key = (): Promise<string> =>
      importKey([{ path: '-', size: undefined, stamp: undefined }], join(folder, 'none.sqlite'), {});
    expect(await key()).not.toBe(await key());
  });

  it('a library with damaged pages keeps what can be read, and tells what is not as it was written', async () => {
    const output = join(folder, 'pages.sqlite');
    const long = records(1, 4_000).replaceAll('"mesh"', `"abstract":"${'word '.repeat(60)}","mesh"`);
    await buildLibrary({ inputs: [file('pages.jsonl', long)], output, builtWith: 'test' });
    const bytes = readFileSync(output);
    // Pages of the records, and of the index of their ids.
    for (const page of [20, 21, 150]) bytes.fill(0, page * 8192, (page + 1) * 8192);
    const at = bytes.indexOf('Study 3000 of');
    bytes.write('GARBAGE', at);
    writeFileSync(output, bytes);
    const { records: kept, lost, altered, alteredIds } = await repairLibrary(output, 'test');
    expect(kept).toBeGreaterThan(3_500);
    expect(kept + lost).toBe(3_999);
    expect(lost).toBeGreaterThan(0);
    expect([altered, alteredIds]).toEqual([1, ['3000']]);
    const library = await openLibraryFile(output);
    expect(library.verify(isUsableIndex)).toBeUndefined();
    library.close();
  });

  it('a library is followed through a link', async () => {
    const target = join(folder, 'target.sqlite');
    await buildLibrary({ inputs: [file('l.jsonl', records(1, 3))], output: target, builtWith: 'test' });
    const link = join(folder, 'link.sqlite');
    symlinkSync(target, link);
    await buildLibrary({ inputs: [file('l2.jsonl', records(3, 5))], output: link, builtWith: 'test' });
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(await idOf(target, '4')).toBe('4');
  });
});
