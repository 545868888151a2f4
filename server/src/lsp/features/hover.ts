import { MarkupKind, type Hover } from 'vscode-languageserver/node';
import { hover as describeAt, queryAt } from '@querent/core/features';
import type { OpenDocument } from '../documents.ts';
import { lspRange, offsetOf, type Feature, type Services } from '../services.ts';

/** How long a hover waits for a number that is not there yet; after that it says that it is being searched. */
const patienceMs = 1_500;

export const hover: Feature = {
  register(services) {
    services.connection.onHover(async (params, token) =>
      services.onDocument<Hover | null>(
        'textDocument/hover',
        params,
        token,
        null,
        async (document, signal) => {
          const offset = offsetOf(document, params.position);
          await numbersAt(services, document, offset, signal);
          const { measuring } = services;
          const thesaurus = measuring.thesaurus(document);
          const found = describeAt(document.strategy, offset, {
            measurements: measuring.view(document),
            ...(thesaurus === undefined ? {} : { thesaurus }),
          });
          if (found === undefined) return null;
          return {
            contents: { kind: MarkupKind.Markdown, value: found.markdown },
            range: lspRange(document, found.range),
          };
        },
      ),
    );
  },
  capabilities: () => ({ hoverProvider: true }),
};

/** Gets the numbers of what is under the cursor, where they may be had and come soon. */
async function numbersAt(
  services: Services,
  document: OpenDocument,
  offset: number,
  signal: () => AbortSignal,
): Promise<void> {
  const query = queryAt(document.strategy, offset);
  if (query === undefined || services.measuring.view(document).query(query).kind !== 'pending') return;
  const aborted = signal();
  const measuring = services.measuring.measure(document, query, aborted).then(
    () => {},
    // The reason is shown by the hover itself, which looks the failure up.
    () => {},
  );
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((done) => (timer = setTimeout(done, patienceMs)));
  await Promise.race([measuring, patience]);
  clearTimeout(timer);
}
