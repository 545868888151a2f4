import { readAuthor } from './authorName.ts';
import { nameKey } from './characters.ts';
import type { CoveredField, RareWordField } from './fields.ts';
import { metaZone } from './fields.ts';
import type { CitationDetails, CitationRecord } from './record.ts';
import { articleIdKey, isbnKey, journalKey, personIdKey } from './recordFields.ts';

/** Where what is found on a record goes. */
export interface DetailSink {
  /** A whole value, `st` and `medline`; empty ones are left out. */
  key(kind: string, key: string): void;
  /** Words that a rare field searches. */
  rareWords(field: RareWordField, values: readonly string[]): void;
  /** Words that `[all]` finds, in a zone of the store for everything else. */
  words(zone: number, values: readonly string[]): void;
  /** The record has the field. */
  count(field: CoveredField): void;
}

/** Indexes what only some sources tell of a record. */
export function addDetails(record: CitationRecord, details: CitationDetails, sink: DetailSink): void {
  addPeople(details, sink);
  addText(details, sink);
  addNumbers(record, details, sink);
  addKind(details, sink);
}

/** Ids, numbers and the like that are searched as whole values. */
function addNumbers(record: CitationRecord, details: CitationDetails, sink: DetailSink): void {
  const { authorIds = [], issns = [], nlmId, place, isbns = [], articleIds = [] } = details;
  for (const id of authorIds) sink.key('ai', personIdKey(id));
  if (authorIds.length > 0) sink.count('auid');
  for (const issn of issns) sink.key('ta', journalKey(issn));
  if (nlmId !== undefined) {
    sink.key('ji', nameKey(nlmId));
    sink.count('jid');
  }
  // Not in all fields (User Guide, [pl]).
  if (place !== undefined) {
    sink.key('pl', nameKey(place));
    sink.count('pl');
  }
  for (const isbn of isbns) sink.key('ib', isbnKey(isbn));
  if (isbns.length > 0) sink.count('isbn');
  for (const id of articleIds) {
    sink.key('do', articleIdKey(id));
    if (/^nihms\d/i.test(id.trim())) sink.key('ha', 'nihmsid');
  }
  if (articleIds.length > 0 && record.doi === undefined) sink.count('aid');
  sink.words(metaZone.other, [...authorIds, ...issns, nlmId ?? '', ...isbns, ...articleIds]);
}

function addPeople(details: CitationDetails, sink: DetailSink): void {
  const fields = [
    ['ir', 'fi', details.investigators, metaZone.other],
    ['ed', 'fe', details.editors, metaZone.other],
    ['ps', 'fp', details.personalSubjects, metaZone.substance],
  ] as const;
  for (const [field, full, names = [], zone] of fields) {
    const words: string[] = [];
    for (const name of names) {
      const read = readAuthor(name);
      sink.key(field, read.key);
      for (const one of read.full) sink.key(full, one);
      words.push(read.key, ...read.full.slice(1));
    }
    sink.words(zone, words);
    if (names.length > 0) sink.count(field);
  }
}

function addText(details: CitationDetails, sink: DetailSink): void {
  const { collectiveAuthors, transliteratedTitles, conflictStatement, grants, databankIds } = details;
  const fields: readonly (readonly [RareWordField, readonly string[] | undefined, number])[] = [
    ['cn', collectiveAuthors, metaZone.substance],
    ['si', databankIds, metaZone.substance],
    ['tt', transliteratedTitles, metaZone.other],
    ['cois', one(conflictStatement), metaZone.other],
    ['gr', grants, metaZone.other],
    ['book', one(details.bookTitle), metaZone.other],
    ['pubn', one(details.publisher), metaZone.other],
  ];
  for (const [field, values = [], zone] of fields) {
    if (values.length === 0) continue;
    sink.rareWords(field, values);
    sink.words(zone, values);
    sink.count(field);
  }
}

const one = (value: string | undefined): readonly string[] => (value === undefined ? [] : [value]);

/** What limits ask for: status, subsets, links, and whether something is there at all. */
function addKind({ status, subsets = [], links = [], ...details }: CitationDetails, sink: DetailSink): void {
  if (status !== undefined) {
    sink.key('st', nameKey(status));
    sink.count('status');
  }
  for (const subset of subsets) sink.key('js', nameKey(subset));
  if (subsets.length > 0) sink.count('subset');
  for (const link of links) sink.key('li', nameKey(link));
  if (links.length > 0) sink.count('link');
  if (details.conflictStatement !== undefined) sink.key('ha', 'cois');
  if ((details.databankIds ?? []).length > 0) sink.key('ha', 'databanklist');
}
