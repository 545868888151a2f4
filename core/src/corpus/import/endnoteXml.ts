import { citationOf, stableId } from './facts.ts';
import type { CitationFacts } from './facts.ts';
import { doiWithin, isbnsWithin, issnsWithin, pmcidsWithin, pmidOf, pmidWithin } from './identifiers.ts';
import type { ImportItem } from './item.ts';
import { cleanLines, normaliseDate } from './normalise.ts';
import { childOf, textAt, textsAt } from './xmlElement.ts';
import type { XmlElement } from './xmlElement.ts';
import type { XmlDialect } from './xmlRecords.ts';

/** EndNote's XML, in which every text stands in runs of `<style>`. */
export const endnoteXml: XmlDialect = {
  records: new Set(['record']),
  parts: new Set(),
  skipped: new Set(['foreign-keys', 'research-notes']),
  toItems,
};

function toItems(record: XmlElement): readonly ImportItem[] {
  const { line } = record;
  const facts = factsOf(record);
  const id = stableId(pmidIn(record), facts);
  return id === undefined
    ? [{ kind: 'rejected', line, reason: 'begins a record that has neither a PMID nor a DOI nor a title' }]
    : [{ kind: 'record', line, record: citationOf(id, facts) }];
}

const CUSTOM = Array.from({ length: 7 }, (_, i) => `custom${i + 1}`);

/** The accession number is a PMID where the record says that it is from PubMed or MEDLINE; elsewhere a PMID has to be named as one. */
function pmidIn(record: XmlElement): string | undefined {
  const number = textAt(record, 'accession-num') ?? '';
  const from = ['remote-database-name', 'remote-database-provider'].map((name) => textAt(record, name) ?? '');
  const isPubmed = /\b(?:pubmed|medline|nlm)\b/i.test(from.join(' ')) && !/embase/i.test(from.join(' '));
  const urls = textsAt(record, 'urls', 'related-urls', 'url');
  const places = [number, ...CUSTOM.map((name) => textAt(record, name) ?? ''), ...urls];
  const named = places.map(pmidWithin).find((id) => id !== undefined);
  return isPubmed ? (pmidOf(number) ?? named) : named;
}

function factsOf(record: XmlElement): CitationFacts {
  const type = childOf(record, 'ref-type')?.attributes['name'] ?? '';
  const isBook = /book/i.test(type);
  const isPart = /section|chapter/i.test(type);
  const titles = childOf(record, 'titles');
  const journal =
    textAt(record, 'periodical', 'full-title') ??
    textAt(titles, 'secondary-title') ??
    textAt(record, 'alt-periodical', 'full-title');
  const abbreviation =
    textAt(record, 'periodical', 'abbr-1') ??
    textAt(record, 'alt-periodical', 'abbr-1') ??
    textAt(record, 'alt-periodical', 'full-title') ??
    textAt(titles, 'alt-title');
  const title = textAt(titles, 'title');
  const numbers = textAt(record, 'isbn') ?? '';
  const doi = textAt(record, 'electronic-resource-num') ?? '';
  const secondary = textsAt(record, 'contributors', 'secondary-authors', 'author');
  const date = dateOf(record);
  return {
    title,
    abstract: textAt(record, 'abstract'),
    date,
    journal: isBook ? undefined : journal,
    journalAbbreviation: isBook || abbreviation === journal ? undefined : abbreviation,
    authors: textsAt(record, 'contributors', 'authors', 'author').flatMap(perLine),
    affiliations: perLine(textAt(record, 'auth-address')),
    publicationTypes: cleanLines(textAt(record, 'work-type') ?? '').split(/ ?[;\n] ?/),
    languages: cleanLines(textAt(record, 'language') ?? '').split(/ ?[;,\n] ?/),
    keywords: textsAt(record, 'keywords', 'keyword').flatMap(perLine),
    doi: doiWithin([
      doi,
      ...textsAt(record, 'urls', 'related-urls', 'url').filter((url) => /doi/i.test(url)),
    ]),
    volume: textAt(record, 'volume'),
    issue: textAt(record, 'number'),
    pages: textAt(record, 'pages'),
    more: {
      editors: isBook ? secondary : [],
      transliteratedTitles: [textAt(titles, 'translated-title') ?? ''],
      issns: issnsWithin(numbers),
      isbns: isbnsWithin(numbers),
      publisher: textAt(record, 'publisher'),
      place: textAt(record, 'pub-location'),
      bookTitle: isPart ? textAt(titles, 'secondary-title') : isBook ? title : undefined,
      articleIds: pmcidsWithin(CUSTOM.map((name) => textAt(record, name) ?? '')),
    },
  };
}

/** Several values in one element stand on lines of their own. */
function perLine(text: string | undefined): readonly string[] {
  return cleanLines(text ?? '').split('\n');
}

function dateOf(record: XmlElement): string | undefined {
  const year = textAt(record, 'dates', 'year') ?? '';
  const day = textAt(record, 'dates', 'pub-dates', 'date') ?? '';
  const dated = normaliseDate(`${year} ${day}`);
  const alone = normaliseDate(day);
  const isMore =
    alone !== undefined && alone.length > (dated?.length ?? 0) && (year === '' || alone.startsWith(year));
  return isMore ? alone : dated;
}
