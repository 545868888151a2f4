import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadThesaurus } from '../mesh/index.ts';
import { parseQuery } from '../pubmed/index.ts';
import { translateQuery, translateTerm } from './index.ts';

const data = process.env['QUERENT_DATA'] ?? '../shared/data';
const mesh = join(data, 'mesh/mesh2024_descriptors.jsonl.gz');
const recorded = join(data, 'pubmed');
const hasData = existsSync(mesh) && existsSync(recorded);
if (!hasData) console.warn(`Skipped: recorded translations need ${recorded} and ${mesh} (set QUERENT_DATA).`);

const lines = hasData ? gunzipSync(readFileSync(mesh)).toString('utf8').split('\n') : [];
const thesaurus = loadThesaurus(lines, '2024');

function translation(query: string): string {
  const { root } = parseQuery(query);
  return root === undefined ? '' : translateQuery(root, { thesaurus });
}

/** Case is irrelevant in PubMed, and its services print white space and outer parentheses as they like. */
function canonical(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ').trim();
}

interface Recording {
  readonly name: string;
  readonly query: string;
  readonly recorded: string;
}

function srws(): Recording[] {
  if (!hasData) return [];
  return readFileSync(join(recorded, 'recorded_esearch_srws.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { id: string; query: string; querytranslation?: string })
    .filter(({ querytranslation }) => querytranslation !== undefined)
    .map(({ id, query, querytranslation }) => ({ name: id, query, recorded: querytranslation ?? '' }));
}

/** What was asked; the recordings of Biopython hold the answers only. Dates were given as parameters of the service. */
const ASKED: Readonly<Record<string, string>> = {
  'esearch1.xml': 'biopython',
  'esearch2.xml': 'cancer AND 2025/09/27:2025/11/26[edat]',
  'esearch3.xml': 'PNAS[ta] AND 97[vi]',
  'esearch5.xml': 'stem cells AND hasabstract',
  'esearch6.xml': 'biomol trna[prop]',
  'esearch7.xml': '000200020[molecular weight]',
  'esearch8.xml': 'abcXYZ',
};

function biopython(): Recording[] {
  if (!hasData) return [];
  const answers = JSON.parse(readFileSync(join(recorded, 'recorded_esearch_biopython.json'), 'utf8')) as {
    file: string;
    querytranslation: string;
  }[];
  return answers.map(({ file, querytranslation }) => {
    const name = file.split('/').at(-1) ?? file;
    return { name, query: ASKED[name] ?? '', recorded: querytranslation };
  });
}

/** Outcomes that differ, with the reason and what the simulation says instead: a change either way fails. */
const DIFFERENCES: Readonly<Record<string, { readonly why: string; readonly simulated: string }>> = {
  'esearch2.xml': {
    why: 'word forms: PubMed adds cancerous and the like from its own index; MeSH knows the plural only',
    simulated:
      '("neoplasms"[MeSH Terms] OR "neoplasms"[All Fields] OR "cancer"[All Fields] OR "cancers"[All Fields]) AND 2025/09/27:2025/11/26[Date - Entry]',
  },
  'esearch6.xml': {
    why: 'another database (Nucleotide), whose field [prop] PubMed does not have',
    simulated:
      '"biomol"[All Fields] AND ("rna, transfer"[MeSH Terms] OR ("rna"[All Fields] AND "transfer"[All Fields]) OR "transfer rna"[All Fields] OR "trna"[All Fields])',
  },
  'esearch7.xml': {
    why: 'another database (Protein), whose field [molecular weight] PubMed does not have',
    simulated: '"000200020"[All Fields]',
  },
  'esearch8.xml': {
    why: 'the service of its time printed words that it did not find without quotes',
    simulated: '"abcXYZ"[All Fields]',
  },
};

const recordings = [...srws(), ...biopython()];

describe.skipIf(!hasData)('recorded translations', () => {
  it('are all there', () => {
    expect(recordings).toHaveLength(15);
    expect(recordings.filter(({ name }) => DIFFERENCES[name] === undefined)).toHaveLength(11);
  });

  it.each(recordings)('$name: $query', ({ name, query, recorded: expected }) => {
    const simulated = canonical(translation(query));
    const difference = DIFFERENCES[name];
    if (difference === undefined) expect(simulated).toBe(canonical(expected));
    else {
      expect(simulated).toBe(canonical(difference.simulated));
      expect(simulated).not.toBe(canonical(expected));
    }
  });

  /**
   * Translations that were published: the PubMed User Guide, recorded answers in the documentation of public clients, a textbook. Needless
   * parentheses are left out, and hyphens of headings are spaces, as in the recordings of now. Those of before 2020 lack the forms of
   * single words that PubMed adds since.
   */
  it.each([
    [
      'child rearing',
      '"child rearing"[MeSH Terms] OR ("child"[All Fields] AND "rearing"[All Fields]) OR "child rearing"[All Fields]',
    ],
    [
      'adrenocortical carcinoma',
      '"adrenocortical carcinoma"[MeSH Terms] OR ("adrenocortical"[All Fields] AND "carcinoma"[All Fields]) OR "adrenocortical carcinoma"[All Fields]',
    ],
    [
      'breast cancer',
      '"breast neoplasms"[MeSH Terms] OR ("breast"[All Fields] AND "neoplasms"[All Fields]) OR "breast neoplasms"[All Fields] OR ("breast"[All Fields] AND "cancer"[All Fields]) OR "breast cancer"[All Fields]',
    ],
    [
      'ace inhibitors',
      '"angiotensin converting enzyme inhibitors"[Pharmacological Action] OR "angiotensin converting enzyme inhibitors"[MeSH Terms] OR ("angiotensin converting"[All Fields] AND "enzyme"[All Fields] AND "inhibitors"[All Fields]) OR "angiotensin converting enzyme inhibitors"[All Fields] OR ("ace"[All Fields] AND "inhibitors"[All Fields]) OR "ace inhibitors"[All Fields]',
    ],
    ['Hepatolenticular Degeneration[Mesh]', '"hepatolenticular degeneration"[MeSH Terms]'],
    ['"Kinnier-Wilson"[tiab]', '"Kinnier-Wilson"[Title/Abstract]'],
    ['("1800/01/01"[edat] : "2018/12/23"[edat])', '1800/01/01:2018/12/23[Date - Entry]'],
    ['2024/10/17[edat]', '2024/10/17[Date - Entry]'],
  ])('published: %s', (query, expected) => expect(canonical(translation(query))).toBe(canonical(expected)));

  /** What the documented rules give; there is no recording to compare with. */
  it.each([
    [
      'heart attack aspirin prevention',
      '("myocardial infarction"[MeSH Terms] OR ("myocardial"[All Fields] AND "infarction"[All Fields]) OR "myocardial infarction"[All Fields] OR ("heart"[All Fields] AND "attack"[All Fields]) OR "heart attack"[All Fields]) AND ("aspirin"[MeSH Terms] OR "aspirin"[All Fields]) AND ("prevention and control"[MeSH Subheading] OR ("prevention"[All Fields] AND "control"[All Fields]) OR "prevention and control"[All Fields] OR "prevention"[All Fields])',
    ],
    ['protein c', '"protein c"[MeSH Terms] OR "protein c"[All Fields]'],
  ])('by the rules: %s', (query, expected) =>
    expect(canonical(translation(query))).toBe(canonical(expected)),
  );

  /** Mappings of PubMed's subject table that do not come from MeSH, with what the simulation says instead. */
  it.each([
    [
      'acid reflux',
      'UMLS synonym of Gastroesophageal Reflux',
      /^\("acids"\[mesh terms\].* and "reflux"\[all fields\]$/,
    ],
    [
      'BRCA1',
      'supplementary concept "BRCA1 protein, human" and UMLS synonym of Genes, BRCA1',
      /^"brca1"\[all fields\]$/,
    ],
    ['"depression"[Mesh]', 'older indexing: PubMed adds Depressive Disorder', /^"depression"\[mesh terms\]$/],
    ['"sheep"[Mesh]', 'older indexing: PubMed adds Sheep, Domestic', /^"sheep"\[mesh terms\]$/],
  ])('published, and out of reach: %s (%s)', (query, _, expected) =>
    expect(canonical(translation(query))).toMatch(expected),
  );

  it('takes less than a millisecond a term', () => {
    const terms = [
      'heart attack aspirin prevention',
      'randomised controlled trials of tumour necrosis factor in crohn disease',
      'zzqx yywv uuts rrpo',
    ];
    const nodes = terms.map((term) => parseQuery(term).root).filter((node) => node?.kind === 'term');
    const run = (): void => {
      for (const node of nodes) translateTerm(node, { thesaurus });
    };
    // The best of several, since other tests run beside this one.
    const times = Array.from({ length: 50 }, () => {
      const started = performance.now();
      run();
      return (performance.now() - started) / nodes.length;
    });
    expect(nodes).toHaveLength(3);
    expect(Math.min(...times)).toBeLessThan(1);
  });
});
