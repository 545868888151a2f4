import type { Descriptor } from '../../mesh/index.ts';
import type { QueryNode, ResolvedQuery, TermNode } from '../../pubmed/index.ts';
import type { CitationRecord } from '../record.ts';

type Ids = ReadonlySet<string>;

/** Words at positions: at each position the word, and the joined form of the hyphenated word that ends there. */
type Text = readonly (readonly string[])[];

const separators = /[^\p{L}\p{N}]+/u;

function plain(text: string): string {
  if (/^[ -~]*$/.test(text)) return text.toLowerCase();
  let result = '';
  for (const character of text.normalize('NFKD')) {
    if (/\p{M}|\u00ad/u.test(character)) continue;
    const lower = character.toLowerCase();
    const special: Record<string, string> = {
      ø: 'o',
      ł: 'l',
      đ: 'd',
      ð: 'd',
      þ: 'th',
      ß: 'ss',
      æ: 'ae',
      œ: 'oe',
      ı: 'i',
    };
    result += special[lower] ?? lower;
  }
  return result;
}

function read(text: string): Text {
  const positions: string[][] = [];
  for (const run of plain(text).split(/[^\p{L}\p{N}\-\u2010]+/u))
    for (const chain of run.split(/[-\u2010]{2,}/u)) {
      const parts = chain.split(/[-\u2010]/u).filter((part) => part !== '');
      parts.forEach((part, i) => {
        const isLast = i === parts.length - 1 && parts.length > 1;
        positions.push(isLast ? [part, parts.join('')] : [part]);
      });
    }
  return positions;
}

