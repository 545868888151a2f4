import type { LocalEngine } from '@querent/core/connectors';
import { SearchError } from '@querent/core/search';
import type { Passages } from '@querent/core/tasks';

/** Titles and abstracts of a library's records, a line each. */
export function libraryPassages(library: LocalEngine): Passages {
  return {
    async texts(ids, signal) {
      if (signal?.aborted === true) throw new SearchError('aborted', 'The search was cancelled.');
      const found = new Map(library.records(ids).map((record) => [record.id, record]));
      return ids.map((id) => {
        // A record that was merged with another answers to its former id as well.
        const record = found.get(id) ?? library.records([id])[0];
        if (record === undefined) return undefined;
        return record.abstract === '' ? record.title : `${record.title}\n${record.abstract}`;
      });
    },
  };
}
