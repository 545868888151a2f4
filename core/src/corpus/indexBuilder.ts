import { readAuthor } from './authorName.ts';
import { nameKey } from './characters.ts';
import { dateOf, dayOf, recordDays } from './dates.ts';
import { DocSet } from './docSet.ts';
import type { CoveredField } from './fields.ts';
import { keyZone, keyZoneBits, metaZone, metaZoneBits, textZone, textZoneBits } from './fields.ts';
import { inOrder, newestFirst } from './indexOrder.ts';
import type { IndexParts } from './indexParts.ts';
import { recordFlag } from './indexParts.ts';
import { PostingsBuilder } from './postingsBuilder.ts';
import type { CitationDetails, CitationRecord, RecordDay } from './record.ts';
import { addDetails } from './indexDetails.ts';
import {
  articleIdKey,
  firstPage,
  journalKeys,
  languageKeys,
  readHeading,
  readSubstance,
} from './recordFields.ts';
import { TextTable } from './textTable.ts';
import { tokenize } from './tokenize.ts';

/** Words between two affiliations or keywords: more than any `:~N` spans, so that proximity stays within one. */
const wideGap = 1024;
/** Where words of rarer facts begin in a zone that has other words of the record, too: behind all of these. */
const detailsBase = 1 << 20;
/** Between other values: phrases must not run from one into the next. */
const narrowGap = 2;
/**
 * Most records of an index: a third of the distinct values that a table of terms can hold while it is made (2^24 entries of a Map), and
 * far below the 2^24 document numbers that fit into a posting beside eight zones.
 */
export const mostDocuments = 1 << 22;

/**
 * Builds the index record by record, so that a caller can report progress or give way between them. A record whose id was
 * there before is left out.
 */
export class IndexBuilder {
  readonly #text = new PostingsBuilder(textZoneBits);
  readonly #meta = new PostingsBuilder(metaZoneBits);
  readonly #keys = new PostingsBuilder(keyZoneBits);
  readonly #numbers = new Map<string, number>();
  readonly #dates: number[] = [];
  /** Sparse: only documents that have the day. */
  readonly #days = new Map<RecordDay, number[]>();
  readonly #lengths: number[] = [];
  readonly #flags: number[] = [];
  /** For each field the documents that have it. */
  readonly #covered = new Map<CoveredField, number[]>();

  /** Number of records added. */
  get size(): number {
    return this.#numbers.size;
  }

  /** @throws RangeError beyond {@link mostDocuments} records. */
  add(record: CitationRecord): void {
    if (this.#numbers.has(record.id)) return;
    const doc = this.#numbers.size;
    if (doc >= mostDocuments) throw new RangeError(`An index holds at most ${mostDocuments} records.`);
    this.#numbers.set(record.id, doc);
    const date = dateOf(record);
    this.#dates.push(date);
    this.#addDays(doc, record);
    if (date > 0 || this.#hasDay(doc, 'epdat') || this.#hasDay(doc, 'ppdat')) this.#count('dp');
    this.#addText(doc, record);
    this.#addHeadings(doc, record);
    this.#addAuthors(doc, record);
    this.#addValues(doc, record);
    if (record.more !== undefined) this.#addDetails(doc, record, record.more);
  }

  #count(field: CoveredField): void {
    const doc = this.#numbers.size - 1;
    const docs = this.#covered.get(field);
    if (docs === undefined) this.#covered.set(field, [doc]);
    else if (docs.at(-1) !== doc) docs.push(doc);
  }

  #addDays(doc: number, record: CitationRecord): void {
    for (const day of recordDays) {
      const date = dayOf(record, day);
      if (date === 0) continue;
      let column = this.#days.get(day);
      if (column === undefined) this.#days.set(day, (column = []));
      column[doc] = date;
      this.#count(day);
    }
  }

