/** The service over HTTP: what is asked and what comes back, and what it does to clients that ask too much, go away or break rules. */
import { request } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { citation } from '../../../core/src/corpus/testing/records.ts';
import { startEutilsService } from './index.ts';
import type { EutilsService, EutilsServiceOptions } from './index.ts';

const KEY = '0123456789abcdef0123456789abcdef0123';

const records = [
  citation({ id: '11', title: 'Exercise for falls', abstract: 'Balance exercise.', mesh: ['Accidental Falls/prevention & control', 'Aged'], date: '2016-09-30', journal: 'B Journal', authors: ['Zander A'], languages: ['eng'], more: { days: { edat: '2016-10-01', crdt: '2016-10-02' } } }),
  citation({ id: '12', title: 'Falls and vitamin D', abstract: 'Supplements.', mesh: ['*Accidental Falls', 'Vitamin D'], date: '2018-05', journal: 'A Journal', authors: ['Miller B'], more: { days: { edat: '2018-06-01' } } }),
  citation({ id: '13', title: 'Vitamin D and exercise', abstract: '', date: '2012', journal: 'C Journal', authors: ['Adams C'], more: { days: { edat: '2012-03-01' } } }),
  citation({ id: 'NCT00000102', title: 'Exercise after falls', abstract: 'A registered trial.', date: '2019-02-01', authors: ['University of Nowhere'], keywords: ['Accidental Falls'] }),
  citation({ id: 'NCT00000103', title: 'Vitamin D supplements', abstract: 'Another trial.', date: '2021-02-01', keywords: ['Vitamin D'] }),
]; // prettier-ignore
const headings = [
  { ui: 'D000058', name: 'Accidental Falls', entry: ['Falls', 'Falling'], tree: ['N06'], pa: [] },
  { ui: 'D000368', name: 'Aged', entry: ['Elderly'], tree: ['M01'], pa: [] },
  { ui: 'D014807', name: 'Vitamin D', entry: [], tree: ['D04'], pa: [] },
];

let folder: string;
/** Without limits. */
let service: EutilsService;
/** With NCBI's limits, few requests to trials, two keys, little patience with sets, and a clock that the tests set. */
let strict: EutilsService;
let now = 0;
const open = (options: Partial<EutilsServiceOptions> = {}): Promise<EutilsService> =>
  startEutilsService({ corpus: join(folder, 'records.jsonl'), cachePath: join(folder, 'cache'), ...options });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-eutils-'));
  const lines = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  await writeFile(join(folder, 'records.jsonl'), lines(records));
  await writeFile(join(folder, 'thesaurus.jsonl'), lines(headings));
  const limits = { trialsPerMinute: 2, apiKeys: [KEY, 'teaching'], historyMs: 1000 };
  [service, strict] = await Promise.all([
    open({ rate: 0, trialsPerMinute: 0 }),
    open({ ...limits, now: () => now }),
  ]);
});
afterAll(async () => {
  await Promise.all([service.close(), strict.close()]);
  await rm(folder, { recursive: true });
});

interface Search {
  readonly count: string;
  readonly retmax: string;
  readonly idlist: readonly string[];
  readonly querytranslation: string;
  readonly translationset: readonly unknown[];
  readonly webenv?: string;
  readonly querykey?: string;
  readonly errorlist?: unknown;
  readonly warninglist?: { readonly outputmessages: readonly string[] };
  readonly ERROR?: string;
}

async function esearch(parameters: Readonly<Record<string, string>>, at = service): Promise<Search> {
  const query = new URLSearchParams({ db: 'pubmed', retmode: 'json', ...parameters });
  const response = await fetch(`${at.url}/esearch.fcgi`, { method: 'POST', body: query });
  expect(response.status).toBe(200);
  return ((await response.json()) as { esearchresult: Search }).esearchresult;
}

async function get(
  path: string,
  at = service,
): Promise<{ status: number; type: string; body: string; headers: Headers }> {
  const response = await fetch(path.startsWith('/') ? new URL(path, at.url) : `${at.url}/${path}`);
  const { status, headers } = response;
  return { status, type: headers.get('content-type') ?? '', body: await response.text(), headers };
}

