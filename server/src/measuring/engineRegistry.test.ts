import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { EngineRegistry } from './engineRegistry.ts';
import { engineTarget } from './engineTarget.ts';
import { SeedsReader } from './seeds.ts';
import { parseStrategy } from '@querent/core/strategy';
import { TestEngine } from './testEngine.ts';

const folder = mkdtempSync(join(tmpdir(), 'querent-measuring-'));
writeFileSync(join(folder, 'library.sqlite'), '');
writeFileSync(join(folder, 'export.nbib'), '');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const context = { directory: folder, workspaceFolders: [], libraryPath: '', networkPaths: true };

describe('engineTarget', () => {
  it.each([
    ['pubmed', { kind: 'pubmed' }],
    [' PubMed ', { kind: 'pubmed' }],
    ['ctgov', { kind: 'ctgov' }],
    [' CTGOV ', { kind: 'ctgov' }],
    ['library.sqlite', { kind: 'library', path: join(folder, 'library.sqlite') }],
    ['./export.nbib', { kind: 'citations', path: join(folder, 'export.nbib') }],
    [folder, { kind: 'citations', path: folder }],
    ['gone.sqlite', { kind: 'error', message: expect.stringContaining(join(folder, 'gone.sqlite')) }],
    [undefined, { kind: 'none', message: expect.stringContaining('querent.library.path') }],
    ['', { kind: 'none' }],
  ])('%j', (database, expected) => {
    expect(engineTarget(database, context)).toMatchObject(expected);
  });

  it.each([
    ['ctgov', { kind: 'ctgov' }],
    ['library.sqlite', { kind: 'library', path: join(folder, 'library.sqlite') }],
    ['pubmed', { kind: 'error', message: expect.stringContaining('database: ctgov') }],
    [undefined, { kind: 'none', message: expect.stringContaining('database: ctgov') }],
  ])(
    'for expressions of ClinicalTrials.gov: %j, and never the library of the settings',
    (database, expected) => {
      const trials = { ...context, libraryPath: 'library.sqlite', language: 'ctgov' } as const;
      expect(engineTarget(database, trials)).toMatchObject(expected);
    },
  );

  it('falls back to the setting, looked for in the workspace', () => {
    expect(
      engineTarget(undefined, {
        directory: undefined,
        workspaceFolders: [folder],
        libraryPath: 'library.sqlite',
        networkPaths: false,
      }),
    ).toEqual({ kind: 'library', path: join(folder, 'library.sqlite') });
  });

  it.each([String.raw`\\host\share\a.sqlite`, '//host/share/a.sqlite', String.raw`\\?\UNC\host\a.sqlite`])(
    'asks no other machine for %s in Restricted Mode, and watches nothing there',
    (database) => {
      expect(engineTarget(database, { ...context, networkPaths: false })).toMatchObject({
        kind: 'error',
        message: expect.stringContaining('Restricted Mode'),
        paths: [],
      });
      const { frontMatter } = parseStrategy(`---\nseeds: '${database}.txt'\n---\n`);
      const seeds = new SeedsReader().read(frontMatter, folder, [], false);
      expect(seeds).toEqual({ ids: [], problem: expect.stringContaining('Restricted Mode') });
    },
  );

  it('names the setting when the file of the setting is missing', () => {
    expect(engineTarget(undefined, { ...context, libraryPath: 'gone.sqlite' })).toMatchObject({
      kind: 'error',
      message: expect.stringContaining('querent.library.path'),
    });
  });
});

describe('EngineRegistry', () => {
  it('opens once, tells when it is there, reloads a changed file and closes the old engine', async () => {
    const path = join(folder, 'changing.sqlite');
    writeFileSync(path, 'a');
    const engines: TestEngine[] = [];
    const changed = vi.fn();
    const registry = new EngineRegistry(
      {
        open: async () => {
          engines.push(new TestEngine());
          return engines.at(-1) ?? new TestEngine();
        },
      },
      changed,
    );
    const target = { kind: 'library', path } as const;
    expect(registry.state(target)).toEqual({ kind: 'loading' });
    const [first, second] = await Promise.all([registry.engine(target), registry.engine(target)]);
    expect(first).toBe(second);
    expect(registry.state(target)).toMatchObject({ kind: 'ready', live: false });
    expect(changed).toHaveBeenCalledTimes(1);
    writeFileSync(path, 'longer');
    registry.checkFiles();
    expect(await registry.engine(target)).not.toBe(first);
    expect(engines).toHaveLength(2);
    await vi.waitFor(() => expect(engines[0]?.closed).toBe(true));
    await registry.close();
    expect(engines[1]?.closed).toBe(true);
  });

  it('keeps a failure until retried', async () => {
    let tries = 0;
    const registry = new EngineRegistry(
      {
        open: async () => {
          if (tries++ === 0) throw new Error('not a database');
          return new TestEngine();
        },
      },
      () => {},
    );
    const target = { kind: 'library', path: join(folder, 'library.sqlite') } as const;
    await expect(registry.engine(target)).rejects.toMatchObject({
      code: 'bad-library',
      message: 'not a database',
    });
    expect(registry.state(target)).toEqual({ kind: 'error', message: 'not a database' });
    await expect(registry.engine(target)).rejects.toThrow('not a database');
    registry.retry();
    expect((await registry.engine(target)).id).toBe('test');
    await registry.close();
  });

  it('closes what no document needs', async () => {
    const engine = new TestEngine();
    const registry = new EngineRegistry({ open: async () => engine }, () => {});
    await registry.engine({ kind: 'pubmed' });
    await registry.keepOnly([]);
    expect(engine.closed).toBe(true);
    await registry.close();
  });
});

describe('SeedsReader', () => {
  const frontMatter = (seeds: string): ReturnType<typeof parseStrategy>['frontMatter'] =>
    parseStrategy(`---\nseeds: ${seeds}\n---\n`).frontMatter;

  it('reads seeds inline, from a file, and again when the file changed', () => {
    const reader = new SeedsReader();
    expect(reader.read(frontMatter('[1, 2]'), folder, [])).toEqual({ ids: ['1', '2'] });
    const path = join(folder, 'seeds.txt');
    writeFileSync(path, '11\n12 // comment\n');
    expect(reader.read(frontMatter('seeds.txt'), folder, [])).toMatchObject({
      ids: ['11', '12'],
      file: path,
    });
    writeFileSync(path, '11\n12\n13\n');
    expect(reader.read(frontMatter('seeds.txt'), undefined, [folder]).ids).toEqual(['11', '12', '13']);
  });

  it('says which line is no id and keeps the others', () => {
    writeFileSync(join(folder, 'odd.txt'), '11\nnonsense\n');
    const seeds = new SeedsReader().read(frontMatter('odd.txt'), folder, []);
    expect(seeds.ids).toEqual(['11']);
    expect(seeds.problem).toContain('line 2');
  });

  it('names a file that is not there', () => {
    expect(new SeedsReader().read(frontMatter('gone.txt'), folder, [])).toMatchObject({
      ids: [],
      problem: expect.stringContaining(join(folder, 'gone.txt')),
    });
  });
});
