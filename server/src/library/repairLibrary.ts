import { stat } from 'node:fs/promises';
import { citationIndexer, type Library } from '@querent/core/connectors';
import { BuildError } from './buildError.ts';
import { openDraft } from './libraryDraft.ts';
import { openLibraryFile } from './openLibraryFile.ts';

/** What a repair did. */
export interface RepairSummary {
  /** Records in the library afterwards. */
  readonly records: number;
  /** Records that could not be read any more. */
  readonly lost: number;
  readonly seconds: number;
  readonly bytes: number;
}

/**
 * Makes a library anew from its own records: the way out when its index is damaged or of another version, or when some of it cannot be
 * read. What can be read of records and MeSH is kept. The old file stays as it is until the new one is complete.
 * @throws LibraryError when the file is no library, BuildError when nothing of it can be read.
 */
export async function repairLibrary(path: string, builtWith: string): Promise<RepairSummary> {
  const started = performance.now();
  const damaged = await openLibraryFile(path, path);
  try {
    const draft = await openDraft(path, true, `repair ${JSON.stringify(await stat(path))}`);
    try {
      const { builder } = draft;
      const ids = new Set<string>();
      for (const record of readable(damaged)) {
        builder.add(record);
        ids.add(record.id);
      }
      if (ids.size === 0 && damaged.info.records > 0)
        throw new BuildError(
          `No record of ${path} can be read. Build it again from the citation files: querent corpus build INPUT... --out ${path} --rebuild`,
        );
      const mesh = attempt(() => damaged.thesaurus());
      if (mesh !== undefined) builder.setThesaurus(mesh);
      for (const { name, records, importedAt } of damaged.info.sources)
        builder.setSource(name, records, importedAt);
      const records = builder.size;
      const bytes = builder.finish({
        builtAt: new Date().toISOString(),
        builtWith,
        indexer: citationIndexer,
      });
      const size = await draft.publish(bytes, undefined);
      return {
        records,
        lost: Math.max(0, damaged.info.records - ids.size),
        seconds: (performance.now() - started) / 1000,
        bytes: size,
      };
    } finally {
      await draft.close(false);
    }
  } finally {
    damaged.close();
  }
}

/** The records that can be read: all in one go, and where that breaks off, one by one. */
function* readable(library: Library): Generator<ReturnType<Library['recordsByIds']>[number]> {
  const seen = new Set<string>();
  try {
    for (const record of library.records()) {
      seen.add(record.id);
      yield record;
    }
    return;
  } catch {
    // Some page is damaged; what lies behind it may be sound.
  }
  for (const id of attempt(() => library.ids()) ?? [])
    if (!seen.has(id)) {
      const record = attempt(() => library.record(id));
      if (record !== undefined) yield record;
    }
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
