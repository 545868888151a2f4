import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { memoryEngine } from '../../../connectors/index.ts';
import type { LocalEngine } from '../../../connectors/index.ts';
import type { CitationRecord } from '../../../corpus/index.ts';
import { importCitations } from '../../../corpus/index.ts';
import { loadThesaurus } from '../../../mesh/index.ts';
import type { DescriptorJson } from '../../../mesh/index.ts';

const samples = join(import.meta.dirname, '../../../../../samples');

/** The invented records of the sample workspace, with their thesaurus. */
export async function sampleLibrary(): Promise<{
  readonly engine: LocalEngine;
  readonly bare: LocalEngine;
  readonly records: readonly CitationRecord[];
}> {
  const bytes = readFileSync(join(samples, 'citations.jsonl'));
  const records: CitationRecord[] = [];
  const chunks = (async function* () {
    yield new Uint8Array(bytes);
  })();
  for await (const item of importCitations(chunks, 'citations.jsonl'))
    if (item.kind === 'record') records.push(item.record);
  const rows = readFileSync(join(samples, 'thesaurus.jsonl'), 'utf8').split('\n').filter(Boolean);
  const thesaurus = loadThesaurus(rows.map((row) => JSON.parse(row) as DescriptorJson));
  return { engine: memoryEngine(records, { thesaurus }), bare: memoryEngine(records), records };
}

const terms = [
  'falls[tiab]',
  'exercise[tiab]',
  '"Accidental Falls"[mh]',
  '"Exercise"[mh]',
  'stroke[tiab]',
  '"older women"[tiab]',
  'balance[tiab]',
  'randomised[tiab]',
  'programme[tiab]',
  'tai chi',
  '"Stroke"[mh:noexp]',
  'rehabilit*[tiab]',
  'hypertension[ti]',
  'trial[tiab]',
  'nothing[tiab]',
  'english[la]',
  '2010:2020[dp]',
];

/** Queries of up to some twenty terms with every operator and nesting; all have a meaning. */
export const queries: fc.Arbitrary<string> = fc.letrec<{ query: string; operand: string }>((tie) => ({
  query: fc
    .tuple(
      fc.array(tie('operand'), { minLength: 1, maxLength: 4 }),
      fc.array(fc.constantFrom('OR', 'OR', 'AND', 'AND', 'NOT'), { minLength: 3, maxLength: 3 }),
    )
    .map(([operands, operators]) =>
      operands.map((operand, i) => (i === 0 ? operand : `${operators[i - 1]} ${operand}`)).join(' '),
    ),
  operand: fc.oneof(
    { maxDepth: 3 },
    { weight: 3, arbitrary: fc.constantFrom(...terms) },
    { weight: 2, arbitrary: tie('query').map((query) => `(${query})`) },
  ),
})).query;
