import type { CitationRecord } from '../../corpus/index.ts';
import { SearchError } from '../../search/index.ts';
import { formatCount } from '../../text/index.ts';
import type { RankedSource } from '../ranked/rankedEngine.ts';
import { textHash } from './denseFormat.ts';
import type { KeptVectors } from './denseFormat.ts';
import { VectorTable } from './vectorTable.ts';

/** Most numbers in all vectors together: 2 GiB of memory. */
const MOST_NUMBERS = 2 ** 29;

/** A record whose vector is to be made, or forgotten where the text is empty. */
export interface PendingVector {
  readonly id: string;
  readonly text: string;
  readonly hash: number;
}

/** The vectors of a source's records while they are gathered. */
export class GatheredVectors {
  readonly #source: RankedSource;
  readonly #docs = new Map<string, number>();
  /** Hash of the text that was embedded, -1 where none was. */
  readonly #hashes: Float64Array;
  table: VectorTable | undefined;
  /** Whether these are the vectors of all records of this very state of the data. */
  isComplete = false;

  constructor(source: RankedSource) {
    this.#source = source;
    for (let doc = 0; doc < source.documentCount; doc++) this.#docs.set(source.idOf(doc), doc);
    this.#hashes = new Float64Array(source.documentCount).fill(-1);
  }

  /** Takes over vectors; those of records that are gone are left. @throws SearchError for vectors of different lengths */
  take({ ids, hashes, vectors }: KeptVectors): void {
    this.isComplete = false;
    ids.forEach((id, i) => {
      const doc = this.#docs.get(id);
      const vector = vectors[i];
      if (doc === undefined) return;
      this.#hashes[doc] = hashes[i] ?? -1;
      if (vector === undefined) this.table?.remove(doc);
      else this.#tableFor(vector).set(doc, vector);
    });
  }

  /** The records of some documents whose text has no vector yet or has changed since, or who have a vector and no text any more. */
  outdated(from: number, to: number, textOf: (record: CitationRecord) => string): readonly PendingVector[] {
    const ids = Array.from({ length: to - from }, (_, i) => this.#source.idOf(from + i));
    const records = new Map(this.#source.records(ids).map((record) => [record.id, record]));
    return ids.flatMap((id, i) => {
      const doc = from + i;
      const record = records.get(id);
      const text = record === undefined ? '' : textOf(record);
      const hash = text === '' ? -1 : textHash(text);
      return this.#hashes[doc] === hash ? [] : [{ id, text, hash }];
    });
  }

  #tableFor(vector: Float32Array): VectorTable {
    const { documentCount, label } = this.#source;
    if (documentCount * vector.length > MOST_NUMBERS)
      throw new SearchError(
        'unsupported',
        `${label}: ${formatCount(documentCount)} vectors of ${vector.length} numbers do not fit into 2 GiB. Take a model with shorter vectors, or split the library.`,
      );
    this.table ??= new VectorTable(documentCount, vector.length);
    if (this.table.dimensions !== vector.length) throw otherLength(vector, this.table);
    return this.table;
  }
}

/** The error of a vector that is not as long as the others. */
export function otherLength(vector: Float32Array, { dimensions }: VectorTable): SearchError {
  return new SearchError(
    'internal',
    `The embedding model gave a vector of ${vector.length} numbers after vectors of ${dimensions}. Was another model started at its address?`,
  );
}
