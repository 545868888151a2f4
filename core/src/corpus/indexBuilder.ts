import { readAuthor } from './authorName.ts';
import { nameKey } from './characters.ts';
import { dateOf, dayOf, recordDays } from './dates.ts';
import type { CoveredField } from './fields.ts';
import { keyZone, keyZoneBits, metaZone, metaZoneBits, textZone, textZoneBits } from './fields.ts';
import type { IndexParts } from './indexParts.ts';
import { recordFlag } from './indexParts.ts';
import { PostingsBuilder } from './postingsBuilder.ts';
import type { CitationRecord, RecordDay } from './record.ts';
import { doiKey, firstPage, journalKeys, languageKeys, readHeading, readSubstance } from './recordFields.ts';
import { tokenize } from './tokenize.ts';

/** Words between two affiliations or keywords: more than any `:~N` spans, so that proximity stays within one. */
const wideGap = 1024;
/** Between other values: phrases must not run from one into the next. */
const narrowGap = 2;
/** 2^32 / 2^8 zones: the document number must fit into a posting. */
const mostDocuments = 1 << 24;

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
  readonly #coverage = new Map<CoveredField, number>();

  /** Number of records added. */
  get size(): number {
    return this.#numbers.size;
  }

  /** @throws RangeError beyond 16,777,216 records. */
  add(record: CitationRecord): void {
    if (this.#numbers.has(record.id)) return;
    const doc = this.#numbers.size;
    if (doc >= mostDocuments) throw new RangeError(`An index holds at most ${mostDocuments} records.`);
    this.#numbers.set(record.id, doc);
    const date = dateOf(record);
    this.#dates.push(date);
    if (date > 0) this.#count('dp');
    if (record.more?.days !== undefined) this.#addDays(doc, record);
    this.#addText(doc, record);
    this.#addHeadings(doc, record);
    this.#addAuthors(doc, record);
    this.#addValues(doc, record);
  }

  #count(field: CoveredField): void {
    this.#coverage.set(field, (this.#coverage.get(field) ?? 0) + 1);
  }

  #addDays(doc: number, record: CitationRecord): void {
    for (const day of recordDays) {
      const date = dayOf(record, day);
      if (date === 0) continue;
      let column = this.#days.get(day);
      if (column === undefined) this.#days.set(day, (column = []));
      column[doc] = date;
    }
  }

  #addText(doc: number, record: CitationRecord): void {
    const add = (zone: number, text: string, base: number): number =>
      tokenize(text, (word, position) => this.#text.add(word, doc, zone, base + position));
    let length = add(textZone.title, record.title, 0);
    const inAbstract = add(textZone.abstract, record.abstract, 0);
    length += inAbstract;
    let base = 0;
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

  /** Indexes the words of `values` in a zone of the other store. */
  #addWords(doc: number, zone: number, values: readonly string[], gap = narrowGap): void {
    let base = 0;
    for (const value of values)
      base += tokenize(value, (word, position) => this.#meta.add(word, doc, zone, base + position)) + gap;
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
    record.authors.forEach((text, i) => {
      const { key, full } = readAuthor(text);
      if (key === '') return;
      const zones: number[] = [];
      if (i === 0) zones.push(keyZone.firstAuthor);
      if (i === record.authors.length - 1) zones.push(keyZone.lastAuthor);
      if (zones.length === 0) zones.push(keyZone.plain);
      for (const zone of zones) {
        this.#keys.add(`au:${key}`, doc, zone, 0);
        for (const name of full) this.#keys.add(`fn:${name}`, doc, zone, 0);
      }
      words.push(key, ...full.slice(1));
    });
    this.#addWords(doc, metaZone.author, words);
    if (words.length > 0) this.#count('au');
  }

  #addValues(doc: number, record: CitationRecord): void {
    const addKey = (kind: string, key: string): void => {
      if (key !== '') this.#keys.add(`${kind}:${key}`, doc, keyZone.plain, 0);
    };
    this.#addWords(doc, metaZone.publicationType, record.publicationTypes);
    for (const type of record.publicationTypes) addKey('pt', nameKey(type));
    if (record.publicationTypes.length > 0) this.#count('pt');

    const substances = record.substances.map(readSubstance);
    this.#addWords(
      doc,
      metaZone.substance,
      substances.map(({ name }) => name),
    );
    for (const { name, number } of substances) {
      addKey('nm', nameKey(name));
      if (number !== undefined) addKey('rn', nameKey(number));
    }
    if (substances.length > 0) this.#count('nm');

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
    if (doi !== undefined) addKey('do', doiKey(doi));
    addKey('vi', nameKey(volume));
    addKey('ip', nameKey(issue));
    addKey('pg', firstPage(pages));
    if (doi !== undefined) this.#count('do');
    if (volume !== '') this.#count('vi');
    if (pages !== '') this.#count('pg');
  }

  /** Sorts and packs; the builder is used up. */
  finish(): IndexParts {
    const ids = [...this.#numbers.keys()];
    const dates = Uint32Array.from(this.#dates);
    const pmids = Float64Array.from(ids, (id) => (/^\d{1,15}$/.test(id) ? Number(id) : -1));
    const newestFirst = Uint32Array.from(ids.keys()).sort(
      (a, b) =>
        (dates[b] ?? 0) - (dates[a] ?? 0) ||
        (pmids[b] ?? 0) - (pmids[a] ?? 0) ||
        ((ids[a] ?? '') < (ids[b] ?? '') ? -1 : 1),
    );
    return {
      ids,
      dates,
      days: Object.fromEntries(
        [...this.#days].map(([day, column]) => [
          day,
          Uint32Array.from(ids.keys(), (doc) => column[doc] ?? 0),
        ]),
      ),
      lengths: Uint32Array.from(this.#lengths),
      flags: Uint8Array.from(this.#flags),
      newestFirst,
      coverage: Object.fromEntries(this.#coverage),
      text: this.#text.finish(),
      meta: this.#meta.finish(),
      keys: this.#keys.finish(),
    };
  }
}
