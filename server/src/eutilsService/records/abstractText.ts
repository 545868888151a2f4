import type { CitationRecord } from '@querent/core/corpus';
import { abstractParts } from './abstractParts.ts';
import { documentSummary } from './documentSummary.ts';

/** A record as PubMed's "abstract" format writes it: citation, title, authors, abstract, ids. One empty line between the parts. */
export function abstractText(record: CitationRecord, index: number): string {
  const { source, citation, ePubDate } = documentSummary(record);
  const doi = record.doi === undefined ? '' : ` doi: ${record.doi}.`;
  const first = ePubDate === '' ? '' : ` Epub ${ePubDate}.`;
  const parts = [
    `${index + 1}. ${source}. ${citation}.${doi}${first}`,
    record.title,
    record.authors.length === 0
      ? ''
      : `${record.authors.map((name) => name.replaceAll(',', '')).join(', ')}.`,
    record.affiliations.length === 0 ? '' : `Author information:\n${record.affiliations.join('\n')}`,
    abstractParts(record.abstract)
      .map(({ label, text }) => (label === '' ? text : `${label}: ${text}`))
      .join('\n'),
    record.more?.conflictStatement === undefined
      ? ''
      : `Conflict of interest statement: ${record.more.conflictStatement}`,
    [
      record.doi === undefined ? '' : `DOI: ${record.doi}`,
      ...(record.more?.articleIds ?? []).filter((id) => /^PMC\d+$/.test(id)).map((id) => `PMCID: ${id}`),
      `PMID: ${record.id}${record.more?.status === 'MEDLINE' ? '  [Indexed for MEDLINE]' : ''}`,
    ]
      .filter((line) => line !== '')
      .join('\n'),
  ];
  return `${parts
    .filter((part) => part !== '')
    .map((part) => part.split('\n').map(wrapped).join('\n'))
    .join('\n\n')}\n\n`;
}

/** PubMed's lines end before the 80th column. */
function wrapped(text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > 79) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}
