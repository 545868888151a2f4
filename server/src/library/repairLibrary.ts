import { stat } from 'node:fs/promises';
import { citationIndexer, type Library } from '@querent/core/connectors';
import { BuildError } from './buildError.ts';
import { explainFault } from './buildFault.ts';
import { openDraft } from './libraryDraft.ts';
import { openLibraryFile } from './openLibraryFile.ts';

/** What a repair did. */
export interface RepairSummary {
  /** Records in the library afterwards. */
  readonly records: number;
  /** Records that could not be read any more. */
  readonly lost: number;
  /** Records that were kept though they are not as they were written, and their ids. */
  readonly altered: number;
  readonly alteredIds: readonly string[];
  readonly seconds: number;
  readonly bytes: number;
}

/**
 * Makes a library anew from its own records: the way out when its index is damaged or of another version, or when some of it cannot be
 * read. What can be read of records and MeSH is kept. The old file stays as it is until the new one is complete.
 * @throws LibraryError when the file is no library, BuildError when nothing of it can be read or the new one cannot be written.
 */
export async function repairLibrary(path: string, builtWith: string): Promise<RepairSummary> {
  const started = performance.now();
  const damaged = await openLibraryFile(path, path);
  try {
    const { size, mtimeMs } = await stat(path);
    const draft = await openDraft(path, true, `repair ${size} ${mtimeMs} ${process.hrtime.bigint()}`);
    try {
      const { builder } = draft;
      const alteredIds: string[] = [];
      let read = 0;
      for (const { record, isSound } of damaged.readable()) {
        builder.add(record);
        read++;
        if (!isSound) alteredIds.push(record.id);
      }
      if (read === 0 && damaged.info.records > 0)
        throw new BuildError(
          `No record of ${path} can be read. Build it again from the citation files: querent corpus build INPUT... --out ${path} --rebuild`,
        );
      copyRest(damaged, builder);
      const records = builder.size;
      const bytes = builder.finish({
        builtAt: new Date().toISOString(),
        builtWith,
        indexer: citationIndexer,
      });
      const written = await draft.publish(bytes, undefined);
      return {
        records,
        lost: Math.max(0, damaged.info.records - read),
        altered: alteredIds.length,
        alteredIds,
        seconds: (performance.now() - started) / 1000,
        bytes: written,
      };
    } finally {
      await draft.close(false);
    }
  } catch (error) {
    throw explainFault(error, path, ` ${path} is as it was.`) ?? error;
  } finally {
    damaged.close();
  }
}

/** What belongs to a library beside its records, as far as it can be read. */
function copyRest(
  damaged: Library,
  builder: {
    setAlias(id: string, successor: string): void;
    setThesaurus(thesaurus: NonNullable<ReturnType<Library['thesaurus']>>): void;
    setSource(name: string, records: number, at: string): void;
  },
): void {
  try {
    for (const [id, successor] of damaged.aliases()) builder.setAlias(id, successor);
  } catch {
    // The table of former ids is damaged: the records are still known by their present ones.
  }
  try {
    const mesh = damaged.thesaurus();
    if (mesh !== undefined) builder.setThesaurus(mesh);
  } catch {
    // MeSH is damaged: it can be put in again with --mesh, and counts say that it is missing.
  }
  for (const { name, records, importedAt } of damaged.info.sources)
    builder.setSource(name, records, importedAt);
}
