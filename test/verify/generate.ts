import type { CitationRecord } from '@querent/core/corpus';
import type { Thesaurus } from '@querent/core/mesh';
import { Random } from '../fuzz/random.ts';
import type { VerifyData } from './data.ts';
import { spellOddly } from './spelling.ts';

/** A query to be answered by both. */
export interface VerifyQuery {
  /** Where it comes from: `generated 17`, or the id of a real strategy. */
  readonly name: string;
  /** A strategy document: one query, or numbered lines of which the last one is asked. */
  readonly text: string;
  /** Only records published by this day. */
  readonly until?: string;
  /** Records without MeSH match headings by their terms. */
  readonly headingsAsText?: boolean;
}

/** What terms are made of for one query: most of its terms come from one record, so that AND finds something. */
class TermMaker {
  readonly #data: VerifyData;
  readonly #random: Random;
  readonly #focus: CitationRecord;

  constructor(data: VerifyData, random: Random) {
    this.#data = data;
    this.#random = random;
    this.#focus = random.pick(data.records);
  }

  term(): string {
    const make = this.#random.pick(kinds);
    const term = make.call(undefined, this);
    return term ?? this.words('tiab');
  }

  get random(): Random {
    return this.#random;
  }

  get thesaurus(): Thesaurus | undefined {
    return this.#data.thesaurus;
  }

  record(): CitationRecord {
    return this.#random.next() < 0.7 ? this.#focus : this.#random.pick(this.#data.records);
  }