/** Words of a search term, grouped by the spaces between them. */
function pieces(text: string): string[][] {
  let wanted = plain(text);
  const star = wanted.indexOf('*');
  if (star >= 0 && Array.from(wanted.slice(0, star).replace(/[\s"()]/gu, '')).length < 4)
    wanted = wanted.split('*').join(' ');
  return wanted
    .split(/\s+/u)
    .map((piece) => piece.split(/[^\p{L}\p{N}*]+/u).filter((word) => word.split('*').join('') !== ''))
    .filter((words) => words.length > 0);
}

function wildcard(pattern: string): RegExp {
  return new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replace(/[^\p{L}\p{N} ]/gu, '\\$&'))
      .join('.*')}$`,
    'su',
  );
}

function hasRun(text: Text, words: readonly string[]): boolean {
  const tests = words.map(wildcard);
  return text.some((_, at) => tests.every((test, i) => text[at + i]?.some((word) => test.test(word))));
}

/** Tries every way to give each word a position of its own within the window; fine for the few words of a test. */
function isNear(text: Text, words: readonly string[], between: number): boolean {
  const places = words.map((word) => [...text.keys()].filter((at) => text[at]?.includes(word)));
  const pick = (i: number, chosen: readonly number[]): boolean => {
    const list = places[i];
    if (list === undefined) return Math.max(...chosen) - Math.min(...chosen) + 1 - words.length <= between;
    return list.some(
      (at) =>
        !chosen.includes(at) &&
        chosen.every((other) => Math.abs(other - at) < words.length + between) &&
        pick(i + 1, [...chosen, at]),
    );
  };
  return places.every((list) => list.length > 0) && pick(0, []);
}

interface Heading {
  readonly name: string;
  readonly isMajor: boolean;
  readonly qualifier: string | undefined;
}

/** MEDLINE's flat headings, one entry for the heading and one for each qualifier. */
function headings(record: CitationRecord): Heading[] {
  return record.mesh.flatMap((text) => {
    const [first = '', ...rest] = text.split('/');
    const name = headingText(first.replaceAll('*', ''));
    const main = { name, isMajor: text.includes('*'), qualifier: undefined };
    return [
      main,
      ...rest.map((part) => ({
        name,
        isMajor: part.includes('*') || first.includes('*'),
        qualifier: headingText(part.replaceAll('*', '')),
      })),
    ];
  });
}

function headingText(text: string): string {
  return plain(text)
    .replaceAll('&', ' and ')
    .split(/[^\p{L}\p{N},-]+/u)
    .join(' ')
    .split(/ ?, ?/)
    .join(', ')
    .trim();
}

/** Subheadings that tests use: code, name, codes below. */
const subheadings: readonly (readonly [string, string, readonly string[]])[] = [
  ['AE', 'adverse effects', ['PO', 'TO']],
  ['PO', 'poisoning', []],
  ['TO', 'toxicity', []],
  ['AD', 'administration and dosage', []],
  ['DT', 'drug therapy', []],
  ['SU', 'surgery', ['TR']],
  ['TR', 'transplantation', []],
  ['TU', 'therapeutic use', ['AD', 'AE', 'PO']],
  ['PC', 'prevention and control', []],
  ['TH', 'therapy', ['DH', 'DT', 'NU', 'PC', 'RT', 'RH', 'SU', 'TR']],
  ['PX', 'psychology', []],
  ['ME', 'metabolism', ['BI', 'BL', 'CF', 'DF', 'EN', 'PK', 'UR']],
  ['BL', 'blood', []],
];

/** What each tag looks at. */
function texts(record: CitationRecord, field: string): string[] {
  const tiab = [record.title, record.abstract, ...record.keywords];
  const mesh = record.mesh.flatMap((text) => text.split('/'));
  const substances = record.substances.map((text) => /^\S+ \((.*)\)$/.exec(text)?.[1] ?? text);
  const tw = [...tiab, ...mesh, ...record.publicationTypes, ...substances];
  switch (field) {
    case 'ti':
      return [record.title];
    case 'ot':
      return [...record.keywords];
    case 'tiab':
      return tiab;
    case 'tw':
      return tw;
    case 'ad':
      return [...record.affiliations];
    default:
      return [
        ...tw,
        ...record.authors.flatMap((author) => [authorName(author), givenFirst(author)]),
        ...record.affiliations,
        record.journal ?? '',
        record.journalAbbreviation ?? '',
        ...record.languages.flatMap((language) => [languageCode(language), language]),
        record.id,
        record.doi ?? '',
        record.volume ?? '',
        record.issue ?? '',
        record.pages ?? '',
        dateParts(record)[0]?.toString() ?? '',
      ];
  }
}

function languageCode(language: string): string {
  const known: Record<string, string> = {
    english: 'eng',
    en: 'eng',
    german: 'ger',
    french: 'fre',
    spanish: 'spa',
    japanese: 'jpn',
  };
  return known[plain(language)] ?? plain(language);
}

function simple(text: string): string {
  return plain(text).split(separators).join(' ').trim();
}

/** `last initials` of `Last, First` or `Last FM` or `First Last`. */
function authorName(author: string): string {
  const { last, given } = split(author);
  const initials = given
    .map((word) => (/^\p{Lu}{1,3}$/u.test(word) ? word : (word.match(/\p{L}/u)?.[0] ?? '')))
    .join('');
  return `${simple(last)} ${simple(initials).split(' ').join('')}`.trim();
}

function givenFirst(author: string): string {
  const { last, given } = split(author);
  return given.some((word) => word.length > 1 && !/^\p{Lu}{1,3}$/u.test(word))
    ? `${simple(given.join(' '))} ${simple(last)}`
    : '';
}

function split(author: string): { last: string; given: string[] } {
  const name = author.trim().replace(/[\s,]+(?:Jr|Sr|II|III|IV|1st|2nd|3rd|4th)\.?$/i, '');
  const letters = (text: string): string[] =>
    text.split(/[\s.\-\u2010]+/).filter((word) => /\p{L}/u.test(word));
  if (name.includes(',')) {
    const [last = '', ...rest] = name.split(',');
    return { last, given: letters(rest.join(',')) };
  }
  const words = name.split(/\s+/).filter(Boolean);
  const end = (words.at(-1) ?? '').replace(/[.-]/g, '');
  if (words.length > 1 && /^\p{Lu}{1,3}$/u.test(end))
    return { last: words.slice(0, -1).join(' '), given: [end] };
  let from = Math.max(words.length - 1, 0);
  while (from > 1 && /^\p{Ll}/u.test(words[from - 1] ?? '')) from--;
  return { last: words.slice(from).join(' '), given: letters(words.slice(0, from).join(' ')) };
}

/** Year, month, day as far as known. */
function dateParts(record: CitationRecord): number[] {
  if (record.date !== undefined) return record.date.split(/[-/]/).map(Number);
  return record.year === undefined ? [] : [record.year];
}

/** A date as numbers, cut or filled (`fill` for unknown parts) to `length` parts. */
function within(record: CitationRecord, from: readonly number[], to: readonly number[]): boolean {
  const parts = dateParts(record);
  if (parts.length === 0) return false;
  const compare = (a: readonly number[], b: readonly number[]): number => {
    for (let i = 0; i < Math.min(a.length, b.length); i++)
      if (a[i] !== b[i]) return (a[i] ?? 0) - (b[i] ?? 0);
    return 0;
  };
  return compare(parts, from) >= 0 && compare(parts, to) <= 0;
}

function isAfter(record: CitationRecord, until: string): boolean {
  return dateParts(record).length > 0 && !within(record, [0], until.split('-').map(Number));
}

/** Look-up tables over descriptors by name, entry term, permuted term. */
const tables = new WeakMap<readonly Descriptor[], readonly ReadonlyMap<string, Descriptor>[]>();

/**
 * An evaluator for tests, written apart from the index: it scans every record with plain strings and sets and shares no code with
 * what it checks (only the parsed query's types). Slow on purpose.
 */
export class SlowEvaluator {
  readonly #records: readonly CitationRecord[];
  readonly #mesh: readonly Descriptor[];
  readonly #today: string;
  readonly #texts = new Map<string, Text[]>();

  constructor(records: readonly CitationRecord[], mesh: readonly Descriptor[] = [], today = '2026-01-01') {
    this.#records = records;
    this.#mesh = mesh;
    this.#today = today;
  }

  /** The ids found, in the order of the records; undefined when nothing of the query can be answered. */
  evaluate(query: ResolvedQuery, until?: string): readonly string[] | undefined {
    const found = this.node(query.root, query);
    return found === undefined
      ? undefined
      : this.#records
          .filter((record) => found.has(record.id) && (until === undefined || !isAfter(record, until)))
          .map((record) => record.id);
  }

  /** What a part finds; undefined when it cannot be answered. */
  node(node: QueryNode, query: ResolvedQuery): Ids | undefined {
    switch (node.kind) {
      case 'group':
        return node.inner === undefined ? undefined : this.node(node.inner, query);
      case 'reference': {
        const line = query.references.get(node.label);
        return line === undefined ? undefined : this.node(line.root, line);
      }
      case 'range': {
        if (node.tag?.field === 'pmid')
          return this.#where(({ id }) => Number(id) >= Number(node.from) && Number(id) <= Number(node.to));
        if (node.tag?.field !== 'dp') return undefined;
        const [from, to] = [node.from, node.to].map((end) => end.split(/[/-]/).map(Number));
        return this.#where((record) => within(record, from ?? [], to ?? []));
      }
      case 'chain': {
        let all: Ids | undefined;
        node.operands.forEach((operand, i) => {
          const operator = node.operators[i - 1]?.operator;
          const part = this.node(operand, query);
          if (part === undefined) return;
          const before = all;
          if (before === undefined) {
            if (operator !== 'NOT') all = part;
          } else if (operator === 'OR') all = new Set([...before, ...part]);
          else all = new Set([...before].filter((id) => part.has(id) === (operator !== 'NOT')));
        });
        return all;
      }
      case 'term':
        return this.#term(node);
    }
  }

  #where(test: (record: CitationRecord) => boolean): Ids {
    return new Set(this.#records.filter(test).map(({ id }) => id));
  }

  #whereText(field: string, test: (text: Text) => boolean): Ids {
    return this.#where((record) => {
      const key = `${field}|${record.id}`;
      let read_ = this.#texts.get(key);
      if (read_ === undefined) this.#texts.set(key, (read_ = texts(record, field).map(read)));
      return read_.some(test);
    });
  }

  #term(node: TermNode): Ids | undefined {
    const field = node.tag?.field;
    const text = node.text.trim();
    if (plain(text) === 'hasabstract') return this.#where((record) => read(record.abstract).length > 0);
    if (field === undefined || field === 'all') return this.#untagged(node);
    const key = simple(text);
    switch (field) {
      case 'ti':
      case 'tiab':
      case 'tw':
      case 'ot':
      case 'ad':
        return this.#words(node, field);
      case 'mh':
      case 'majr':
        return this.#heading(text, field === 'majr', node.tag?.noExplode !== true);
      case 'sh': {
        const names = qualifiers(text, node.tag?.noExplode !== true);
        return this.#where((record) =>
          headings(record).some(({ qualifier }) => names.includes(qualifier ?? '')),
        );
      }
      case 'pa': {
        const action = this.#descriptor(text);
        const names = this.#mesh
          .filter(
            ({ pharmacologicalActions }) =>
              action !== undefined && pharmacologicalActions.includes(action.name),
          )
          .map(({ name }) => name);
        return this.#where(
          (record) =>
            headings(record).some((heading) => names.includes(this.#descriptor(heading.name)?.name ?? '')) ||
            record.substances.some((substance) => names.map(simple).includes(simple(substance))),
        );
      }
      case 'pt':
        return this.#where(({ publicationTypes }) =>
          publicationTypes.some((type) => wildcardOf(text).test(simple(type))),
        );
      case 'nm':
        return this.#where(({ substances }) =>
          substances.some((one) => simple(/^\S+ \((.*)\)$/.exec(one)?.[1] ?? one) === key),
        );
      case 'la':
        return this.#where(({ languages }) =>
          languages.some((one) => languageCode(one) === languageCode(text)),
        );
      case 'ta':
        return this.#where(({ journal = '', journalAbbreviation = '' }) =>
          [journal, journalAbbreviation].some((one) =>
            [one, one.split(' : ')[0] ?? '', one.split(' (')[0] ?? ''].some(
              (name) =>
                name !== '' && wildcardOf(text.replace(/^the /i, '')).test(simple(name).replace(/^the /, '')),
            ),
          ),
        );
      case 'aid':
        return this.#where(({ doi = '-' }) => plain(doi).replace('https://doi.org/', '') === plain(text));
      case 'vi':
        return this.#where(({ volume = '' }) => simple(volume) === key);
      case 'ip':
        return this.#where(({ issue = '' }) => simple(issue) === key);
      case 'pg':
        return this.#where(({ pages = '' }) => simple(pages.split('-')[0] ?? '') === key);
      case 'pmid':
        return this.#where(({ id }) => id === text.replace(/^0+(?=\d)/, ''));
      case 'dp':
        return this.#date(text);
      case 'au':
      case '1au':
      case 'lastau':
        return this.#author(node, field);
      default:
        return undefined;
    }
  }

  #words(node: TermNode, field: string): Ids {
    const groups = pieces(node.text);
    const words = groups.flat();
    const between = node.tag?.proximity;
    const isTruncated = words.some((word) => word.includes('*'));
    if (
      between !== undefined &&
      node.quoted &&
      !isTruncated &&
      words.length > 1 &&
      ['ti', 'tiab', 'ad'].includes(field)
    )
      return this.#whereText(field, (text) => isNear(text, words, between));
    const found = this.#whereText(field, (text) => hasRun(text, words));
    if (found.size > 0 || isTruncated || groups.length < 2) return found;
    return this.#allOf(groups.map((group) => this.#whereText(field, (text) => hasRun(text, group))));
  }

  #allOf(sets: readonly Ids[]): Ids {
    return this.#where(({ id }) => sets.every((set) => set.has(id)));
  }

  #untagged(node: TermNode): Ids {
    const groups = pieces(node.text);
    const words = groups.flat();
    const asPhrase = this.#whereText('all', (text) => hasRun(text, words));
    if (words.some((word) => word.includes('*'))) return asPhrase;
    if (node.quoted && (asPhrase.size > 0 || groups.length < 2)) return asPhrase;
    const tokens = node.text.replaceAll('*', ' ').trim().split(/\s+/);
    const sets: Ids[] = [];
    const stops: Ids[] = [];
    while (tokens.length > 0) {
      let length = Math.min(12, tokens.length);
      while (length > 0 && !this.#maps(tokens.slice(0, length))) length--;
      const chunk = tokens.splice(0, Math.max(1, length));
      const spoken = chunk.filter((token) => !isStop(token));
      const parts = (spoken.length > 0 ? spoken : chunk)
        .flatMap((token) => pieces(token))
        .map((group) => this.#whereText('all', (text) => hasRun(text, group)));
      if (parts.length === 0) continue;
      const inText = this.#allOf(parts);
      if (length > 0) sets.push(new Set([...inText, ...this.#heading(chunk.join(' '), false, true)]));
      else (chunk.every(isStop) ? stops : sets).push(inText);
    }
    return this.#allOf(sets.length > 0 ? sets : stops);
  }

  #maps(tokens: readonly string[]): boolean {
    if (tokens.length === 1 && isStop(tokens[0] ?? '')) return false;
    return this.#descriptor(tokens.join(' ')) !== undefined;
  }

  #descriptor(text: string): Descriptor | undefined {
    let found = tables.get(this.#mesh);
    if (found === undefined) {
      const table = (terms: (descriptor: Descriptor) => readonly string[]): Map<string, Descriptor> => {
        const map = new Map<string, Descriptor>();
        for (const one of this.#mesh)
          for (const term of terms(one)) if (!map.has(headingText(term))) map.set(headingText(term), one);
        return map;
      };
      found = [table((one) => [one.name]), table((one) => one.entryTerms), table((one) => one.permutedTerms)];
      tables.set(this.#mesh, found);
    }
    const key = headingText(text);
    return found.map((map) => map.get(key)).find((one) => one !== undefined);
  }

  #heading(text: string, majorOnly: boolean, explode: boolean): Ids {
    const slash = text.indexOf('/');
    const wanted = slash < 0 ? undefined : qualifiers(text.slice(slash + 1), explode);
    const name = slash < 0 ? text : text.slice(0, slash);
    const test = this.#headingTest(name, explode);
    return this.#where((record) =>
      headings(record).some(
        (heading) =>
          test(heading.name) &&
          (!majorOnly || heading.isMajor) &&
          (wanted === undefined || wanted.includes(heading.qualifier ?? '')),
      ),
    );
  }

  #headingTest(name: string, explode: boolean): (heading: string) => boolean {
    if (name.includes('*')) return (heading) => wildcard(plain(name)).test(heading);
    const top = this.#descriptor(name);
    if (top === undefined) return (heading) => heading === headingText(name);
    const below = this.#mesh.filter(({ treeNumbers }) =>
      treeNumbers.some((number) => top.treeNumbers.some((start) => number.startsWith(`${start}.`))),
    );
    const uis = new Set([top, ...(explode ? below : [])].map(({ ui }) => ui));
    const known = new Map<string, boolean>();
    return (heading) => {
      let is = known.get(heading);
      if (is === undefined) known.set(heading, (is = uis.has(this.#descriptor(heading)?.ui ?? '')));
      return is;
    };
  }

  #date(text: string): Ids {
    const relative = /^last (?:(\d+) )?(day|month|year)s?$/i.exec(text);
    if (relative === null) {
      const date = text.split(/[/-]/).map(Number);
      return this.#where((record) => within(record, date, date));
    }
    const from = new Date(`${this.#today}T00:00:00Z`);
    const count = Number(relative[1] ?? 1);
    if (relative[2] === 'day') from.setUTCDate(from.getUTCDate() - count);
    else if (relative[2] === 'month') from.setUTCMonth(from.getUTCMonth() - count);
    else from.setUTCFullYear(from.getUTCFullYear() - count);
    const parts = (iso: string): number[] => iso.slice(0, 10).split('-').map(Number);
    return this.#where((record) => within(record, parts(from.toISOString()), parts(this.#today)));
  }

  #author(node: TermNode, field: string): Ids {
    const key = simple(node.text);
    const words = key.split(' ');
    const isInitials = words.length > 1 && (words.at(-1)?.length ?? 9) <= 3 && !node.quoted;
    return this.#where(({ authors }) => {
      const looked = field === '1au' ? authors.slice(0, 1) : field === 'lastau' ? authors.slice(-1) : authors;
      return looked.some((author) => {
        const name = authorName(author);
        const given = givenFirst(author);
        const full =
          given === ''
            ? []
            : [given, `${simple(split(author).last)} ${simple(split(author).given.join(' '))}`];
        if (node.text.includes('*')) return [name, ...full].some((one) => wildcardOf(node.text).test(one));
        if ([name, ...full].some((one) => one === key || one.startsWith(`${key} `))) return true;
        return isInitials && name.startsWith(key);
      });
    });
  }
}

function wildcardOf(text: string): RegExp {
  return wildcard(text.split('*').map(simple).join('*'));
}

function qualifiers(text: string, explode: boolean): readonly string[] {
  const wanted = headingText(text);
  const found = subheadings.find(([code, name]) => code.toLowerCase() === wanted || name === wanted);
  if (found === undefined) return [];
  const codes = [found[0], ...(explode ? found[2] : [])];
  return subheadings.filter(([code]) => codes.includes(code)).map(([, name]) => name);
}

/** Stop words that the tests use. */
function isStop(word: string): boolean {
  return ['of', 'the', 'and', 'in', 'for', 'with', 'a', 'on', 'to', 'by', 'or', 'an', 'not'].includes(
    word.toLowerCase(),
  );
}
