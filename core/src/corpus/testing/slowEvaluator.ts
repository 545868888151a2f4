import type { Clause } from '../../mapping/index.ts';
import { journalNames, translateTerm } from '../../mapping/index.ts';
import type { Descriptor, Thesaurus } from '../../mesh/index.ts';
import { isPublicationType } from '../../mesh/index.ts';
import { findLanguage, findSubheading, parseQuery, stopwords, subheadings } from '../../pubmed/index.ts';
import type { QueryNode, ResolvedQuery, TermNode } from '../../pubmed/index.ts';
import type { CitationRecord } from '../record.ts';
import { narrowerSubheadings } from '../subheadingFamilies.ts';
import { hasDate, isBy, isReversed, lastDays, queryDate } from './slowDates.ts';
import { filterText, isLimit, recordTest } from './slowFilters.ts';
import { nameTest, personId } from './slowPeople.ts';
import type { SlowHeading, SlowRecord } from './slowRecord.ts';
import {
  headingText,
  journalsOf,
  journalText,
  languageCode,
  places,
  prepareRecord,
  registryNumber,
  substanceName,
} from './slowRecord.ts';
import { hasEarlyStar, pieces, plain, simple, simplePattern, wildcard, WordNumbers } from './slowText.ts';
import type { Found } from './slowTexts.ts';
import { SlowTexts } from './slowTexts.ts';

const dateFields = ['dp', 'epdat', 'ppdat', 'edat', 'crdt', 'mhda', 'dcom', 'lr'];
/** Answers that are remembered: as many as fit into some 100 MB over 20,000 records. */
const mostRemembered = 5_000;

/**
 * An evaluator for tests, written apart from the index: it looks through every record with plain strings and sets, and shares no code
 * with what it checks. It takes as given: the parsed query; tables of facts (stop words, subheadings, texts of published filters, names
 * of journals); and, for terms without a tag and headings that are none as written, the clause that term mapping makes of them, since
 * mapping is tested against PubMed's own answers. Answers are remembered by field and text; otherwise slow on purpose.
 */
export class SlowEvaluator {
  readonly #records: readonly SlowRecord[];
  readonly #thesaurus: Thesaurus | undefined;
  readonly #today: string;
  /** Whether headings are looked for as words in records without MeSH. */
  #asText = false;
  /** Within a published filter, whose phrases are never taken apart. */
  #isPublished = false;
  readonly #known = new Map<string, Found | undefined>();
  readonly #texts: SlowTexts;
  readonly #journals: ReadonlySet<string>;
  /** Places of descriptors in the trees. */
  readonly #places: readonly (readonly [string, Descriptor])[];
  readonly #explosions = new Map<Descriptor, Descriptor[]>();
  readonly #uis = new Map<string, string>();
  readonly #descriptors = new Map<string, Descriptor | undefined>();