  /** Some record that has the value; looks at a few only. */
  value<T>(of: (record: CitationRecord) => readonly T[] | undefined): T | undefined {
    const own = of(this.record()) ?? [];
    if (own.length > 0) return this.#random.pick(own);
    for (let i = 0; i < 40; i++) {
      const values = of(this.#random.pick(this.#data.records)) ?? [];
      if (values.length > 0) return this.#random.pick(values);
    }
    return undefined;
  }

  /** `length` consecutive words of a record, as written. */
  run(length: number, of: (record: CitationRecord) => string): string {
    const words = of(this.record())
      .split(/\s+/)
      .map((word) => word.replace(/["[\]()|&#*:“”]/g, ''))
      .filter((word) => /[\p{L}\p{N}]/u.test(word) && !/^(?:and|or|not)$/i.test(word));
    if (words.length === 0) return 'patients';
    const start = this.#random.below(words.length - length + 1);
    return words
      .slice(start, start + length)
      .join(' ')
      .replace(/[.,;]+$/, '');
  }

  words(field: string): string {
    const { random } = this;
    const text = this.run(random.pick([1, 1, 1, 2, 2, 3, 4]), textOf);
    const shown = spellOddly(text, random);
    return random.next() < 0.5 ? `"${shown}"[${field}]` : `${shown}[${field}]`;
  }
}

const textOf = ({ title, abstract, keywords }: CitationRecord): string =>
  [title, abstract, keywords.join(' ')].join(' ');

/** A word cut somewhere, with a star at its end or within it. */
function truncated(maker: TermMaker): string {
  const { random } = maker;
  const word = maker.run(1, textOf).replace(/[^\p{L}\p{N}-]/gu, '');
  const at = Math.min(word.length, 2 + random.below(8));
  const end = random.next() < 0.2 ? word.slice(at + 1 + random.below(3)) : '';
  return `${word.slice(0, at)}*${end}`;
}

const year = (record: CitationRecord): number => record.year ?? 2005;
const two = (number: number): string => String(number).padStart(2, '0');

function date(maker: TermMaker): string {
  const { random } = maker;
  const own = maker.value(({ date: main, more }) => [
    ...(main === undefined ? [] : [main]),
    ...Object.values(more?.days ?? {}),
  ]);
  const text = own !== undefined && random.next() < 0.7 ? own : String(year(maker.record()));
  const [y = '2005', m = two(1 + random.below(12)), d = two(1 + random.below(28))] = text.split('-');
  return random.pick([
    y,
    `${y}/${m}`,
    `${y}/${m}/${d}`,
    `${y}-${m}`,
    `${y} ${random.pick(['Mar', 'spring', 'December'])}`,
  ]);
}

const DATE_TAGS = [
  'dp',
  'pdat',
  'edat',
  'crdt',
  'mhda',
  'dcom',
  'lr',
  'epdat',
  'ppdat',
  'Date - Publication',
];
const TEXT_TAGS = ['tiab', 'tiab', 'ti', 'tw', 'ot', 'all', 'Title/Abstract', 'Text Word', 'ad'];

/** Headings that may well be on records, with their entry terms and odd forms. */
function heading(maker: TermMaker): string {
  const { random } = maker;
  const own = maker
    .value(({ mesh }) => mesh)
    ?.replaceAll('*', '')
    .split('/')[0];
  const descriptors = maker.thesaurus?.descriptors ?? [];
  const descriptor =
    own !== undefined && random.next() < 0.7
      ? maker.thesaurus?.byTerm(own)
      : descriptors.length > 0
        ? random.pick(descriptors)
        : undefined;
  if (descriptor === undefined) return own ?? 'Humans';
  const broader = maker.thesaurus?.broader(descriptor) ?? [];
  const meant = broader.length > 0 && random.next() < 0.4 ? random.pick(broader) : descriptor;
  const names = [meant.name, meant.name, ...meant.entryTerms];
  const name = random.pick(names);
  return random.pick([
    name,
    name,
    name,
    name.toLowerCase(),
    name.replaceAll('-', ' '),
    `${name}s`,
    name.split(', ').reverse().join(' '),
  ]);
}

const QUALIFIERS =
  'drug therapy|therapy|adverse effects|AE|mo|metabolism|prevention & control|diagnosis|TU|surgery|psychology'.split(
    '|',
  );

/** Each makes one kind of term; undefined where the records have nothing to make it of. */
const kinds: readonly ((maker: TermMaker) => string | undefined)[] = [
  ...Array.from({ length: 5 }, () => (maker: TermMaker) => maker.words(maker.random.pick(TEXT_TAGS))),
  (m) => `${truncated(m)}[${m.random.pick(TEXT_TAGS)}]`,
  (m) => `"${m.run(1, textOf)} ${truncated(m)}"[tiab]`,
  (m) => truncated(m),
  (m) =>
    `"${m.run(m.random.pick([2, 3]), textOf)}"[${m.random.pick(['tiab', 'ti', 'tiab', 'ad'])}:~${m.random.below(8)}]`,
  (m) => {
    const words = m.run(4, textOf).split(' ');
    return `"${[words[3] ?? 'pain', words[0] ?? 'relief'].join(' ')}"[tiab:~${m.random.below(5)}]`;
  },
  (m) => spellOddly(m.run(m.random.pick([1, 2, 3, 5]), textOf), m.random),
  (m) => `"${m.run(2, textOf)}"`,
  (m) => heading(m),
  (m) => `${heading(m)}[mh]`,
  (m) => `"${heading(m)}"[${m.random.pick(['Mesh', 'MeSH Terms', 'mh', 'majr', 'mh:noexp', 'majr:noexp'])}]`,
  (m) => `"${heading(m)}/${m.random.pick(QUALIFIERS)}"[${m.random.pick(['mh', 'majr', 'mh:noexp'])}]`,
  (m) => `${heading(m)}/${m.random.pick(QUALIFIERS)}`,
  (m) => `${heading(m).slice(0, 5 + m.random.below(6))}*[mh]`,
  (m) => `${m.random.pick(QUALIFIERS)}[${m.random.pick(['sh', 'sh:noexp', 'Subheading'])}]`,
  (m) =>
    `"${m.random.pick(['Anti-Bacterial Agents', 'hemostatics', 'analgesics', 'Antihypertensive Agents', heading(m)])}"[pa]`,
  (m) => {
    const type = m.value(({ publicationTypes }) => publicationTypes);
    return (
      type &&
      `${m.random.pick([type, `"${type}"`, 'clinical trial', 'Evaluation Studies', `${type.slice(0, 6)}*`])}[${m.random.pick(['pt', 'ptyp', 'pt:noexp'])}]`
    );
  },
  (m) => {
    const language = m.value(({ languages }) => languages);
    return language && `${language}[${m.random.pick(['la', 'Language'])}]`;
  },
  (m) =>
    `${m.random.pick(['english', 'german', 'french', 'spanish', 'humans', 'male', 'aged', 'allchild', 'adult', 'y_5', 'medline', 'publisher', 'inprocess', 'pubmednotmedline', 'systematic', 'Therapy/Broad', 'diagnosis/narrow', 'Prognosis/Broad', 'review', 'randomizedcontrolledtrial', 'preprint', 'excludepreprints', 'free full text', 'fha'])}[${m.random.pick(['filter', 'sb'])}]`,
  (m) =>
    m.random.pick([
      'hasabstract',
      'haskeyword',
      'hascois',
      'hasretractionin',
      'hascommenton',
      'hasdatabanklist',
      'hasnihmsid',
      'jsubsetaim',
      'jsubsetim',
      'pmcbook',
      'hasabstract[text]',
    ]),
  (m) => {
    const journal = m.value(({ journal: title, journalAbbreviation }) =>
      [title, journalAbbreviation].filter((name) => name !== undefined),
    );
    return (
      journal &&
      m.random.pick([
        `"${journal}"[ta]`,
        `${journal.replace(/[()[\]"]/g, ' ')}[journal]`,
        `${journal.slice(0, 6).replace(/[()[\]"]/g, ' ')}*[ta]`,
        journal.replace(/[()[\]"]/g, ' '),
        'nejm[ta]',
        'pnas[ta]',
      ])
    );
  },
  (m) => {
    const name = m
      .value(({ authors, more }) => [...authors, ...(more?.fullAuthors ?? [])])
      ?.replace(/["()[\]]/g, ' ');
    if (name === undefined) return undefined;
    const last = name.split(/[\s,]/)[0] ?? name;
    return `${m.random.pick([name, `"${name}"`, last, `${last} J`, `"${last} J"`, name.replace(',', ''), `${last.slice(0, 5)}*`, `${last} *`])}[${m.random.pick(['au', 'au', 'fau', '1au', 'lastau', 'Author'])}]`;
  },
  (m) => {
    const name = m.value(({ more }) => [
      ...(more?.investigators ?? []),
      ...(more?.editors ?? []),
      ...(more?.personalSubjects ?? []),
    ]);
    return (
      name &&
      `${m.random.pick([name, `"${name}"`, name.split(',')[0] ?? name])}[${m.random.pick(['ir', 'fir', 'ed', 'ps'])}]`
    );
  },
  (m) => {
    const substance = m.value(({ substances }) => substances);
    const name = substance?.replace(/^\S+ \((.*)\)$/, '$1').replaceAll('"', '');
    return (
      name &&
      m.random.pick([
        `"${name}"[nm]`,
        `${heading(m)}[nm]`,
        `"${substance?.split(' (')[0] ?? name}"[rn]`,
        `${name.slice(0, 6)}*[nm]`,
      ])
    );
  },
  (m) => `${date(m)}[${m.random.pick(DATE_TAGS)}]`,
  (m) => {
    const tag = m.random.pick(DATE_TAGS);
    return m.random.next() < 0.5
      ? `${date(m)}:${date(m)}[${tag}]`
      : `("${date(m)}"[${tag}] : "${m.random.pick([date(m), '3000'])}"[${tag}])`;
  },
  (m) =>
    `"last ${m.random.pick(['5 years', '30 years', 'year', '90 days', '18 months', '200 months'])}"[${m.random.pick(DATE_TAGS)}]`,
  (m) => {
    const id = m.record().id;
    return m.random.pick([`${id}[pmid]`, `00${id}[uid]`, `${Number(id) - 5000}:${id}[pmid]`, id]);
  },
  (m) => {
    const id = m.value(({ doi, more }) => [...(doi === undefined ? [] : [doi]), ...(more?.articleIds ?? [])]);
    return id && `"${id.replaceAll('"', '')}"[${m.random.pick(['aid', 'lid', 'doi'])}]`;
  },
  (m) => {
    const field = m.random.pick(['vi', 'ip', 'pg'] as const);
    const of = { vi: 'volume', ip: 'issue', pg: 'pages' } as const;
    const value = m.value((record) => [record[of[field]]].filter((one) => one !== undefined));
    return value && `"${value}"[${field}]`;
  },
  (m) => rare(m),
  (m) => rare(m),
  // No field of PubMed, or nothing to search for.
  (m) =>
    m.random.pick([
      `${m.run(1, textOf)}[ab]`,
      `${m.run(1, textOf)}[p1dat]`,
      '"of the"[tiab]',
      '"*"[tiab]',
      '"!"[ti]',
      '2016/13[dp]',
      'a*[ti]',
      '"-"[mh]',
      'the',
      '("")',
    ]),
];

/** Fields that few records have. */
function rare(m: TermMaker): string | undefined {
  const [field, value] = m.random.pick([
    ['gr', m.value(({ more }) => more?.grants)],
    ['si', m.value(({ more }) => more?.databankIds)],
    ['tt', m.value(({ more }) => more?.transliteratedTitles)],
    ['cn', m.value(({ more }) => more?.collectiveAuthors)],
    ['cois', 'employee of Fall-Detectors Ltd'],
    ['book', 'The Big Book of Falls'],
    ['pubn', 'Invented University Press'],
    ['isbn', '978-3-16-148410-0'],
    ['jid', m.value(({ more }) => (more?.nlmId === undefined ? [] : [more.nlmId]))],
    ['pl', m.value(({ more }) => (more?.place === undefined ? [] : [more.place]))],
    ['auid', m.value(({ more }) => more?.authorIds)],
    ['ta', m.value(({ more }) => more?.issns)],
  ] as const);
  if (value === undefined) return undefined;
  const words = value
    .replace(/["()[\]]/g, ' ')
    .trim()
    .split(/\s+/);
  const start = m.random.below(words.length);
  const part = words.slice(start, start + 1 + m.random.below(3)).join(' ');
  const whole = ['isbn', 'jid', 'pl', 'auid', 'ta'].includes(field);
  return `"${whole ? value : part}"[${field}]`;
}

/** Terms in a chain, some of them in parentheses. */
function expression(maker: TermMaker, depth: number): string {
  const { random } = maker;
  const length = 1 + random.below(depth === 0 ? 4 : 3);
  let text = operand(maker, depth);
  for (let i = 1; i < length; i++)
    text += `${random.pick([' OR ', ' OR ', ' OR ', ' AND ', ' AND ', ' NOT ', ' or ', ' '])}${operand(maker, depth)}`;
  return text;
}

function operand(maker: TermMaker, depth: number): string {
  const deep = depth < 3 && maker.random.next() < 0.3;
  return deep ? `(${expression(maker, depth + 1)})` : maker.term();
}

/** `count` queries over what the records and MeSH hold, the same for the same seed. */
export function generateQueries(data: VerifyData, count: number, seed: number): readonly VerifyQuery[] {
  return Array.from({ length: count }, (_, i) => {
    const random = new Random(seed * 1_000_003 + i);
    const maker = new TermMaker(data, random);
    const until =
      random.next() < 0.1 ? { until: `${1990 + random.below(36)}-0${1 + random.below(9)}-15` } : {};
    const lines = random.next() < 0.2 ? 2 + random.below(3) : 1;
    const texts = Array.from({ length: lines }, () => expression(maker, 0));
    const text =
      lines === 1
        ? (texts[0] ?? '')
        : [
            ...texts.map((one, line) => `#${line + 1} ${one}`),
            `#${lines + 1} ${texts.map((_one, line) => `#${line + 1}`).join(random.pick([' AND ', ' OR ', ' NOT ']))} OR ${maker.term()}`,
          ].join('\n');
    return {
      name: `generated ${i + 1}`,
      text,
      ...until,
      ...(random.next() < 0.1 ? { headingsAsText: true } : {}),
    };
  });
}
