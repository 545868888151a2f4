import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadThesaurus } from '@querent/core/mesh';
import type { Thesaurus } from '@querent/core/mesh';
import { missingStrategies, realStrategies, realThesaurus } from '../report/realData.ts';

/** What is spoilt: the real strategies with full MeSH, or the samples of the project where the data is missing. */
export function fuzzTexts(): { texts: readonly string[]; thesaurus: Thesaurus | undefined; from: string } {
  if (missingStrategies === undefined) {
    const texts = realStrategies().map(({ query }) => query);
    return { texts, thesaurus: realThesaurus(), from: `${texts.length} real strategies` };
  }
  const texts = sampleTexts();
  return {
    texts,
    thesaurus: sampleThesaurus(),
    from: `${texts.length} samples of the project (${missingStrategies})`,
  };
}

const samples = resolve(import.meta.dirname, '../../samples');

/** The strategies that the project ships; always the same, with or without the data. */
export function sampleTexts(): readonly string[] {
  return readdirSync(samples)
    .filter((name) => name.endsWith('.pubmed'))
    .sort()
    .map((name) => readFileSync(join(samples, name), 'utf8'));
}

/** The small thesaurus of the samples. */
export function sampleThesaurus(): Thesaurus {
  return loadThesaurus(readFileSync(join(samples, 'thesaurus.jsonl'), 'utf8').trim().split('\n'), 'sample');
}
