import { fields } from '@querent/core/pubmed';
import { errorElement, jsonAnswer, xmlAnswer } from '../answers.ts';
import type { Collection } from '../collection.ts';
import type { Context } from '../context.ts';
import { databaseOf } from '../databases.ts';
import type { ServiceAnswer } from '../protocol.ts';
import { element, escapeXml } from '../xml.ts';

/** What EInfo tells of a search field, in its order; each of them is an element and a key in small letters. */
interface FieldInfo {
  readonly Name: string;
  readonly FullName: string;
  readonly Description: string;
  readonly TermCount: string;
  readonly IsDate: 'Y' | 'N';
  readonly IsNumerical: 'Y' | 'N';
  readonly SingleToken: 'Y' | 'N';
  readonly Hierarchy: 'Y' | 'N';
  readonly IsHidden: 'Y' | 'N';
}

/** Links that ELink follows here. */
const LINKS = [
  {
    Name: 'pubmed_pubmed',
    Menu: 'Similar articles',
    Description: 'Similar PubMed articles, obtained by matching text and MeSH terms',
    DbTo: 'pubmed',
  },
] as const;

/** EInfo (E-utilities In-Depth, "EInfo"): the databases, or the fields and links of one. */
export function einfo({ parameters, citations, today }: Context): ServiceAnswer {
  const isJson = parameters.text('retmode')?.toLowerCase() === 'json';
  const { thesaurus } = citations.engine;
  const name = parameters.text('db');
  if (name === undefined) {
    const list = ['pubmed', ...(thesaurus === undefined ? [] : ['mesh'])];
    return isJson
      ? jsonAnswer('einfo', { einforesult: { dblist: list } })
      : xmlAnswer(
          'eInfoResult',
          element(
            'DbList',
            list.map((db) => element('DbName', db)),
          ),
        );
  }
  const db = databaseOf(name, thesaurus !== undefined);
  if (typeof db === 'object') {
    const message = `Can not retrieve DbInfo for db=${name}`;
    return isJson
      ? jsonAnswer('einfo', { einforesult: { ERROR: message } })
      : xmlAnswer('eInfoResult', errorElement(message));
  }
  const facts = factsOf(db, citations, today);
  const isSecond = parameters.text('version') === '2.0';
  return isJson ? asJson(facts, isSecond) : asXml(facts);
}

type Facts = ReturnType<typeof factsOf>;

function factsOf(db: 'pubmed' | 'mesh', citations: Collection, today: string) {
  const updated = `${today.replaceAll('-', '/')} 00:00`;
  const count = db === 'pubmed' ? citations.size : (citations.engine.thesaurus?.size ?? 0);
  return {
    db,
    menu: db === 'pubmed' ? 'PubMed' : 'MeSH',
    description: db === 'pubmed' ? 'PubMed bibliographic record' : 'MeSH Database',
    build: `Build-${today.replaceAll('-', '.')}.00.00`,
    count: String(count),
    updated,
    fields:
      db === 'pubmed'
        ? fieldInfos()
        : fieldInfos().filter(({ Name }) => ['ALL', 'UID', 'MESH'].includes(Name)),
    links: db === 'pubmed' ? LINKS : [],
  };
}

/** The fields that PubMed's EInfo lists, of the table of the house. How many terms each has is not counted; NCBI's is empty as well. */
function fieldInfos(): readonly FieldInfo[] {
  return fields.flatMap(({ index, name, description, date, explodes, tag }) =>
    index === undefined
      ? []
      : [
          {
            Name: index,
            FullName: name,
            Description: description,
            TermCount: '',
            IsDate: yes(date),
            IsNumerical: yes(tag === 'pmid'),
            SingleToken: yes(!['all', 'ti', 'tiab', 'tw', 'ad', 'ot', 'tt', 'cois'].includes(tag)),
            Hierarchy: yes(explodes),
            IsHidden: yes(tag === 'pmid'),
          },
        ],
  );
}

function yes(value: boolean): 'Y' | 'N' {
  return value ? 'Y' : 'N';
}

function asJson(facts: Facts, isSecond: boolean): ServiceAnswer {
  const small = (record: object): Record<string, unknown> =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [key.toLowerCase(), value as unknown]));
  const info = {
    dbname: facts.db,
    menuname: facts.menu,
    description: facts.description,
    ...(isSecond ? { dbbuild: facts.build } : {}),
    count: facts.count,
    lastupdate: facts.updated,
    fieldlist: facts.fields.map(small),
    linklist: facts.links.map(small),
  };
  // Version 2.0 has a list of databases where the older one has an object.
  return jsonAnswer('einfo', { einforesult: { dbinfo: isSecond ? [info] : info } });
}

function asXml(facts: Facts): ServiceAnswer {
  const text = (name: string, value: string): string => element(name, escapeXml(value));
  const each = (name: string, record: object): string =>
    element(
      name,
      Object.entries(record).map(([key, value]) => text(key, String(value))),
    );
  return xmlAnswer(
    'eInfoResult',
    element('DbInfo', [
      text('DbName', facts.db),
      text('MenuName', facts.menu),
      text('Description', facts.description),
      text('DbBuild', facts.build),
      text('Count', facts.count),
      text('LastUpdate', facts.updated),
      element(
        'FieldList',
        facts.fields.map((field) => each('Field', field)),
      ),
      element(
        'LinkList',
        facts.links.map((link) => each('Link', link)),
      ),
    ]),
  );
}
