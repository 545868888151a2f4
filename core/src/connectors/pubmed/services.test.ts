/** Spelling, EInfo, MeSH, similar articles and keys over HTTP, in the shapes that NCBI has. */
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failure, found, ScriptedEutils, send } from './testing/scriptedEutils.ts';

const eutils = new ScriptedEutils();
beforeAll(() => eutils.start());
afterAll(() => {
  eutils.stop();
});

const spelling = (corrected: string): string =>
  `<?xml version="1.0"?>\n<!DOCTYPE eSpellResult PUBLIC "-//NLM//DTD eSpellResult, 23 November 2004//EN" "https://www.ncbi.nlm.nih.gov/entrez/query/DTD/eSpell.dtd">\n` +
  `<eSpellResult><Database>pubmed</Database><Query>x</Query><CorrectedQuery>${corrected}</CorrectedQuery><ERROR/></eSpellResult>`;

describe('spelling', () => {
  it.each([
    ['asthmaa', 'asthma', 'asthma'],
    ['asthma', '', undefined],
    ['Asthma', 'asthma', undefined],
  ])('%s: %o', async (text, corrected, expected) => {
    eutils.answer(send(spelling(corrected)));
    expect(await eutils.engine().services.spell(text)).toBe(expected);
    expect(eutils.seen[0]).toMatchObject({ utility: 'espell', method: 'POST' });
    expect(eutils.seen[0]?.parameters.get('term')).toBe(text);
  });

  it('asks nothing about nothing, and says where it failed', async () => {
    eutils.answer(send('<eSpellResult><ERROR>Wrong database name: x</ERROR></eSpellResult>'));
    expect(await eutils.engine().services.spell('  ')).toBeUndefined();
    expect(eutils.seen).toEqual([]);
    expect((await failure(eutils.engine().services.spell('x'))).message).toMatch(/Wrong database name/);
  });
});

it('EInfo in JSON, as it is now and was before', async () => {
  const info = {
    dbname: 'pubmed',
    count: '39730388',
    lastupdate: '2025/11/27 06:33',
    fieldlist: [
      { name: 'EDAT', fullname: 'Date - Entry', description: 'Date added', isdate: 'Y', ishidden: 'N' },
    ],
  };
  for (const dbinfo of [[info], info]) {
    eutils.answer(send({ einforesult: { dbinfo } }));
    expect(await eutils.engine().services.info()).toEqual({
      records: 39_730_388,
      lastUpdate: '2025/11/27 06:33',
      fields: [
        { name: 'EDAT', fullName: 'Date - Entry', description: 'Date added', isDate: true, isHidden: false },
      ],
    });
  }
});

describe('headings', () => {
  it.each([
    [1, 'found'],
    [0, 'unknown'],
    [3, 'ambiguous'],
  ] as const)('%i found: %s', async (count, expected) => {
    eutils.answer(send(found(count, ['68009369'], { warninglist: { quotedphrasesnotfound: ['"X"[mh]'] } })));
    expect(await eutils.engine().services.heading(' Neo"plasms ')).toBe(expected);
    expect(Object.fromEntries(eutils.seen[0]?.parameters ?? [])).toMatchObject({
      db: 'mesh',
      term: '"Neo plasms"[mh]',
      retmax: '2',
    });
  });

  it('are not unknown where there is no answer', async () => {
    eutils.answer(send({ esearchresult: { ERROR: 'Search Backend failed: Status: 500' } }));
    expect(await failure(eutils.engine().services.heading('Heart'))).toMatchObject({ code: 'network' });
  });
});

describe('similar articles', () => {
  it.each([
    [
      {
        linksets: [
          {
            dbfrom: 'pubmed',
            ids: ['7'],
            linksetdbs: [{ dbto: 'pubmed', linkname: 'pubmed_pubmed', links: ['7', '9', '8', '9'] }],
          },
        ],
      },
      ['9', '8'],
    ],
    [
      {
        linksets: [
          {
            dbfrom: 'pubmed',
            ids: ['7'],
            linksetdbs: [{ linkname: 'pubmed_pubmed', links: [{ id: '9', score: '3' }] }],
          },
        ],
      },
      ['9'],
    ],
    [{ linksets: [{ dbfrom: 'pubmed', ids: ['7'] }] }, []],
    [
      '<eLinkResult><LinkSet><DbFrom>pubmed</DbFrom><IdList><Id>7</Id></IdList><LinkSetDb><DbTo>pubmed</DbTo><LinkName>pubmed_pubmed</LinkName><Link><Id>9</Id></Link></LinkSetDb></LinkSet></eLinkResult>',
      ['9'],
    ],
  ])('%o', async (body, expected) => {
    eutils.answer(send(body));
    expect(await eutils.engine().services.similar('7')).toEqual(expected);
  });

  it('are not none where there is no answer', async () => {
    eutils.answer(send({ linksets: [], ERROR: 'Some IDs have invalid value' }));
    expect(await failure(eutils.engine().services.similar('7'))).toMatchObject({ code: 'rejected' });
  });
});

describe('a key', () => {
  const databases = { einforesult: { dblist: ['pubmed', 'mesh'] } };

  it('is tested with the least of requests', async () => {
    eutils.answer(send(databases, 200, { 'X-RateLimit-Limit': '10' }));
    expect(await eutils.engine({ apiKey: 'k'.repeat(36) }).services.testKey()).toEqual({
      state: 'accepted',
      requestsPerSecond: 10,
      message: 'NCBI accepts the key: 10 requests a second.',
    });
    expect(Object.fromEntries(eutils.seen[0]?.parameters ?? [])).toEqual({
      api_key: 'k'.repeat(36),
      retmode: 'json',
      tool: 'querent',
    });
    eutils.answer(send(databases));
    expect(await eutils.engine().services.testKey(' another ')).toEqual({
      state: 'accepted',
      message: 'NCBI accepts the key.',
    });
    expect(eutils.seen[0]?.parameters.get('api_key')).toBe('another');
  });

  it('is refused, not there, or not tested, which are three things', async () => {
    const key = 'SECRET-KEY-0123456789';
    eutils.answer(send({ error: 'API key invalid', 'api-key': key }, 400));
    const refused = await eutils.engine({ apiKey: key }).services.testKey();
    expect(refused).toMatchObject({ state: 'refused' });
    expect(refused.message).toMatch(/API key invalid/);
    expect(inspect(refused)).not.toContain(key);
    expect(await eutils.engine().services.testKey()).toMatchObject({ state: 'none' });
    expect(eutils.seen).toHaveLength(1);
    // A page where the network wants a login accepts any key.
    for (const answer of [send('<html>Log in</html>'), send({}), send('', 503)]) {
      eutils.answer(answer);
      expect(await failure(eutils.engine({ apiKey: key }).services.testKey())).toMatchObject({
        code: 'network',
      });
    }
  });
});
