import type { CancellationToken } from 'vscode-languageserver/node';
import { findRefactorings, placeAt, queryLabelAt } from '@querent/core/features';
import { isUnresolvable, printResolved, resolveLine } from '@querent/core/strategy';
import { applyEdits, LineIndex } from '@querent/core/text';
import {
  queryTextMethod,
  refactorMethod,
  type QueryTextParams,
  type QueryTextResult,
  type RefactorParams,
  type RefactorResult,
} from '../../protocol.ts';
import type { OpenDocument } from '../documents.ts';
import { UserFacingError } from '../runSafe.ts';
import { lspEdits, offsetOf, offsetsOf, type Feature, type Services } from '../services.ts';

/** `querent/refactor` and `querent/queryText`: what the editor's commands ask for. */
export const refactor: Feature = {
  register(services) {
    services.connection.onRequest(refactorMethod, async (params: RefactorParams, token: CancellationToken) =>
      services.safely<RefactorResult | null>(refactorMethod, params?.uri, token, null, () =>
        offersAt(services, opened(services, params?.uri), params),
      ),
    );
    services.connection.onRequest(
      queryTextMethod,
      async (params: QueryTextParams, token: CancellationToken) =>
        services.safely<QueryTextResult | null>(queryTextMethod, params?.uri, token, null, () =>
          queryText(opened(services, params?.uri), params),
        ),
    );
  },
  capabilities: () => ({}),
};

function opened(services: Services, uri: string): OpenDocument {
  const document = services.documents.get(uri);
  if (document === undefined) throw new UserFacingError('The strategy is not open any more.');
  return document;
}

function offersAt(services: Services, document: OpenDocument, { id, range }: RefactorParams): RefactorResult {
  if (document.language !== 'pubmed')
    return {
      version: document.version,
      offers: [],
      problem: 'Refactorings know the language of PubMed only, not that of ClinicalTrials.gov.',
    };
  const { thesaurus } = services.measuring.thesaurus(document);
  const found = findRefactorings(
    placeAt(document.strategy, offsetsOf(document, range), thesaurus),
    String(id),
  );
  const { version } = document;
  if ('problem' in found) return { version, offers: [], problem: found.problem };
  return {
    version,
    offers: found.map(({ title, edits, cursor }) => ({
      title,
      edits: lspEdits(document, edits),
      ...(cursor === undefined
        ? {}
        : { cursor: new LineIndex(applyEdits(document.text, edits)).positionAt(cursor) }),
    })),
  };
}

function queryText(document: OpenDocument, { label, position }: QueryTextParams): QueryTextResult {
  const { language, strategy } = document;
  if (language !== 'pubmed')
    throw new UserFacingError(
      'This is a search of ClinicalTrials.gov; only lines of PubMed strategies are written for PubMed.',
    );
  if (label !== undefined && typeof label !== 'string')
    throw new UserFacingError('The label of a line is a text.');
  const at = position === undefined ? undefined : queryLabelAt(strategy, offsetOf(document, position));
  const wanted = label ?? at ?? strategy.root?.label;
  if (wanted === undefined) throw new UserFacingError('The document has no query yet.');
  const resolved = resolveLine(strategy, wanted);
  if (isUnresolvable(resolved)) throw new UserFacingError(resolved.problem);
  try {
    return { label: wanted, text: printResolved(resolved) };
  } catch (error) {
    throw error instanceof Error ? new UserFacingError(error.message) : error;
  }
}