  constructor(records: readonly CitationRecord[], thesaurus?: Thesaurus, today = '2026-01-01') {
    const numbers = new WordNumbers();
    this.#records = records.map((record) => prepareRecord(record, numbers));
    this.#thesaurus = thesaurus;
    this.#today = today;
    this.#texts = new SlowTexts(this.#records, numbers);
    this.#places = (thesaurus?.descriptors ?? []).flatMap((one) =>
      one.treeNumbers.map((number) => [number, one] as const),
    );
    this.#journals = new Set(records.flatMap(journalsOf));
  }

  /** The ids found, in the order of the records; undefined when nothing of the query can be answered. */
  evaluate(query: ResolvedQuery, until?: string, headingsAsText = false): readonly string[] | undefined {
    this.#asText = headingsAsText;
    const found = this.node(query.root, query);
    return found === undefined
      ? undefined
      : this.#records
          .filter(({ record }, i) => found[i] === 1 && (until === undefined || isBy(record, until)))
          .map(({ record }) => record.id);
  }

  /** What a part finds; undefined when it cannot be answered. */
  node(node: QueryNode, query: ResolvedQuery): Found | undefined {
    switch (node.kind) {
      case 'group':
        return node.inner === undefined ? undefined : this.node(node.inner, query);
      case 'reference': {
        const line = query.references.get(node.label);
        return line === undefined
          ? undefined
          : this.#remember(`#${line.key}`, () => this.node(line.root, line));
      }
      case 'range': {
        const field = node.tag?.field ?? '';
        if (field === 'pmid' && /^\d+$/.test(node.from) && /^\d+$/.test(node.to))
          return this.#where(
            ({ record: { id } }) =>
              /^\d+$/.test(id) && Number(id) >= Number(node.from) && Number(id) <= Number(node.to),
          );
        const [from, to] = [queryDate(node.from), queryDate(node.to)];
        if (!dateFields.includes(field) || from === undefined || to === undefined) return undefined;
        return this.#where(({ record }) => !isReversed(from, to) && hasDate(record, field, from, to, false));
      }
      case 'chain': {
        let all: Found | undefined;
        node.operands.forEach((operand, i) => {
          const operator = node.operators[i - 1]?.operator;
          const part = this.node(operand, query);
          if (part === undefined) return;
          const before = all;
          if (before === undefined) {
            if (operator !== 'NOT') all = part;
          } else
            all = before.map((one, at) => {
              if (operator === 'OR') return one | (part[at] ?? 0);
              return one & (operator === 'NOT' ? 1 - (part[at] ?? 0) : (part[at] ?? 0));
            });
        });
        return all;
      }
      case 'term': {
        const { text, tag, quoted } = node;
        const { field, noExplode, proximity } = tag ?? {};
        return this.#remember(
          `${field ?? `${tag === undefined}`}|${noExplode}|${proximity}|${quoted}|${text}`,
          () => this.#term(node),
        );
      }
    }
  }

  #remember(text: string, make: () => Found | undefined): Found | undefined {
    const key = `${this.#asText ? 'as text ' : ''}${this.#isPublished ? 'published ' : ''}${text}`;
    if (this.#known.has(key)) return this.#known.get(key);
    const found = make();
    if (this.#known.size >= mostRemembered) this.#known.clear();
    this.#known.set(key, found);
    return found;
  }

  #where(test: (record: SlowRecord) => boolean): Found {
    const found = this.#none();
    this.#records.forEach((record, i) => {
      if (test(record)) found[i] = 1;
    });
    return found;
  }

  #and(sets: readonly Found[]): Found {
    return this.#none().map((_, i) => (sets.every((set) => set[i] === 1) ? 1 : 0));
  }

  #or(sets: readonly Found[]): Found {
    return this.#none().map((_, i) => (sets.some((set) => set[i] === 1) ? 1 : 0));
  }

  #none(): Found {
    return new Uint8Array(this.#records.length);
  }

  #term(node: TermNode): Found | undefined {
    const { tag } = node;
    const field = tag?.field;
    const name = node.text.toLowerCase().replace(/\s+/g, ' ').trim();
    if (
      (tag === undefined || [undefined, 'all', 'tw'].includes(field)) &&
      name.length <= 40 &&
      isLimit(name)
    ) {
      const test = recordTest(name);
      return test === undefined ? undefined : this.#where(({ record }) => test(record));
    }
    if (tag === undefined && this.#isHeadingWithSubheading(node)) return this.#heading(node, 'mh');
    if (field === undefined || field === 'all') return this.#untagged(node);
    if (Object.hasOwn(places, field)) return this.#words(node, field);
    if (dateFields.includes(field)) return this.#date(node.text, field);
    const text = hasEarlyStar(node.text) ? node.text.replaceAll('*', ' ') : node.text;
    return simplePattern(text).replaceAll('*', '').trim() === ''
      ? undefined
      : this.#value({ ...node, text }, field);
  }

  #value(node: TermNode, field: string): Found | undefined {
    const { text } = node;
    const explode = node.tag?.noExplode !== true;
    const test = text.includes('*') ? wildcard(simplePattern(text)) : undefined;
    const is = (value: string | undefined): boolean => {
      if (value === undefined) return false;
      const key = simple(value);
      return key !== '' && (test === undefined ? key === simple(text) : test.test(key));
    };
    const anyOf = (values: (record: CitationRecord) => readonly (string | undefined)[]): Found =>
      this.#where(({ record }) => values(record).some(is));
    switch (field) {
      case 'mh':
      case 'majr':
        return this.#heading(node, field);
      case 'sh':
        return this.#qualifier(text, explode);
      case 'pa':
        return this.#action(text);
      case 'pt':
        return this.#type(text, explode);
      case 'nm': {
        const name = test === undefined ? this.#meant(text)?.name : undefined;
        return this.#or([
          anyOf(({ substances }) => substances.map(substanceName)),
          ...(name === undefined ? [] : [this.#substance([name])]),
        ]);
      }
      case 'rn':
        return anyOf(({ substances }) =>
          substances.flatMap((one) => [substanceName(one), registryNumber(one)]),
        );
      case 'la':
        return this.#where(({ record }) =>
          record.languages.some((one) =>
            test === undefined ? languageCode(one) === languageCode(text) : test.test(languageCode(one)),
          ),
        );
      case 'ta':
        return this.#journal(text);
      case 'aid':
      case 'lid':
        return anyOf(({ doi, more }) => [
          doi?.trim().replace(/^(?:https?:\/\/)?(?:dx\.|www\.)?doi\.org\/|^doi:\s*/i, ''),
          ...(more?.articleIds ?? []),
        ]);
      case 'vi':
        return anyOf(({ volume }) => [volume]);
      case 'ip':
        return anyOf(({ issue }) => [issue]);
      case 'pg':
        return this.#where(({ record: { pages = '' } }) => {
          const first = simple(pages.split(/[-–,;]/)[0] ?? '');
          return test === undefined
            ? first !== '' && first === simple(text.split(/[-–,;]/)[0] ?? '')
            : first !== '' && test.test(first);
        });
      case 'jid':
        return anyOf(({ more }) => [more?.nlmId]);
      case 'pl':
        return anyOf(({ more }) => [more?.place]);
      case 'isbn':
      case 'auid': {
        const key = (one: string): string =>
          field === 'auid' ? personId(one) : plain(one).replace(/[^\p{L}\p{N}]/gu, '');
        const wanted = wildcard(text.split('*').map(key).join('*'));
        return this.#where(({ record: { more } }) =>
          ((field === 'auid' ? more?.authorIds : more?.isbns) ?? []).some((one) => wanted.test(key(one))),
        );
      }
      case 'pmid': {
        const ids = text.split(/[\s,;]+/).map((id) => id.replace(/^0+(?=\d+$)/, ''));
        return this.#where(({ record }) => ids.includes(record.id));
      }
      case 'filter':
        return this.#filter(text);
      default:
        return this.#person(node, field);
    }
  }

  #words(node: TermNode, field: string): Found | undefined {
    const groups = pieces(node.text);
    const words = groups.flat();
    if (words.length === 0) return undefined;
    const between = node.tag?.proximity;
    const isTruncated = words.some((word) => word.includes('*'));
    if (
      between !== undefined &&
      node.quoted &&
      !isTruncated &&
      words.length > 1 &&
      ['ti', 'tiab', 'ad'].includes(field)
    )
      return this.#texts.near(field, words, Math.min(between, 1000));
    const found = this.#phrase(field, words);
    if (isTruncated || this.#isPublished || groups.length < 2 || found.includes(1)) return found;
    const spoken = groups.filter((group) => group.length > 1 || !stopwords.has(group[0] ?? ''));
    return this.#and((spoken.length > 0 ? spoken : groups).map((group) => this.#phrase(field, group)));
  }

  #phrase(field: string, words: readonly string[]): Found {
    return (
      this.#remember(`${field}: ${words.join(' ')}`, () => this.#texts.phrase(field, words)) ?? this.#none()
    );
  }

  #untagged(node: TermNode): Found | undefined {
    const groups = pieces(node.text);
    const words = groups.flat();
    if (words.length === 0) return undefined;
    const isTruncated = words.some((word) => word.includes('*'));
    if (isTruncated || node.quoted) {
      const found = this.#phrase('all', words);
      if (isTruncated || this.#isPublished || groups.length < 2 || found.includes(1)) return found;
    }
    const { clause } = this.#mapped({ ...node, quoted: false, tag: undefined });
    return clause === undefined ? undefined : (this.#clause(clause) ?? this.#none());
  }

  #mapped(node: TermNode): ReturnType<typeof translateTerm> {
    const journals = {
      find: (name: string): string | undefined => {
        const key = journalText(name);
        return this.#journals.has(key) ? key : undefined;
      },
    };
    return translateTerm(node, {
      journals,
      ...(this.#thesaurus === undefined ? {} : { thesaurus: this.#thesaurus }),
    });
  }

  /** Undefined where the clause holds no letter or digit. */
  #clause(clause: Clause): Found | undefined {
    if (clause.kind !== 'lookUp') {
      const sets = clause.clauses.map((one) => this.#clause(one)).filter((one) => one !== undefined);
      if (sets.length === 0) return undefined;
      return clause.kind === 'and' ? this.#and(sets) : this.#or(sets);
    }
    const { text, field, modifier, value } = clause;
    const explode = modifier !== ':noexp';
    switch (field) {
      case 'all': {
        const words = pieces(text).flat();
        return words.length === 0 ? undefined : this.#phrase('all', words);
      }
      case 'mh':
      case 'majr':
        return this.#named(value ?? text, field === 'majr', explode);
      case 'sh':
        return this.#qualifier(value ?? text, explode);
      case 'pt':
        return this.#type(value ?? text, explode);
      case 'pa':
        return this.#thesaurus === undefined ? undefined : this.#action(value ?? text);
      case 'ta':
        return this.#journal(text);
      case 'au':
        return this.#people(nameTest(text, false, false), 'au');
      case 'pmid':
        return this.#where(({ record }) => record.id === text);
      default:
        return undefined;
    }
  }

  #isHeadingWithSubheading({ text, quoted }: TermNode): boolean {
    const slash = text.lastIndexOf('/');
    if (slash < 0 || quoted || text.includes('*') || this.#thesaurus === undefined) return false;
    return (
      findSubheading(text.slice(slash + 1)) !== undefined && this.#meant(text.slice(0, slash)) !== undefined
    );
  }

  #heading(node: TermNode, field: string): Found | undefined {
    const { text } = node;
    const explode = node.tag?.noExplode !== true;
    const major = field === 'majr';
    const slash = text.lastIndexOf('/');
    const hasSubheading = slash >= 0 && findSubheading(text.slice(slash + 1)) !== undefined;
    const name = hasSubheading ? text.slice(0, slash) : text;
    const own = text.includes('*') ? undefined : this.#meant(name);
    if (own !== undefined)
      return this.#named(hasSubheading ? `${own.name}${text.slice(slash)}` : own.name, major, explode);
    const isKnown = this.#records.some(({ headings }) =>
      headings.some((one) => one.name === headingText(name)),
    );
    if (text.includes('*') || isKnown) return this.#named(text, major, explode);
    const { clause } = this.#mapped(node);
    return clause === undefined ? undefined : this.#clause(clause);
  }

  /** By the heading's own name, with or without a subheading. */
  #named(text: string, majorOnly: boolean, explode: boolean): Found {
    const slash = text.lastIndexOf('/');
    const subheading = slash < 0 ? undefined : findSubheading(text.slice(slash + 1));
    const name = subheading === undefined ? text : text.slice(0, slash);
    const isTruncated = name.includes('*');
    const wanted =
      subheading === undefined ? undefined : qualifierNames(subheading.code, explode && !isTruncated);
    const test = this.#headingTest(name, explode);
    const found = this.#where(({ headings }) =>
      headings.some(
        (heading) =>
          (wanted === undefined
            ? heading.qualifier === undefined
            : wanted.includes(heading.qualifier ?? '')) &&
          (!majorOnly || heading.isMajor) &&
          test(heading),
      ),
    );
    const top = this.#asText && wanted === undefined ? this.#thesaurus?.byName(name) : undefined;
    return top === undefined ? found : this.#or([found, this.#naming(explode ? this.#below(top) : [top])]);
  }

  /** Records without MeSH that have a name or entry term of a descriptor among their words. */
  #naming(descriptors: readonly Descriptor[]): Found {
    const found = this.#none();
    for (const { name, entryTerms } of descriptors)
      for (const term of [name, ...entryTerms]) {
        const isList = /,\s+and\s/i.test(term);
        const words = pieces(
          (isList ? term : term.split(/,\s+/).reverse().join(' ')).replaceAll('*', ' '),
        ).flat();
        if (words.every((word) => word.length < 2 || stopwords.has(word))) continue;
        this.#texts.phrase('tiab', words).forEach((one, i) => {
          if (one === 1 && this.#records[i]?.record.mesh.length === 0) found[i] = 1;
        });
      }
    return found;
  }

  #headingTest(name: string, explode: boolean): (heading: SlowHeading) => boolean {
    if (name.includes('*')) {
      const test = wildcard(
        plain(name)
          .replaceAll('&', ' and ')
          .replace(/[^\p{L}\p{N},*-]+/gu, ' ')
          .replace(/ ?, ?/g, ', ')
          .trim(),
      );
      return (heading) => test.test(heading.name);
    }
    const top = this.#thesaurus?.byName(name);
    if (top === undefined) return (heading) => heading.name === headingText(name);
    const uis = new Set(explode ? this.#below(top).map(({ ui }) => ui) : [top.ui]);
    return (heading) => uis.has(this.#uiOf(heading.name));
  }

  /** The descriptor and everything below it in one of its trees. */
  #below(top: Descriptor): readonly Descriptor[] {
    let below = this.#explosions.get(top);
    if (below === undefined) {
      below = [top];
      const starts = top.treeNumbers.map((number) => `${number}.`);
      for (const start of starts)
        for (const [number, descriptor] of this.#places) if (number.startsWith(start)) below.push(descriptor);
      this.#explosions.set(top, below);
    }
    return below;
  }

  /** The descriptor with that name, entry term or permuted term. */
  #descriptor(text: string): Descriptor | undefined {
    if (this.#descriptors.size === 0 && this.#thesaurus !== undefined) {
      const add = (terms: (descriptor: Descriptor) => readonly string[]): void => {
        for (const one of this.#thesaurus?.descriptors ?? [])
          for (const term of terms(one))
            if (!this.#descriptors.has(headingText(term))) this.#descriptors.set(headingText(term), one);
      };
      add((one) => [one.name]);
      add((one) => one.entryTerms);
      add((one) => one.permutedTerms);
    }
    return this.#descriptors.get(headingText(text));
  }

  /** The descriptor of a heading on a record; headings come again and again. */
  #uiOf(heading: string): string {
    let ui = this.#uis.get(heading);
    if (ui === undefined) this.#uis.set(heading, (ui = this.#descriptor(heading)?.ui ?? ''));
    return ui;
  }

  /** The descriptor that a term of a query means: as written, or else what mapping makes of the whole of it. */
  #meant(text: string): Descriptor | undefined {
    const own = this.#descriptor(text);
    if (own !== undefined || this.#thesaurus === undefined || text.includes('/')) return own;
    const { root } = parseQuery(`"${text.replaceAll('"', ' ')}"[mh]`);
    const { clause, notes } = root?.kind === 'term' ? this.#mapped(root) : { clause: undefined, notes: [] };
    if (clause?.kind !== 'lookUp' || notes.some(({ kind }) => kind === 'not-found')) return undefined;
    return clause.value === undefined ? undefined : this.#thesaurus.byName(clause.value);
  }

  #qualifier(text: string, explode: boolean): Found {
    const subheading = findSubheading(text);
    const test = text.includes('*') ? wildcard(plain(text).trim()) : undefined;
    const names = subheading === undefined ? [] : qualifierNames(subheading.code, explode);
    return this.#where(({ headings }) =>
      headings.some(
        ({ qualifier }) =>
          qualifier !== undefined && (test === undefined ? names.includes(qualifier) : test.test(qualifier)),
      ),
    );
  }

  #substance(names: readonly string[]): Found {
    const keys = names.map(simple);
    return this.#where(({ record }) =>
      record.substances.some((one) => keys.includes(simple(substanceName(one)))),
    );
  }

  #action(text: string): Found | undefined {
    if (this.#thesaurus === undefined) return undefined;
    const action = text.includes('*') ? undefined : this.#meant(text);
    if (action === undefined) return this.#none();
    const having = this.#thesaurus.descriptors.filter(({ pharmacologicalActions }) =>
      pharmacologicalActions.some((one) => plain(one) === plain(action.name)),
    );
    const uis = new Set(having.map(({ ui }) => ui));
    return this.#or([
      this.#substance(having.map(({ name }) => name)),
      this.#where(({ headings }) => headings.some(({ name }) => uis.has(this.#uiOf(name)))),
    ]);
  }

  #type(text: string, explode: boolean): Found {
    const meant = text.includes('*') ? undefined : this.#meant(text);
    const type = meant !== undefined && isPublicationType(meant) ? meant : undefined;
    const names = [text];
    if (type !== undefined) {
      names.push(type.name);
      if (explode) names.push(...this.#below(type).map(({ name }) => name));
    } else if (!text.includes('*')) {
      const mapped = parseQuery(`"${text}"[pt]`).root;
      const clause = mapped?.kind === 'term' ? translateTerm(mapped).clause : undefined;
      if (clause?.kind === 'lookUp' && clause.value !== undefined) names.push(clause.value);
    }
    const test = text.includes('*') ? wildcard(simplePattern(text)) : undefined;
    const keys = new Set(names.map(simple));
    return this.#where(({ record }) =>
      record.publicationTypes.some((one) =>
        test === undefined ? keys.has(simple(one)) : test.test(simple(one)),
      ),
    );
  }

  #journal(text: string): Found {
    const test = text.includes('*') ? wildcard(simplePattern(text).replace(/^the (?=.)/, '')) : undefined;
    const keys = journalNames(text).map(journalText);
    return this.#where(({ record }) =>
      journalsOf(record).some((name) => (test === undefined ? keys.includes(name) : test.test(name))),
    );
  }

  #date(text: string, field: string): Found | undefined {
    const last = lastDays(text, this.#today);
    if (last !== undefined)
      return this.#where(({ record }) => hasDate(record, field, last.from, last.to, false));
    const date = queryDate(text);
    return date && this.#where(({ record }) => hasDate(record, field, date, date, true));
  }

  #filter(text: string): Found | undefined {
    const name = text
      .toLowerCase()
      .replace(/\s+/g, ' ')
      .replace(/ ?\/ ?/g, '/')
      .trim();
    const language = findLanguage(text)?.code;
    if (language !== undefined)
      return this.#where(({ record }) => record.languages.some((one) => languageCode(one) === language));
    const test = recordTest(name);
    if (test !== undefined) return this.#where(({ record }) => test(record));
    if (name === 'excludepreprints') return this.#type('preprint', true).map((one) => 1 - one);
    const query = filterText(name);
    const { root } = query === undefined ? { root: undefined } : parseQuery(query);
    if (root === undefined) return undefined;
    this.#isPublished = true;
    const found = this.node(root, { root, references: new Map(), key: name });
    this.#isPublished = false;
    return found;
  }

  #person(node: TermNode, field: string): Found | undefined {
    const fullOnly = field === 'fau' || field === 'fir';
    const kind = { fau: 'au', '1au': 'au', lastau: 'au', fir: 'ir' }[field] ?? field;
    if (!['au', 'ir', 'ed', 'ps'].includes(kind)) return undefined;
    const position = field === '1au' ? 'isFirst' : field === 'lastau' ? 'isLast' : undefined;
    return this.#people(
      nameTest(node.text, node.quoted, fullOnly),
      kind as 'au' | 'ir' | 'ed' | 'ps',
      position,
    );
  }

  #people(
    test: ReturnType<typeof nameTest>,
    kind: 'au' | 'ir' | 'ed' | 'ps',
    position?: 'isFirst' | 'isLast',
  ): Found {
    return this.#where(({ people }) => {
      const isThere = (name: (typeof people.au)[number]): boolean =>
        (position === undefined || name[position]) && test(name);
      if (people[kind].some(isThere)) return true;
      return kind === 'au' && people.fullAu.some((name) => isThere({ ...name, initials: '' }));
    });
  }
}

function qualifierNames(code: string, explode: boolean): readonly string[] {
  const codes = [code, ...(explode ? (narrowerSubheadings[code] ?? []) : [])];
  return subheadings.filter((one) => codes.includes(one.code)).map(({ name }) => headingText(name));
}
