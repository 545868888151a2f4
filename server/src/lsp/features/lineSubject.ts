import type { ResolvedQuery } from '@querent/core/pubmed';
import type { SearchQuery } from '@querent/core/search';
import { isUnresolvable, resolveLine, type StrategyLine } from '@querent/core/strategy';
import { documentQuery } from '../../measuring/index.ts';
import type { OpenDocument } from '../documents.ts';
import { UserFacingError } from '../runSafe.ts';
import type { Services } from '../services.ts';

/** A line that somebody asks about. */
export interface LineSubject {
  readonly document: OpenDocument;
  readonly line: StrategyLine;
  /** As the document's database is asked: of PubMed's language, or an expression of ClinicalTrials.gov. */
  readonly query: SearchQuery;
  /** `the strategy` or `line #3`. */
  readonly name: string;
}

/** The open document. @throws UserFacingError where it is closed */
export function openDocument(services: Services, uri: string): OpenDocument {
  const document = services.documents.get(uri);
  if (document === undefined) throw new UserFacingError('The strategy is not open any more.');
  return document;
}

/**
 * The line of that label, else the root line of the document.
 * @throws UserFacingError where there is none, or it cannot be searched
 */
export function lineSubject(services: Services, uri: string, label: string | undefined): LineSubject {
  const document = openDocument(services, uri);
  const { strategy } = document;
  const line = label === undefined || label === null ? strategy.root : strategy.line(String(label));
  if (line === undefined)
    throw new UserFacingError(
      label === undefined || label === null
        ? 'The document has no query yet.'
        : `There is no line #${label} (any more).`,
    );
  const query = documentQuery(document, line.label);
  if ('problem' in query) throw new UserFacingError(query.problem);
  const isWhole = line === strategy.root;
  return { document, line, query, name: isWhole ? 'the strategy' : `line #${line.label}` };
}

/** The same of a strategy in PubMed's language. @throws UserFacingError for searches of ClinicalTrials.gov, too */
export function pubmedSubject(
  services: Services,
  uri: string,
  label: string | undefined,
): LineSubject & { readonly query: ResolvedQuery } {
  const subject = lineSubject(services, uri, label);
  if (subject.document.language !== 'pubmed')
    throw new UserFacingError(
      'This can be told of strategies in PubMed’s language only, not of searches of ClinicalTrials.gov.',
    );
  const query = resolveLine(subject.document.strategy, subject.line.label);
  if (isUnresolvable(query)) throw new UserFacingError(query.problem);
  return { ...subject, query };
}
