/**
 * The service emits the shapes that were recorded from NCBI: both are walked, and what one has and the other has not must be in the list of
 * differences that are accepted, with the reason.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEutilsService } from './index.ts';
import type { EutilsService } from './index.ts';
import { jsonShape, xmlShape } from './testing/shape.ts';

const folder = join(process.env['QUERENT_DATA'] ?? '../shared/data', 'eutils');
const hasData = existsSync(folder);
if (!hasData) console.warn(`Skipped: the shapes of real answers need ${folder} (set QUERENT_DATA).`);

/** Places that only one side has, as a pattern, and why that is accepted. */
type Accepted = readonly (readonly [place: RegExp, why: string])[];

const JSON_2012: Accepted = [
  [
    /^\.esearchresult\.translationstack/,
    'PubMed gives no translation stack since 2020; what was recorded in 2025 has none',
  ],
  [/^\.esearchresult\.warninglist/, 'comes with every error list today'],
  [/^\.result\.\{id\}\.vernaculartitle/, 'was added after the recording'],
];
const XML_2012: Accepted = [
  [/^<!DOCTYPE/, 'the document types of today, those of the recordings of 2025'],
  [/TranslationStack/, 'PubMed gives no translation stack since 2020; what was recorded in 2025 has none'],
  [/DocumentSummary\/VernacularTitle$/, 'was added after the recording'],
  [/^eInfoResult\/DbInfo\/DbBuild$/, 'was added after the recording; einfo2.xml of 2025 has it'],
];
const XML_2025: Accepted = [
  [
    /^eLinkResult\/LinkSet\/IdUrlList\/IdUrlSet\/(?:ObjUrl|Info$)/,
    'no addresses of publishers and libraries are known here',
  ],
  [
    /\/Item\((?:DOI|ArticleIds: List\)\/Item\((?:doi|pii|pmc)): String\)$/,
    'the articles of esummary1.xml have no such ids',
  ],
];

interface Case {
  readonly recording: string;
  readonly ask: string;
  readonly accepted?: Accepted;
}

/** Recordings of what is not served here, and why. */
const ELSEWHERE: readonly (readonly [recording: RegExp, why: string])[] = [
  [/^json2012\/efetch\.pubmed(?:example|book)?\.json$/, 'EFetch gives no JSON any more'],
  [
    /^json2012\/efetch\.pubmed(?:example|book)?\.xml$/,
    'of 2012; records are compared with those of 2018 to 2025, and read back in articleXml.test.ts',
  ],
  [
    /^json2012\/esummary\.(?:pmcerror|pubmedhealth)\.(?:json|xml)$/,
    'other databases; the error of an id is compared below',
  ],
  [/^xml\/(?:efetch_pmc|efetch_schemas)\.xml$/, 'other databases'],
  [/^xml\/einfo4\.xml$/, 'as einfo1.xml'],
  [/^xml\/elink2\.xml$/, 'links from nuccore'],
  [/^xml\/esearch[567]\.xml$/, 'searches in PMC, Nucleotide and Protein'],
  [/^xml\/esummary(?:[3456]|9)\.xml$/, 'other databases'],
  [/^xml\/pubmed\d\.xml$/, 'whole records, compared below'],
];

