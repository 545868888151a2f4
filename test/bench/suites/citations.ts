import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { importCitations } from '@querent/core/corpus';
import type { CitationRecord } from '@querent/core/corpus';
import { readCitationFile } from '../../../server/src/library/citationFile.ts';
import { Random } from '../../fuzz/random.ts';

const data = resolve(process.env['QUERENT_DATA'] ?? join(import.meta.dirname, '../../../../shared/data'));

/** The files of the citation data that suites read. */
export const dataFiles = {
  citations: join(data, 'corpus/citations.jsonl.gz'),
  mesh: join(data, 'mesh/mesh2024_descriptors.jsonl.gz'),
  strategies: join(data, 'strategies/strategies.jsonl.gz'),
};

/** Why a suite cannot run, or undefined where all of `files` are here. */
export function missingData(files: readonly string[]): string | undefined {
  const missing = files.filter((file) => !existsSync(file));
  if (missing.length === 0) return undefined;
  return `Skipped: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not here. Set QUERENT_DATA to the folder of the data.`;
}

/** All real citations. */
export async function realCitations(): Promise<CitationRecord[]> {
  const records: CitationRecord[] = [];
  const chunks = readCitationFile(dataFiles.citations, () => undefined);
  for await (const item of importCitations(chunks, 'citations.jsonl'))
    if (item.kind === 'record') records.push(item.record);
  return records;
}

/**
 * `count` citations: the first of the real ones, or all of them and then more, each made of the title of one real citation, the
 * sentences of the abstracts of two others, and the facts of a fourth. The same ones at every call. What is made has no new words, so
 * a vocabulary grows less than it would with real citations.
 */
export function* enlarged(real: readonly CitationRecord[], count: number): Generator<CitationRecord> {
  yield* real.slice(0, count);
  const random = new Random(1);
  for (let i = real.length; i < count; i++) {
    const [title, first, second, facts] = [1, 2, 3, 4].map(() => random.pick(real));
    yield {
      ...(facts as CitationRecord),
      id: String(100_000_000 + i),
      title: title?.title ?? '',
      abstract: `${half(first?.abstract ?? '', 0)} ${half(second?.abstract ?? '', 1)}`.trim(),
    };
  }
}

/** The first or the second half of the sentences of a text. */
function half(text: string, which: 0 | 1): string {
  const sentences = text.split(/(?<=\.) /);
  const middle = Math.ceil(sentences.length / 2);
  return (which === 0 ? sentences.slice(0, middle) : sentences.slice(middle)).join(' ');
}
