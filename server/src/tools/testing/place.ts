import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { memoryEngine } from '@querent/core/connectors';
import type { CitationRecord } from '@querent/core/corpus';
import { loadThesaurus } from '@querent/core/mesh';
import { SearchError } from '@querent/core/search';
import type { SearchEngine } from '@querent/core/search';
import { runTool } from '../index.ts';
import type { ToolAnswer, ToolContext } from '../index.ts';

/** A folder with files, a library in memory, and tools over both. */
export interface Place {
  readonly folder: string;
  readonly engine: SearchEngine;
  /** Targets that were opened. */
  readonly opened: string[];
  /** Writes a file and gives its path. */
  file(name: string, content: string | Uint8Array): string;
  context(changes?: Partial<ToolContext>): ToolContext;
  readonly run: (name: string, input: unknown, changes?: Partial<ToolContext>) => Promise<ToolAnswer>;
  dispose(): Promise<void>;
}

const thesaurus = loadThesaurus(
  [
    { ui: 'D000058', name: 'Accidental Falls', entry: ['Falls', 'Slip and Fall'], tree: ['N06.850.135.122'] },
    {
      ui: 'D015444',
      name: 'Exercise',
      entry: ['Physical Activity', 'Training'],
      tree: ['G11.427.410.698.277'],
    },
  ].map((descriptor) => JSON.stringify(descriptor)),
  '2024',
);

/** A place whose default library holds `records`. */
export function placeOf(records: readonly CitationRecord[]): Place {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'querent-tools-')));
  const engine = memoryEngine(records, { label: 'library.sqlite', thesaurus });
  const opened: string[] = [];
  const file = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  };
  const context = (changes: Partial<ToolContext> = {}): ToolContext => ({
    roots: [folder],
    library: file('library.sqlite', 'in memory'),
    libraries: [],
    live: false,
    levels: {},
    budget: 1500,
    recallFloor: 0,
    rounds: 1,
    defaultLibraryHint: 'start the server with --corpus LIBRARY',
    liveHint: 'start the server with --live',
    documents: [],
    engine: async (target) => {
      opened.push('path' in target ? target.path : target.kind);
      if (target.kind !== 'library' || !target.path.endsWith('library.sqlite'))
        throw new SearchError('bad-library', `${'path' in target ? target.path : 'PubMed'} is no library.`);
      return engine;
    },
    thesaurus: async (of) => (of === undefined ? undefined : thesaurus),
    models: async () => [],
    ...changes,
  });
  return {
    folder,
    engine,
    opened,
    file,
    context,
    run: (name, input, changes) => runTool(name, input, context(changes), new AbortController().signal),
    dispose: async () => {
      rmSync(folder, { recursive: true, force: true });
      await engine.close();
    },
  };
}