const summaries = 'esummary.fcgi?db=pubmed&id=27797938,11748933';
const CASES: readonly Case[] = [
  { recording: 'json2012/einfo.json', ask: 'einfo.fcgi?retmode=json' },
  { recording: 'json2012/einfo.xml', ask: 'einfo.fcgi' },
  { recording: 'json2012/einfo.pubmed.json', ask: 'einfo.fcgi?db=pubmed&retmode=json' },
  { recording: 'json2012/einfo.pubmed.xml', ask: 'einfo.fcgi?db=pubmed' },
  { recording: 'json2012/einfo.error.json', ask: 'einfo.fcgi?db=fleegle&retmode=json' },
  { recording: 'json2012/einfo.error.xml', ask: 'einfo.fcgi?db=fleegle' },
  { recording: 'json2012/esearch.pubmed.json', ask: 'esearch.fcgi?term=cancer&retmode=json&usehistory=y' },
  { recording: 'json2012/esearch.pubmed.xml', ask: 'esearch.fcgi?term=cancer&usehistory=y' },
  { recording: 'json2012/esearch.error.json', ask: 'esearch.fcgi?term=fleegle[mh]+OR+cancer&retmode=json' },
  { recording: 'json2012/esearch.error.xml', ask: 'esearch.fcgi?term=fleegle[mh]+OR+cancer' },
  { recording: 'json2012/esearch.baderror.json', ask: 'esearch.fcgi?db=fleegle&term=x&retmode=json' },
  { recording: 'json2012/esearch.baderror.xml', ask: 'esearch.fcgi?db=fleegle&term=x' },
  { recording: 'json2012/esummary.pubmed.json', ask: `${summaries}&retmode=json` },
  { recording: 'json2012/esummary.pubmed.xml', ask: `${summaries}&version=2.0` },
  { recording: 'json2012/esummary.error.json', ask: 'esummary.fcgi?db=fleegle&id=1&retmode=json' },
  { recording: 'json2012/esummary.error.xml', ask: 'esummary.fcgi?db=fleegle&id=1' },
  { recording: 'xml/einfo1.xml', ask: 'einfo.fcgi' },
  { recording: 'xml/einfo2.xml', ask: 'einfo.fcgi?db=pubmed' },
  { recording: 'xml/esearch1.xml', ask: 'esearch.fcgi?term=telomere[ti]' },
  { recording: 'xml/esearch2.xml', ask: 'esearch.fcgi?term=cancer&usehistory=y' },
  { recording: 'xml/esearch3.xml', ask: 'esearch.fcgi?term=cancer&retstart=1' },
  { recording: 'xml/esearch8.xml', ask: 'esearch.fcgi?term=abcXYZ' },
  { recording: 'xml/espell.xml', ask: 'espell.fcgi?db=pubmed&term=protoon' },
  { recording: 'xml/epost1.xml', ask: 'epost.fcgi?db=pubmed&id=1,2' },
  { recording: 'xml/epost2.xml', ask: 'epost.fcgi?db=nothing' },
  { recording: 'xml/epost3.xml', ask: 'epost.fcgi?db=pubmed&id=99999999999999999999' },
  { recording: 'xml/elink1.xml', ask: 'elink.fcgi?dbfrom=pubmed&id=27797938' },
  { recording: 'xml/elink3.xml', ask: 'elink.fcgi?dbfrom=pubmed&id=27797938,11748933' },
  { recording: 'xml/elink4.xml', ask: 'elink.fcgi?dbfrom=pubmed&id=27797938' },
  { recording: 'xml/elink7.xml', ask: 'elink.fcgi?dbfrom=pubmed&id=27797938&cmd=acheck' },
  { recording: 'xml/elink8.xml', ask: 'elink.fcgi?dbfrom=pubmed&id=27797938&cmd=ncheck' },
  { recording: 'xml/elink5.xml', ask: 'elink.fcgi?dbfrom=pubmed&id=27797938&cmd=prlinks' },
  { recording: 'xml/elink6.xml', ask: 'elink.fcgi?dbfrom=pubmed&id=27797938&cmd=llinks' },
  { recording: 'xml/esummary1.xml', ask: summaries },
  { recording: 'xml/esummary8.xml', ask: 'esummary.fcgi?db=pubmed' },
];

