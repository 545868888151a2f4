import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { importCitations } from '@querent/core/corpus';
import type { CitationRecord } from '@querent/core/corpus';
import type { Thesaurus } from '@querent/core/mesh';
import { Random } from '../fuzz/random.ts';
import { missingStrategies, realThesaurus } from '../report/realData.ts';
import { withDetails } from './details.ts';

const root = resolve(import.meta.dirname, '../..');
const citations = resolve(root, process.env['QUERENT_DATA'] ?? '../shared/data', 'corpus/citations.jsonl.gz');

/** Why the real records cannot be read, or undefined where they can. */
export const missingRecords: string | undefined = existsSync(citations)
  ? missingStrategies
  : `The real records are not here: ${citations} (set QUERENT_DATA to the folder of the data).`;

/** What is searched. */
export interface VerifyData {
  readonly records: readonly CitationRecord[];
  readonly thesaurus: Thesaurus | undefined;
}

/** `count` of the real records, drawn by `seed`; a part of them with invented details, see {@link withDetails}. */
async function loadRecords(count: number, seed: number): Promise<readonly CitationRecord[]> {
  const bytes = gunzipSync(readFileSync(citations));
  const all: CitationRecord[] = [];
  async function* whole(): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  for await (const item of importCitations(whole(), 'citations.jsonl'))
    if (item.kind === 'record') all.push(item.record);
  const random = new Random(seed);
  for (let i = 0; i < Math.min(count, all.length); i++) {
    const other = i + random.below(all.length - i);
    [all[i], all[other]] = [all[other] as CitationRecord, all[i] as CitationRecord];
  }
  return all.slice(0, count).map((record) => withDetails(record, random));
}

/** Records and MeSH. Takes some ten seconds for 20,000 records. */
export async function loadData(count: number, seed: number): Promise<VerifyData> {
  return { records: await loadRecords(count, seed), thesaurus: realThesaurus() };
}
