import type { Services } from '../../services.ts';
import type { OpenSqlDocument } from '../openSqlDocument.ts';
import { codeLensProvider } from './codeLens.ts';
import { codeActionProvider } from './codeAction.ts';
import { completionProvider } from './completion.ts';
import { definitionProvider } from './definition.ts';
import { diagnosticsProvider } from './diagnostics.ts';
import { documentHighlightProvider } from './documentHighlight.ts';
import { documentLinkProvider } from './documentLink.ts';
import { documentSymbolProvider } from './documentSymbol.ts';
import { foldingRangeProvider } from './foldingRange.ts';
import { formattingProvider, rangeFormattingProvider } from './formatting.ts';
import { hoverProvider } from './hover.ts';
import { prepareRenameProvider } from './prepareRename.ts';
import { referencesProvider } from './references.ts';
import { renameProvider } from './rename.ts';
import { selectionRangeProvider } from './selectionRange.ts';
import { semanticTokensProviders } from './semanticTokens.ts';
import { signatureHelpProvider } from './signatureHelp.ts';

/**
 * What answers one of LSP's requests for documents of SQL. The handlers in `features/` are registered for all languages; for a document of SQL
 * `onDocument` comes here. Capabilities are those of the features.
 */
export interface SqlProvider {
  /** `textDocument/hover` and the like: what the feature passes to `onDocument`. */
  readonly request: string;
  /** @returns undefined for nothing to say */
  answer(services: Services, document: OpenSqlDocument, params: never, signal: () => AbortSignal): unknown;
}

/** Every request that documents of SQL answer; a new one is a file and a line here. */
const providers: readonly SqlProvider[] = [
  codeLensProvider,
  codeActionProvider,
  completionProvider,
  definitionProvider,
  diagnosticsProvider,
  documentHighlightProvider,
  documentLinkProvider,
  documentSymbolProvider,
  foldingRangeProvider,
  formattingProvider,
  hoverProvider,
  prepareRenameProvider,
  rangeFormattingProvider,
  referencesProvider,
  renameProvider,
  selectionRangeProvider,
  ...semanticTokensProviders,
  signatureHelpProvider,
];

const byRequest = new Map(providers.map((provider) => [provider.request, provider]));

/** The answer of the provider for `request`, `fallback` where there is none or it has nothing to say. */
export async function sqlProvided<T>(
  request: string,
  services: Services,
  document: OpenSqlDocument,
  params: unknown,
  fallback: T,
  signal: () => AbortSignal,
): Promise<T> {
  const answer = await byRequest.get(request)?.answer(services, document, params as never, signal);
  return (answer as T | undefined) ?? fallback;
}
