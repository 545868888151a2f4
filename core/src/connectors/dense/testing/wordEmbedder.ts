import type { Embedder } from '../../../search/index.ts';

/** A real embedder in its way: a text is the sum of a vector for each of its words, made from the word's letters ("feature hashing"). */
export interface WordEmbedder extends Embedder {
  /** Texts that it was asked for, batch by batch. */
  readonly asked: (readonly string[])[];
}

/** Texts that share words are alike; the same text always has the same vector. A text without a word has one of zeros. */
export function wordEmbedder(dimensions = 32, id = 'words'): WordEmbedder {
  const asked: (readonly string[])[] = [];
  return {
    id,
    asked,
    async embed(texts, signal) {
      signal?.throwIfAborted();
      asked.push(texts);
      return texts.map((text) => vectorOf(text, dimensions, id));
    },
  };
}

function vectorOf(text: string, dimensions: number, salt: string): Float32Array {
  const vector = new Float32Array(dimensions);
  for (const word of text.toLowerCase().match(/[a-z0-9]+/g) ?? [])
    for (let i = 0; i < dimensions; i++)
      vector[i] = (vector[i] ?? 0) + (hash(`${salt} ${word} ${i}`) % 7) - 3;
  return vector;
}

function hash(text: string): number {
  let value = 7;
  for (const letter of text) value = (Math.imul(value, 31) + (letter.codePointAt(0) ?? 0)) >>> 0;
  return Math.imul(value ^ (value >>> 15), 0x2c1b3c6d) >>> 8;
}
