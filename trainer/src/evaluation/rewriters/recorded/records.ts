/** One attempt in a file of recorded outputs. */
export type RecordedAttempt =
  | { readonly kind: 'query'; readonly query: string }
  | { readonly kind: 'completion'; readonly completion: string }
  | { readonly kind: 'ranking'; readonly ids: readonly string[] };

/** What a file holds, by the id that it gives topics. */
export interface Recording {
  /** For people: `DeepRetrieval`, `TREC run` ... */
  readonly format: string;
  /** Several attempts at a topic are its samples, in the order of the file. */
  readonly attempts: ReadonlyMap<string, readonly RecordedAttempt[]>;
  /** Whether topics are named by their place in the topics file, from 0. */
  readonly isByPosition: boolean;
}

/** Collects attempts by id, in the order in which they come. */
export class Attempts {
  readonly #byId = new Map<string, RecordedAttempt[]>();

  add(id: string, attempt: RecordedAttempt): void {
    const attempts = this.#byId.get(id);
    if (attempts === undefined) this.#byId.set(id, [attempt]);
    else attempts.push(attempt);
  }

  recording(format: string, isByPosition = false): Recording {
    return { format, attempts: this.#byId, isByPosition };
  }
}