  #hasDay(doc: number, day: RecordDay): boolean {
    return this.#days.get(day)?.[doc] !== undefined;
  }

  #addDetails(doc: number, record: CitationRecord, details: CitationDetails): void {
    const bases = new Map<number, number>();
    addDetails(record, details, {
      key: (kind, key) => this.#addKey(doc, kind, key),
      rareWords: (field, values) => {
        let base = 0;
        for (const value of values)
          base +=
            tokenize(value, (word, at) => this.#keys.add(`${field}:${word}`, doc, keyZone.plain, base + at)) +
            wideGap;
      },
      words: (zone, values) => {
        // Behind what the zone has of the record already.
        const base = bases.get(zone) ?? detailsBase;
        bases.set(zone, this.#addWords(doc, zone, values, narrowGap, base));
      },
      count: (field) => this.#count(field),
    });
  }

  #addKey(doc: number, kind: string, key: string, zone: number = keyZone.plain): void {
    if (key !== '') this.#keys.add(`${kind}:${key}`, doc, zone, 0);
  }

  #addText(doc: number, record: CitationRecord): void {
    const add = (zone: number, text: string, base: number): number =>
      tokenize(text, (word, position) => this.#text.add(word, doc, zone, base + position));
    let length = add(textZone.title, record.title, 0);
    const inAbstract = add(textZone.abstract, record.abstract, 0);
    length += inAbstract;
    let base = inAbstract + wideGap;
    for (const abstract of record.more?.otherAbstracts ?? []) {
      const words = add(textZone.abstract, abstract, base);
      base += words + wideGap;
      length += words;
    }
    base = 0;
    for (const keyword of record.keywords) {
      const words = add(textZone.keyword, keyword, base);
      base += words + wideGap;
      length += words;
    }
    this.#lengths.push(length);
    if (inAbstract > 0) this.#count('ab');
    if (base > 0) this.#count('ot');
    this.#flags.push(
      (inAbstract > 0 ? recordFlag.hasAbstract : 0) |
        (record.keywords.length > 0 ? recordFlag.hasKeyword : 0) |
        (record.mesh.length > 0 ? recordFlag.hasMesh : 0),
    );
  }

  /** Indexes the words of `values` in a zone of the other store, from the position `start` on; returns the position behind them. */
  #addWords(doc: number, zone: number, values: readonly string[], gap = narrowGap, start = 0): number {
    let base = start;
    for (const value of values)
      base += tokenize(value, (word, position) => this.#meta.add(word, doc, zone, base + position)) + gap;
    return base;
  }

  #addHeadings(doc: number, record: CitationRecord): void {
    const words: string[] = [];
    for (const text of record.mesh) {
      const heading = readHeading(text);
      if (heading === undefined) continue;
      const zoneOf = (isMajor: boolean): number => (isMajor ? keyZone.major : keyZone.plain);
      this.#keys.add(`mh:${heading.key}`, doc, zoneOf(heading.isMajor), 0);
      words.push(heading.name);
      for (const qualifier of heading.qualifiers) {
        this.#keys.add(`mq:${heading.key}/${qualifier.key}`, doc, zoneOf(qualifier.isMajor), 0);
        this.#keys.add(`sh:${qualifier.key}`, doc, zoneOf(qualifier.isMajor), 0);
        words.push(qualifier.name);
      }
    }
    this.#addWords(doc, metaZone.mesh, words);
    if (words.length > 0) this.#count('mh');
  }

  #addAuthors(doc: number, record: CitationRecord): void {
    const words: string[] = [];
    const groups = new Set(record.more?.collectiveAuthors?.map(nameKey));
    let hasFull = false;
    const addNames = (names: readonly string[], fullOnly: boolean): void =>
      names.forEach((text, i) => {
        const group = nameKey(text);
        const { key, full } = groups.has(group) ? { key: group, full: [] } : readAuthor(text);
        if (key === '') return;
        const zones: number[] = [];
        if (i === 0) zones.push(keyZone.firstAuthor);
        if (i === names.length - 1) zones.push(keyZone.lastAuthor);
        if (zones.length === 0) zones.push(keyZone.plain);
        for (const zone of zones) {
          if (!fullOnly) this.#addKey(doc, 'au', key, zone);
          for (const name of full) this.#addKey(doc, 'fn', name, zone);
        }
        words.push(...(fullOnly ? full.slice(0, 1) : [key]), ...full.slice(1));
        hasFull ||= full.length > 0;
      });
    addNames(record.authors, false);
    addNames(record.more?.fullAuthors ?? [], true);
    this.#addWords(doc, metaZone.author, words);
    if (words.length > 0) this.#count('au');
    if (hasFull) this.#count('fau');
  }

  #addValues(doc: number, record: CitationRecord): void {
    const addKey = (kind: string, key: string): void => this.#addKey(doc, kind, key);
    this.#addWords(doc, metaZone.publicationType, record.publicationTypes);
    for (const type of record.publicationTypes) addKey('pt', nameKey(type));
    if (record.publicationTypes.length > 0) this.#count('pt');

    const substances = record.substances.map(readSubstance);
    this.#addWords(
      doc,
      metaZone.substance,
      substances.map(({ name }) => name),
    );
    let hasNumber = false;
    for (const { name, number } of substances) {
      addKey('nm', nameKey(name));
      if (number !== undefined) addKey('rn', nameKey(number));
      hasNumber ||= number !== undefined;
    }
    if (substances.length > 0) this.#count('nm');
    if (hasNumber) this.#count('rn');

    const languages = languageKeys(record);
    this.#addWords(doc, metaZone.language, [...languages, ...record.languages]);
    for (const language of languages) addKey('la', language);
    if (languages.length > 0) this.#count('la');

    this.#addWords(doc, metaZone.affiliation, record.affiliations, wideGap);
    if (record.affiliations.length > 0) this.#count('ad');

    const journals = journalKeys(record);
    this.#addWords(doc, metaZone.journal, [record.journal ?? '', record.journalAbbreviation ?? '']);
    for (const journal of journals) addKey('ta', journal);
    if (journals.length > 0) this.#count('ta');

    const { doi, volume = '', issue = '', pages = '' } = record;
    const year = String(Math.floor((this.#dates[doc] ?? 0) / 10_000));
    this.#addWords(doc, metaZone.other, [
      record.id,
      doi ?? '',
      volume,
      issue,
      pages,
      year === '0' ? '' : year,
    ]);
    if (doi !== undefined) addKey('do', articleIdKey(doi));
    addKey('vi', nameKey(volume));
    addKey('ip', nameKey(issue));
    addKey('pg', firstPage(pages));
    if (doi !== undefined) this.#count('aid');
    if (volume !== '') this.#count('vi');
    if (issue !== '') this.#count('ip');
    if (pages !== '') this.#count('pg');
  }

  /** Sorts and packs; the builder is used up. */
  finish(): IndexParts {
    const ids = [...this.#numbers.keys()];
    const dates = Uint32Array.from(this.#dates);
    return {
      ids: TextTable.of(ids),
      idOrder: inOrder(ids),
      dates,
      days: Object.fromEntries(
        [...this.#days].map(([day, column]) => [
          day,
          Uint32Array.from(ids.keys(), (doc) => column[doc] ?? 0),
        ]),
      ),
      lengths: Uint32Array.from(this.#lengths),
      flags: Uint8Array.from(this.#flags),
      newestFirst: newestFirst(ids, dates),
      covered: Object.fromEntries(
        [...this.#covered].map(([field, docs]) => [field, DocSet.of(ids.length, docs).words]),
      ),
      text: this.#text.finish(),
      meta: this.#meta.finish(),
      keys: this.#keys.finish(),
    };
  }
}
