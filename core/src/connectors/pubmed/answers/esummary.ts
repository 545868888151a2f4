import type { CitationSummary } from '../../../search/index.ts';
import { refuse } from './answer.ts';
import type { EutilsAnswer } from './answer.ts';
import { object, objects, text, texts } from './json.ts';
import type { Json } from './json.ts';
import { plainText } from './plainText.ts';
import { nodesAt, textAt, textsAt } from './xmlTree.ts';
import type { XmlNode } from './xmlTree.ts';

/** What a summary is made of, whatever it was written in. */
interface Raw {
  readonly title: string;
  readonly vernacularTitle: string;
  /** Where a year may stand, the best place first. */
  readonly dates: readonly string[];
  readonly journal: string;
  readonly authors: readonly string[];
  readonly doi: string;
}

/**
 * JSON, and both forms of XML: `DocumentSummary` (version 2.0) and `DocSum`.
 * @returns summaries by id; ids that PubMed does not hold are absent.
 * @throws SearchError
 */
export function readEsummary(answer: EutilsAnswer): ReadonlyMap<string, CitationSummary> {
  const entries = answer.kind === 'json' ? fromJson(answer.value) : fromXml(answer.root);
  if (entries === undefined) refuse(answer, 'gave no summaries');
  return new Map(entries.map(([id, raw]) => [id, toSummary(id, raw)]));
}

function toSummary(id: string, raw: Raw): CitationSummary {
  const year = /\b(1[5-9]|20|21)\d\d\b/.exec(raw.dates.join(' '));
  const journal = plainText(raw.journal);
  return {
    id,
    title: plainText(raw.title) || plainText(raw.vernacularTitle) || `PMID ${id}`,
    ...(year === null ? {} : { year: Number(year[0]) }),
    ...(journal === '' ? {} : { journal }),
    authors: raw.authors.filter((name) => name !== ''),
    ...(raw.doi === '' ? {} : { doi: raw.doi }),
  };
}

type Entries = readonly (readonly [id: string, raw: Raw])[] | undefined;

function fromJson(answer: Json): Entries {
  const result = object(answer['result']);
  // With ids that are no ids there may be an empty result beside the error.
  if (result === undefined || (texts(result['uids']).length === 0 && answer['esummaryresult'] !== undefined))
    return undefined;
  return texts(result['uids']).flatMap((id) => {
    const entry = object(result[id]);
    return entry === undefined || entry['error'] !== undefined ? [] : [[id, rawOf(entry)] as const];
  });
}

function rawOf(entry: Json): Raw {
  const ids = objects(entry['articleids']);
  return {
    title: text(entry['title']),
    vernacularTitle: text(entry['vernaculartitle']),
    dates: ['pubdate', 'epubdate', 'sortpubdate'].map((name) => text(entry[name])),
    journal: text(entry['fulljournalname']) || text(entry['source']),
    authors: objects(entry['authors']).map((author) => text(author['name'])),
    doi: text(ids.find((item) => item['idtype'] === 'doi')?.['value']),
  };
}

function fromXml(root: XmlNode): Entries {
  if (root.name !== 'eSummaryResult') return undefined;
  const sets = nodesAt(root, 'DocumentSummarySet');
  const summaries = nodesAt(root, 'DocumentSummarySet', 'DocumentSummary');
  const docSums = nodesAt(root, 'DocSum');
  if (sets.length === 0 && docSums.length === 0 && textsAt(root, 'ERROR').length > 0) return undefined;
  return [
    ...summaries.flatMap((node) => {
      const id = node.attributes['uid'] ?? '';
      return id === '' || textAt(node, 'error') !== '' ? [] : [[id, rawOfSummary(node)] as const];
    }),
    ...docSums.map((node) => [textAt(node, 'Id'), rawOfItems(node)] as const),
  ];
}

function rawOfSummary(node: XmlNode): Raw {
  const ids = nodesAt(node, 'ArticleIds', 'ArticleId');
  return {
    title: textAt(node, 'Title'),
    vernacularTitle: textAt(node, 'VernacularTitle'),
    dates: ['PubDate', 'EPubDate', 'SortPubDate'].map((name) => textAt(node, name)),
    journal: textAt(node, 'FullJournalName') || textAt(node, 'Source'),
    authors: nodesAt(node, 'Authors', 'Author').map((author) => textAt(author, 'Name')),
    doi: textAt(
      ids.find((id) => textAt(id, 'IdType') === 'doi'),
      'Value',
    ),
  };
}

function rawOfItems(node: XmlNode): Raw {
  const items = new Map(nodesAt(node, 'Item').map((item) => [item.attributes['Name'], item]));
  const value = (name: string): string => items.get(name)?.text.trim() ?? '';
  return {
    title: value('Title'),
    vernacularTitle: value('VernacularTitle'),
    dates: [value('PubDate'), value('EPubDate'), value('SortPubDate')],
    journal: value('FullJournalName') || value('Source'),
    authors: textsAt(items.get('AuthorList'), 'Item'),
    doi: value('DOI'),
  };
}
