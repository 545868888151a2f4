import { Largest } from '../ranked/largest.ts';

/** A document and how like the question it is. */
export interface Similar {
  readonly doc: number;
  /** Cosine, -1..1. */
  readonly score: number;
}

/** Documents between two looks at whether to go on: about 5 ms of work. */
const STEP = 8192;

/** Vectors of length 1 by document number, in one array; a document may have none. */
export class VectorTable {
  readonly #vectors: Float32Array;
  readonly #has: Uint8Array;
  readonly dimensions: number;
  #count = 0;

  constructor(documentCount: number, dimensions: number) {
    this.#vectors = new Float32Array(documentCount * dimensions);
    this.#has = new Uint8Array(documentCount);
    this.dimensions = dimensions;
  }

  /** Documents that have a vector. */
  get count(): number {
    return this.#count;
  }

  has(doc: number): boolean {
    return this.#has[doc] === 1;
  }

  /** @param vector of length 1, `dimensions` long */
  set(doc: number, vector: Float32Array): void {
    if (!this.has(doc)) this.#count++;
    this.#has[doc] = 1;
    this.#vectors.set(vector, doc * this.dimensions);
  }

  remove(doc: number): void {
    if (this.has(doc)) this.#count--;
    this.#has[doc] = 0;
  }

  /** The vector of a document; a view. */
  row(doc: number): Float32Array {
    return this.#vectors.subarray(doc * this.dimensions, (doc + 1) * this.dimensions);
  }

  /**
   * The `most` documents most like `question`, a vector of length 1: every document is looked at, none is left out by an approximation.
   * Best first; of equal ones the lower number first. Yields now and then, so that others have their turn.
   */
  *nearest(question: Float32Array, most: number): Generator<undefined, readonly Similar[]> {
    const documents = this.#has.length;
    const scores = new Float64Array(documents);
    const largest = new Largest(Math.min(most, this.#count));
    for (let doc = 0; doc < documents; doc++) {
      if (doc % STEP === STEP - 1) yield;
      if (!this.has(doc)) continue;
      const score = this.#cosine(question, doc);
      scores[doc] = score;
      largest.offer(score);
    }
    const best = largest.descending();
    const last = best.at(-1);
    if (last === undefined) return [];
    // As many with the last score as there is room for, in the order of the documents.
    let room = best.filter((score) => score === last).length;
    const found: Similar[] = [];
    for (let doc = 0; doc < documents; doc++) {
      if (doc % STEP === STEP - 1) yield;
      const score = scores[doc] ?? 0;
      if (!this.has(doc) || score < last || (score === last && room-- <= 0)) continue;
      found.push({ doc, score });
    }
    return found.sort((a, b) => b.score - a.score || a.doc - b.doc);
  }

  #cosine(question: Float32Array, doc: number): number {
    return dot(question, this.#vectors, doc * this.dimensions);
  }
}

/**
 * Dot product of `a` with the numbers of `b` from `at` on, added up in doubles in a fixed order: the same bits on every machine. Four sums
 * side by side keep the processor busy.
 */
function dot(a: Float32Array, b: Float32Array, at: number): number {
  const length = a.length;
  const whole = length - (length % 4);
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let i = 0; i < whole; i += 4) {
    const j = at + i;
    s0 += (a[i] ?? 0) * (b[j] ?? 0);
    s1 += (a[i + 1] ?? 0) * (b[j + 1] ?? 0);
    s2 += (a[i + 2] ?? 0) * (b[j + 2] ?? 0);
    s3 += (a[i + 3] ?? 0) * (b[j + 3] ?? 0);
  }
  for (let i = whole; i < length; i++) s0 += (a[i] ?? 0) * (b[at + i] ?? 0);
  return s0 + s1 + (s2 + s3);
}

/** The vector with length 1; undefined for one without a direction (nothing but zeros, or numbers that are none). */
export function normalised(vector: Float32Array): Float32Array | undefined {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length > 0 && Number.isFinite(length) ? vector.map((value) => value / length) : undefined;
}
