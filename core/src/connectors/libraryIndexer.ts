import { CitationIndex, IndexFormatError, loadIndex, serializeIndex, updateIndex } from '../corpus/index.ts';
import type { Indexer } from './libraryBuilder.ts';

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
