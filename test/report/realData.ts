import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { loadThesaurus } from '@querent/core/mesh';
import type { Thesaurus } from '@querent/core/mesh';
import { ReportError } from './report.ts';

/** A strategy, filter or block as somebody published it. */
export interface RealStrategy {
  readonly id: string;
  readonly platform: 'pubmed' | 'ovid-medline';
  readonly kind: 'strategy' | 'filter' | 'block';
  /** `human`, or who else had a hand in it. */
  readonly authored: string;
  readonly query: string;
}

const root = resolve(import.meta.dirname, '../..');
const data = resolve(root, process.env['QUERENT_DATA'] ?? '../shared/data');
const strategiesFile = resolve(data, 'strategies/strategies.jsonl.gz');
const meshFile = resolve(data, 'mesh/mesh2024_descriptors.jsonl.gz');

/** Why the real strategies cannot be read, or undefined where they can. */
export const missingStrategies: string | undefined = existsSync(strategiesFile)
  ? undefined
  : `The real strategies are not here: ${strategiesFile} (set QUERENT_DATA to the folder of the data).`;

/**
 * All real strategies, in the order of the file.
 * @throws ReportError where they are missing
 */
export function realStrategies(): readonly RealStrategy[] {
  if (missingStrategies !== undefined) throw new ReportError(missingStrategies);
  return linesOf(strategiesFile).map((line) => JSON.parse(line) as RealStrategy);
}

/** Full MeSH, or undefined where it is missing. Takes a second or two. */
export function realThesaurus(): Thesaurus | undefined {
  return existsSync(meshFile) ? loadThesaurus(linesOf(meshFile), '2024') : undefined;
}

function linesOf(file: string): string[] {
  return gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
}