describe('ESearch', () => {
  it.each<[what: string, parameters: Record<string, string>, ids: readonly string[]]>([
    ['a word', { term: 'exercise[ti]' }, ['13', '11']],
    ['what is mapped to a heading', { term: 'falls' }, ['12', '11']],
    ['ids', { term: '12[uid] OR 11[pmid]' }, ['12', '11']],
    ['a part from a place on', { term: 'vitamin OR falls', retstart: '1', retmax: '1' }, ['12']],
    ['nothing but the number', { term: 'falls', retmax: '0' }, []],
    ['a field for terms without one', { term: 'falls', field: 'titl' }, ['12', '11']],
    ['a field for terms without one, which finds nothing', { term: 'supplements', field: 'titl' }, []],
    ['the entry date, unless told otherwise', { term: 'falls', mindate: '2016/10/01', maxdate: '2016/12' }, ['11']],
    ['the date of publication', { term: 'falls', datetype: 'pdat', mindate: '2017', maxdate: '2018' }, ['12']],
    ['one date alone, which is no limit', { term: 'falls', datetype: 'pdat', mindate: '2017' }, ['12', '11']],
    ['days before today', { term: 'falls', datetype: 'pdat', reldate: '1' }, []],
    ['by date', { term: 'vitamin OR falls', sort: 'pub_date' }, ['12', '11', '13']],
    ['by journal', { term: 'vitamin OR falls', sort: 'JournalName' }, ['12', '11', '13']],
    ['by author', { term: 'vitamin OR falls', sort: 'Author' }, ['13', '12', '11']],
    ['by relevance', { term: 'balance OR vitamin', sort: 'relevance' }, ['11', '13', '12']],
  ])('finds %s', async (_, parameters, ids) => {
    expect((await esearch(parameters)).idlist).toEqual(ids);
  }); // prettier-ignore

  it('tells what it made of the terms, and what it did not find', async () => {
    // A heading that no record here has is known all the same.
    const found = await esearch({
      term: 'falls OR "Vitamin D/toxicity"[mh] OR fleegle[mh] OR "odd phrase"[tiab] OR x[nonsense]',
    });
    expect(found.translationset).toEqual([
      {
        from: 'falls',
        to: '"accidental falls"[MeSH Terms] OR ("accidental"[All Fields] AND "falls"[All Fields]) OR "accidental falls"[All Fields] OR "falls"[All Fields]',
      },
    ]);
    expect(found.querytranslation).toMatch(
      /^\("accidental falls"\[MeSH Terms\] OR .* OR "fleegle"\[MeSH Terms\]/,
    );
    expect(found.errorlist).toEqual({
      phrasesnotfound: ['fleegle[mh]', 'x[nonsense]'],
      fieldsnotfound: ['nonsense'],
    });
    expect(found.warninglist).toMatchObject({ quotedphrasesnotfound: ['"odd phrase"[tiab]'] });
  });

  it('says that nothing was found', async () => {
    const { count, warninglist } = await esearch({ term: 'zebra' });
    expect(count).toBe('0');
    expect(warninglist?.outputmessages).toEqual(['No items found.']);
  });

  it.each<[what: string, parameters: Record<string, string>, message: RegExp]>([
    ['no term', { term: ' ' }, /^Empty term and query_key - nothing todo$/],
    ['another database', { db: 'protein', term: 'x' }, /^Database is not supported: protein$/],
    ['a database that is none', { db: 'fleegle', term: 'x' }, /^Invalid db name specified: fleegle$/],
    ['what is beyond the limit', { term: 'falls', retstart: '9999' }, /'retstart' cannot be larger than 9998/],
    ['a set that is not there', { term: '#3 AND falls' }, /^Unable to obtain query #3$/],
    ['a query key alone', { query_key: '7' }, /^Unable to obtain query #7$/],
    ['a date that is none', { term: 'falls', mindate: 'May', maxdate: '2016' }, /^Invalid date: May$/],
  ])('answers %s with an ERROR and status 200', async (_, parameters, message) => {
    const result = await esearch(parameters);
    expect(result.ERROR).toMatch(message);
    expect(result.count).toBeUndefined();
  }); // prettier-ignore

  it('counts only', async () => {
    expect((await get('esearch.fcgi?term=falls&rettype=count&retmode=json')).body).toContain('"esearchresult":{"count":"2"}');
    expect((await get('esearch.fcgi?term=falls&rettype=count')).body).toContain('<eSearchResult><Count>2</Count></eSearchResult>');
  }); // prettier-ignore

  it('finds headings in db=mesh', async () => {
    const one = await esearch({ db: 'mesh', term: '"Falling"[mh]' });
    expect(one).toMatchObject({ count: '1', idlist: ['68000058'] });
    expect(await esearch({ db: 'mesh', term: 'vitamin NOT falls' })).toMatchObject({ idlist: ['68014807'] });
    const none = await esearch({ db: 'mesh', term: 'fleegle' });
    expect(none).toMatchObject({ count: '0', errorlist: { phrasesnotfound: ['fleegle'] } });
  });
});

describe('the history server', () => {
  it('keeps sets, combines them, and hands their records out', async () => {
    const first = await esearch({ term: 'falls', usehistory: 'y', retmax: '0' });
    const { webenv = '' } = first;
    expect(first.querykey).toBe('1');
    const second = await esearch({ term: 'exercise', usehistory: 'y', WebEnv: webenv });
    expect(second).toMatchObject({ webenv, querykey: '2' });
    const both = await esearch({ term: '#1 AND #2', usehistory: 'y', WebEnv: webenv });
    expect(both).toMatchObject({ querykey: '3', idlist: ['11'] });
    expect((await esearch({ term: '#3 OR vitamin', WebEnv: webenv })).idlist).toEqual(['13', '12', '11']);
    expect((await esearch({ query_key: '1', term: 'vitamin', WebEnv: webenv })).idlist).toEqual(['12']);
    const path = `efetch.fcgi?db=pubmed&WebEnv=${webenv}&query_key=1&rettype=uilist&retmode=text`;
    expect((await get(path)).body).toBe('12\n11\n');
    expect((await get(`${path}&retstart=1&retmax=5`)).body).toBe('11\n');
  });

  it('keeps posted ids in their order', async () => {
    const { body } = await get('epost.fcgi?db=pubmed&id=13,99,11,x');
    expect(body).toContain('<ERROR>Some IDs have invalid value and were omitted.');
    const webenv = /<WebEnv>(.*)<\/WebEnv>/.exec(body)?.[1] ?? '';
    const path = `fcgi?db=pubmed&query_key=1&WebEnv=${webenv}`;
    expect((await get(`efetch.${path}&rettype=uilist&retmode=text`)).body).toBe('13\n11\n');
    const { result } = JSON.parse((await get(`esummary.${path}&retmode=json`)).body) as {
      result: Record<string, unknown>;
    };
    expect(result['uids']).toEqual(['13', '99', '11']);
    expect(result['99']).toEqual({ uid: '99', error: 'cannot get document summary' });
    expect((await esearch({ term: '#1 AND vitamin', WebEnv: webenv })).idlist).toEqual(['13']);
  });

  it('keeps similar articles', async () => {
    const { body } = await get('elink.fcgi?dbfrom=pubmed&id=11&cmd=neighbor_history');
    const webenv = /<WebEnv>(.*)<\/WebEnv>/.exec(body)?.[1] ?? '';
    expect(body).toMatch(/<LinkSetDbHistory><DbTo>pubmed<.*<LinkName>pubmed_pubmed<.*<QueryKey>1</);
    expect((await esearch({ term: '#1 NOT 11[uid]', WebEnv: webenv })).idlist).toEqual(['13', '12']);
  });

  it('forgets, and says so in every utility', async () => {
    const started = (now += 10_000);
    const { webenv = '' } = await esearch({ term: 'falls', usehistory: 'y' }, strict);
    const set = `query_key=1&WebEnv=${webenv}`;
    now = started + 900;
    expect((await get(`efetch.fcgi?${set}&rettype=uilist`, strict)).body).toBe('12\n11\n');
    now = started + 2_000;
    const fetched = await get(`efetch.fcgi?${set}`, strict);
    expect(fetched.status).toBe(400);
    expect(fetched.body).toContain('<ERROR>Unable to obtain query #1</ERROR>');
    const summaries = await get(`esummary.fcgi?${set}&retmode=json`, strict);
    expect(summaries.body).toContain('"esummaryresult":["Unable to obtain query #1"]');
    now += 10_000;
    expect((await esearch({ term: '#1', WebEnv: webenv }, strict)).ERROR).toBe('Unable to obtain query #1');
    // A new set in a WebEnv that is gone begins a new one.
    const anew = await esearch({ term: 'falls', usehistory: 'y', WebEnv: webenv }, strict);
    expect(anew.querykey).toBe('1');
    expect(anew.webenv).not.toBe(webenv);
  });
});

describe('the other utilities', () => {
  it.each<[path: string, status: number, type: string, body: RegExp]>([
    ['efetch.fcgi?id=11,5,12&rettype=medline&retmode=text', 200, 'text/plain', /^PMID- 11\n[^]*\nPMID- 12\n/],
    ['efetch.fcgi?id=11&rettype=abstract&retmode=text', 200, 'text/plain', /^1\. B Journal\. 2016 Sep 30\.\n\nExercise for falls\n\nZander A\.\n\nBalance exercise\.\n\nPMID: 11\n/],
    ['efetch.fcgi?id=11&rettype=uilist&retmode=xml', 200, 'text/xml', /<IdList><Id>11<\/Id><\/IdList>/],
    ['efetch.fcgi?id=5', 200, 'text/xml', /<PubmedArticleSet><\/PubmedArticleSet>/],
    ['efetch.fcgi?id=x', 400, 'text/xml', /<ERROR>ID list is empty! Possibly it has no correct IDs\.<\/ERROR>/],
    ['efetch.fcgi?db=pubmed', 400, 'text/xml', /<ERROR>Neither query_key nor id specified<\/ERROR>/],
    ['efetch.fcgi?id=NCT00000102', 400, 'text/xml', /<ERROR>ID list is empty!/],
    ['esummary.fcgi?id=5', 200, 'text/xml', /<eSummaryResult><ERROR>UID=5: cannot get document summary<\/ERROR>/],
    ['esummary.fcgi?id=12', 200, 'text/xml', /<Item Name="SO" Type="String">2018 May<\/Item>/],
    ['einfo.fcgi?db=pubmed&retmode=json&version=2.0', 200, 'application/json', /"dbinfo":\[\{"dbname":"pubmed".*"count":"3"/],
    ['einfo.fcgi?db=mesh', 200, 'text/xml', /<DbName>mesh<\/DbName>.*<Count>3<\/Count>/],
    ['espell.fcgi?db=pubmed&term=vitammin+D+AND+exercice', 200, 'text/xml', /<CorrectedQuery>vitamin D AND exercise<\/CorrectedQuery><SpelledQuery><Original><\/Original><Replaced>vitamin<\/Replaced><Original> D AND <\/Original><Replaced>exercise<\/Replaced>/],
    ['espell.fcgi?db=pubmed&term=exercise', 200, 'text/xml', /<CorrectedQuery><\/CorrectedQuery>/],
    ['elink.fcgi?dbfrom=pubmed&id=11&retmode=json', 200, 'application/json', /"links":\["11","12","13"\]|"links":\["11","13","12"\]/],
    ['elink.fcgi?dbfrom=pubmed&id=11&id=12&cmd=neighbor_score', 200, 'text/xml', /<Id>11<\/Id><\/IdList>.*<Score>\d+<\/Score>.*<LinkSet>.*<IdList><Id>12<\/Id>/],
    ['elink.fcgi?dbfrom=pubmed&db=pmc&id=11', 200, 'text/xml', /<LinkSet><DbFrom>pubmed<\/DbFrom><IdList><Id>11<\/Id><\/IdList><\/LinkSet>/],
    ['elink.fcgi?dbfrom=pubmed&id=11&cmd=nonsense', 200, 'text/xml', /<ERROR>The command nonsense is not known/],
    ['elink.fcgi?dbfrom=protein&id=11', 200, 'text/xml', /<ERROR>Invalid db name specified: protein/],
    ['elink.fcgi?dbfrom=pubmed&id=11,5&cmd=ncheck', 200, 'text/xml', /<Id HasNeighbor="Y">11<\/Id><Id HasNeighbor="N">5<\/Id>/],
    ['elink.fcgi?dbfrom=pubmed&id=11&cmd=acheck&retmode=json', 200, 'application/json', /"linkname":"pubmed_pubmed"/],
    ['elink.fcgi?dbfrom=pubmed&id=11&cmd=prlinks', 200, 'text/xml', /<IdUrlList><IdUrlSet><Id>11<\/Id><Info>No addresses<\/Info><\/IdUrlSet><\/IdUrlList>/],
    ['nothing.fcgi', 404, 'text/html', /was not found on this server/],
  ])('%s', async (path, status, type, body) => {
    const answer = await get(path);
    expect(answer.status).toBe(status);
    expect(answer.type).toContain(type);
    expect(answer.body).toMatch(body);
  }); // prettier-ignore
});

describe('ClinicalTrials.gov', () => {
  interface Studies {
    readonly totalCount?: number;
    readonly studies: readonly { readonly protocolSection: { readonly identificationModule: { readonly nctId: string } } }[];
    readonly nextPageToken?: string;
  } // prettier-ignore
  async function studies(parameters: Readonly<Record<string, string>>): Promise<Studies> {
    const { status, body } = await get(`/api/v2/studies?${new URLSearchParams(parameters).toString()}`);
    expect([status, body]).toEqual([200, expect.stringContaining('"studies"')]);
    return JSON.parse(body) as Studies;
  }
  const ids = ({ studies: list }: Studies): readonly string[] =>
    list.map(({ protocolSection }) => protocolSection.identificationModule.nctId);

  it.each<[parameters: Record<string, string>, ids: readonly string[]]>([
    [{}, ['NCT00000103', 'NCT00000102']],
    [{ 'query.term': 'exercise' }, ['NCT00000102']],
    [{ 'query.term': 'NOT exercise' }, ['NCT00000103']],
    [{ 'query.term': 'exercise OR vitamin' }, ['NCT00000103', 'NCT00000102']],
    [{ 'query.term': 'ALL' }, ['NCT00000103', 'NCT00000102']],
    [{ 'query.cond': 'accidental falls' }, ['NCT00000102']],
    [{ 'query.titles': 'supplements', 'query.term': 'trial' }, ['NCT00000103']],
    [{ 'query.term': 'trial', 'filter.ids': 'NCT00000102,NCT00000999' }, ['NCT00000102']],
    [{ 'query.term': 'NCT00000103 AND vitamin' }, ['NCT00000103']],
    // A query of numbers alone makes the service ignore its filters.
    [{ 'query.term': 'NCT00000103', 'filter.ids': 'NCT00000102' }, ['NCT00000103']],
    [{ 'filter.advanced': 'AREA[StudyFirstPostDate]RANGE[MIN, 2020-01-01]' }, ['NCT00000102']],
    [{ 'query.term': 'trial AND AREA[StudyFirstPostDate]RANGE[2020-01-01, MAX]' }, ['NCT00000103']],
    [{ sort: 'StudyFirstPostDate:asc' }, ['NCT00000102', 'NCT00000103']],
  ])('%j', async (parameters, expected) => {
    const found = await studies({ countTotal: 'true', ...parameters });
    expect(ids(found)).toEqual(expected);
    expect(found.totalCount).toBe(expected.length);
  });

  it('gives pages and only the fields that are asked for', async () => {
    const first = await studies({ pageSize: '1', fields: 'NCTId' });
    expect(first.studies).toEqual([{ protocolSection: { identificationModule: { nctId: 'NCT00000103' } } }]);
    const second = await studies({ pageSize: '1', fields: 'NCTId', pageToken: first.nextPageToken ?? '' });
    expect(ids(second)).toEqual(['NCT00000102']);
    expect(second.nextPageToken).toBeUndefined();
  });

  it('gives a table, and single studies', async () => {
    const table = await get('/api/v2/studies?format=csv&pageSize=1');
    expect(table.type).toContain('text/csv');
    expect(table.body).toMatch(/^NCT Number,Study Title,[^\n]*\nNCT00000103,Vitamin D supplements,/);
    expect(table.headers.get('x-next-page-token')).not.toBeNull();
    expect((await get('/api/v2/studies/NCT00000102')).body).toContain('"briefTitle":"Exercise after falls"');
    expect((await get('/api/v2/studies/NCT00000999')).status).toBe(404);
    expect((await get('/api/v2/studies/%zz')).status).toBe(400);
  });

  it.each<[parameters: Record<string, string>, message: RegExp]>([
    [{ 'query.recrs': 'x' }, /^`query\.recrs` is unknown parameter$/],
    [{ 'filter.overallStatus': 'COMPLETED' }, /^`filter\.overallStatus` cannot be asked of a library/],
    [{ 'query.term': '(exercise' }, /^Error parsing query in query\.term: /],
    [{ 'query.term': 'AREA[Phase]PHASE3' }, /cannot be searched in a library/],
    [{ 'filter.ids': 'x' }, /^`filter\.ids` has incorrect format/],
    [{ pageToken: 'x' }, /^`pageToken` has incorrect format$/],
    [{ pageSize: 'x' }, /^`pageSize` has incorrect format$/],
    [{ format: 'pdf' }, /^`format` pdf is not supported$/],
  ])('refuses %j in plain text', async (parameters, message) => {
    const answer = await get(`/api/v2/studies?${new URLSearchParams(parameters).toString()}`);
    expect(answer).toMatchObject({ status: 400, body: expect.stringMatching(message) as string });
    expect(answer.type).toContain('text/plain');
  });
});

describe('limits', () => {
  it('refuses who asks too often, as NCBI does, and counts keys for themselves', async () => {
    const started = (now += 10_000);
    const path = 'einfo.fcgi?retmode=json';
    const before = strict.statistics();
    const answers = [await get(path, strict), await get(path, strict), await get(path, strict)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers[2]?.headers.get('x-ratelimit-limit')).toBe('3');
    expect(answers[2]?.headers.get('x-ratelimit-remaining')).toBe('0');
    const refused = await get(path, strict);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('2');
    expect(JSON.parse(refused.body)).toEqual({
      error: 'API rate limit exceeded',
      'api-key': '127.0.0.1',
      count: '4',
      limit: '3',
    });
    for (let i = 0; i < 10; i++) expect((await get(`${path}&api_key=${KEY}`, strict)).status).toBe(200);
    const eleventh = await get(`${path}&api_key=${KEY}`, strict);
    expect(JSON.parse(eleventh.body)).toMatchObject({ 'api-key': KEY, count: '11', limit: '10' });
    now = started + 949;
    expect((await get(path, strict)).status).toBe(429);
    now = started + 1000;
    expect((await get(path, strict)).status).toBe(200);
    const { refused: all, byUtility, mostPerSecond } = strict.statistics();
    expect(all - before.refused).toBe(3);
    expect((byUtility['einfo'] ?? 0) - (before.byUtility['einfo'] ?? 0)).toBe(17);
    expect(mostPerSecond).toBe(16);
  });

  it('refuses keys that are none, or not on the list', async () => {
    now += 10_000;
    expect((await get('einfo.fcgi?api_key=teaching', strict)).status).toBe(200);
    expect((await get(`einfo.fcgi?api_key=${KEY.replaceAll('0', '1')}`, strict)).status).toBe(400);
    expect((await get(`einfo.fcgi?api_key=${KEY}`)).status).toBe(200);
    const answer = await get('einfo.fcgi?api_key=short');
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ error: 'API key invalid', 'api-key': 'short' });
  });

  it('allows so many requests a minute for trials', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 3; i++) statuses.push((await get('/api/v2/studies', strict)).status);
    expect(statuses).toEqual([200, 200, 429]);
  });

  it('takes no address of more than 8,190 characters, and any query in a body', async () => {
    const term = Array.from({ length: 900 }, (_, i) => `word${i}[tiab]`).join(' OR ');
    const tooLong = await get(`esearch.fcgi?db=pubmed&term=${encodeURIComponent(term)}`);
    expect(tooLong).toMatchObject({ status: 414, body: expect.stringContaining('Request-URI Too Long') as string });
    expect((await esearch({ term: `${term} OR falls[ti]` })).count).toBe('2');
  }); // prettier-ignore

  it('reads forms of both kinds, and no other methods', async () => {
    const form = new FormData();
    form.set('term', 'falls');
    form.set('retmode', 'json');
    const response = await fetch(`${service.url}/esearch.fcgi`, { method: 'POST', body: form });
    expect(await response.text()).toContain('"count":"2"');
    expect((await fetch(`${service.url}/esearch.fcgi`, { method: 'DELETE' })).status).toBe(405);
    const huge = 'x'.repeat(9 * 1024 * 1024);
    expect((await fetch(`${service.url}/esearch.fcgi`, { method: 'POST', body: huge })).status).toBe(413);
  });

  it('takes addresses as clients write them that believe they talk to a proxy', async () => {
    const path = 'http://eutils.ncbi.nlm.nih.gov/entrez/eutils/esearch.fcgi?term=falls&retmode=json';
    const body = await new Promise<string>((resolve, reject) => {
      request(service.url, { path }, (response) => {
        let text = '';
        response.on('data', (chunk) => (text += String(chunk))).on('end', () => resolve(text));
      })
        .on('error', reject)
        .end();
    });
    expect(body).toContain('"count":"2"');
  });

  it('tells which headers are too long', async () => {
    const url = `${service.url}/einfo.fcgi?${'x'.repeat(300_000)}`;
    expect((await fetch(url)).status).toBe(431);
  });
});

/** Machines that do other things as well take their time. */
const patient = { timeout: 10_000 };

describe('load', () => {
  it('is answered with 503 when too many wait; who goes away costs nothing; at the end all is answered', async () => {
    const small = await open({ rate: 0, queue: 2 });
    const term = Array.from({ length: 3000 }, (_, i) => `w${i}*[tiab]`).join(' OR ');
    const body = new URLSearchParams({ db: 'pubmed', term, retmode: 'json' });
    const post = (): Promise<Response> => fetch(`${small.url}/esearch.fcgi`, { method: 'POST', body });
    const statuses = await Promise.all(Array.from({ length: 8 }, async () => (await post()).status));
    expect(statuses.filter((status) => status === 503).length).toBeGreaterThan(0);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(3);

    await new Promise<void>((resolve) => {
      const half = request(`${small.url}/esearch.fcgi`, { method: 'POST' });
      half.on('error', () => resolve());
      half.write('term=fal', () => half.destroy(new Error('gone')));
    });
    await expect.poll(() => small.statistics().byStatus['499'], patient).toBe(1);

    const { requests } = small.statistics();
    const pending = esearch({ term: `${term} OR falls` }, small);
    await expect
      .poll(() => small.statistics().inFlight + small.statistics().requests, patient)
      .toBe(requests + 1);
    const started = performance.now();
    const closed = small.close(20_000);
    expect((await pending).count).toBe('2');
    await closed;
    // A connection that is kept would have held it up until its time is over.
    expect(performance.now() - started).toBeLessThan(10_000);
    await expect(fetch(`${small.url}/einfo.fcgi`)).rejects.toThrow();
  });

  it('is none when there is nothing to serve', async () => {
    await expect(open({ corpus: join(folder, 'nothing.jsonl') })).rejects.toMatchObject({
      code: 'bad-library',
    });
  });
});
