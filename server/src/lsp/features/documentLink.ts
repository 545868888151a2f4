import { existsSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { DocumentLink } from 'vscode-languageserver/node';
import { documentLinks } from '@querent/core/features';
import { isNetworkPath } from '../../measuring/index.ts';
import type { OpenDocument } from '../documents.ts';
import { lspRange, type Feature, type Services } from '../services.ts';

/** Headings to MeSH, ids to their records, and the files that the front matter names, as far as they are there. */
export const documentLink: Feature = {
  register(services) {
    services.connection.onDocumentLinks(async (params, token) =>
      services.onDocument<DocumentLink[]>('textDocument/documentLink', params, token, [], (document) => {
        const { thesaurus } = services.measuring.thesaurus(document);
        return documentLinks(document.strategy, thesaurus).flatMap(({ range, target, tooltip }) => {
          const address = target.kind === 'url' ? target.url : addressOf(services, document, target.path);
          return address === undefined
            ? []
            : [{ range: lspRange(document, range), target: address, tooltip }];
        });
      }),
    );
  },
  capabilities: () => ({ documentLinkProvider: { resolveProvider: false } }),
};

/** Where the file is: looked for as measuring does, beside the document and then in the folders of the workspace. */
function addressOf(services: Services, { uri }: OpenDocument, path: string): string | undefined {
  if (isNetworkPath(path) && !services.client().trusted) return undefined;
  const roots = [...directoryOf(uri), ...services.measuring.folders];
  const candidates = isAbsolute(path) ? [path] : roots.map((root) => resolve(root, path));
  const found = candidates.find((candidate) => existsSync(candidate));
  return found === undefined ? undefined : pathToFileURL(found).href;
}

function directoryOf(uri: string): string[] {
  try {
    return uri.startsWith('file:') ? [dirname(fileURLToPath(uri))] : [];
  } catch {
    return [];
  }
}
