import { CitationIndex, IndexFormatError, loadIndex, serializeIndex, updateIndex } from '../corpus/index.ts';
import type { Indexer } from './libraryBuilder.ts';

/** Whether bytes are an index that can be used: of this version, and not damaged. */
export function isUsableIndex(bytes: Uint8Array): boolean {
  try {
    loadIndex(bytes);
    return true;
  } catch (error) {
    if (error instanceof IndexFormatError) return false;
    throw error;
  }
}

/** Makes the indexes that `openLibraryEngine` reads. */
export const citationIndexer: Indexer = {
  build: (records) => serializeIndex(CitationIndex.build(records)),
  update: (before, dropped, records) => {
    try {
      return serializeIndex(updateIndex(loadIndex(before), dropped, records));
    } catch (error) {
      // Damaged, or made by an older Querent.
      if (error instanceof IndexFormatError) return undefined;
      throw error;
    }
  },
};