describe.skipIf(!hasData)('the shape of answers', () => {
  let service: EutilsService;
  let temporary: string;
  /** Differences that were met. */
  const used = new Set<RegExp>();

  beforeAll(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'querent-shapes-'));
    const corpus = join(temporary, 'corpus');
    await mkdir(corpus);
    for (const name of readdirSync(join(folder, 'xml')).filter((one) => /^pubmed\d\.xml$/.test(one)))
      await copyFile(join(folder, 'xml', name), join(corpus, name));
    await writeFile(
      join(corpus, 'thesaurus.jsonl'),
      `${JSON.stringify({ ui: 'D009369', name: 'Neoplasms', entry: ['Cancer'], tree: ['C04'], pa: [] })}\n`,
    );
    service = await startEutilsService({ corpus, rate: 0, cachePath: join(temporary, 'cache') });
  });
  afterAll(async () => {
    await service.close();
    await rm(temporary, { recursive: true });
  });

  async function ask(path: string): Promise<string> {
    const response = await fetch(`${service.url}/${path}`);
    return response.text();
  }

  it.each(CASES)('$recording: $ask', async ({ recording, ask: path }) => {
    const recorded = readFileSync(join(folder, recording), 'utf8');
    const isJson = recording.endsWith('.json');
    const shapeOf = isJson ? jsonShape : xmlShape;
    const accepted = isJson ? JSON_2012 : recording.startsWith('json2012') ? XML_2012 : XML_2025;
    const [theirs, ours] = [shapeOf(recorded), shapeOf(await ask(path))];
    const differences = [
      ...[...theirs].filter((line) => !ours.has(line)).map((line) => `missing ${line}`),
      ...[...ours].filter((line) => !theirs.has(line)).map((line) => `more    ${line}`),
    ].filter((line) => {
      const reasons = accepted.filter(([place]) => place.test(line.slice(8)));
      reasons.forEach(([place]) => used.add(place));
      return reasons.length === 0;
    });
    expect(differences).toEqual([]);
  });

  it('is compared for every recording, or there is a reason', () => {
    const recordings = ['json2012', 'xml'].flatMap((part) =>
      readdirSync(join(folder, part)).map((name) => `${part}/${name}`),
    );
    const compared = new Set(CASES.map(({ recording }) => recording));
    const named = (name: string): boolean => ELSEWHERE.some(([pattern]) => pattern.test(name));
    expect(recordings.filter((name) => !compared.has(name) && !named(name))).toEqual([]);
    expect(ELSEWHERE.filter(([pattern]) => !recordings.some((name) => pattern.test(name)))).toEqual([]);
  });

  it('differs in nothing that is accepted for no recording', () => {
    expect([...JSON_2012, ...XML_2012, ...XML_2025].filter(([place]) => !used.has(place))).toEqual([]);
  });

  it('of an id that is not held is that of NCBI', async () => {
    const recorded = readFileSync(join(folder, 'json2012/esummary.pmcerror.json'), 'utf8');
    const { result } = JSON.parse(recorded) as { result: Record<string, unknown> };
    const path = 'esummary.fcgi?db=pubmed&id=1';
    const ours = JSON.parse(await ask(`${path}&retmode=json`)) as { result: Record<string, unknown> };
    expect(ours.result['1']).toEqual(result['1']);
    expect(await ask(`${path}&version=2.0`)).toContain(
      '<DocumentSummary uid="1"><error>cannot get document summary</error></DocumentSummary>',
    );
  });

  it('of whole records has nothing that the recorded ones have not', async () => {
    const recorded = readdirSync(join(folder, 'xml'))
      .filter((name) => /^pubmed\d\.xml$/.test(name))
      .map((name) => readFileSync(join(folder, 'xml', name), 'utf8'));
    const theirs = new Set(recorded.flatMap((text) => [...xmlShape(text)]));
    const ids = recorded.flatMap((text) =>
      [...text.matchAll(/<MedlineCitation[^]*?<PMID[^>]*>(\d+)/g)].map(([, id]) => id),
    );
    const ours = xmlShape(await ask(`efetch.fcgi?db=pubmed&retmode=xml&id=${ids.join(',')}`));
    expect([...ours].filter((line) => !theirs.has(line))).toEqual([]);
  });
});
