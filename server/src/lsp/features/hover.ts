import { MarkupKind, type Hover } from 'vscode-languageserver/node';
import {
  describedAt,
  hover as describeAt,
  queryAt,
  trialsHover,
  trialsQueryAt,
} from '@querent/core/features';
import type { OpenDocument } from '../documents.ts';
import { lspRange, offsetOf, type Feature, type Services } from '../services.ts';
import { withPatience } from '../withPatience.ts';

/** How long a hover waits for a number, or for MeSH, that is not there yet; after that it says so. */
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
          const found =
            document.language === 'ctgov'
              ? await expressionHover(services, document, offset, signal)
              : await strategyHover(services, document, offset, signal);
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

async function expressionHover(
  services: Services,
  document: OpenDocument,
  offset: number,
  signal: () => AbortSignal,
): Promise<ReturnType<typeof trialsHover>> {
  const { measuring } = services;
  const query = trialsQueryAt(document.strategy, offset);
  if (query !== undefined && measuring.view(document).query(query).kind === 'pending')
    await withPatience([measuring.measure(document, query, signal())], patienceMs);
  return trialsHover(document.strategy, offset, measuring.view(document));
}

async function strategyHover(
  services: Services,
  document: OpenDocument,
  offset: number,
  signal: () => AbortSignal,
): Promise<ReturnType<typeof describeAt>> {
  await whatHoversNeed(services, document, offset, signal);
  const { insights, measuring } = services;
  const { thesaurus, loading } = measuring.thesaurus(document);
  return describeAt(document.strategy, offset, {
    measurements: measuring.view(document),
    insights: insights.view(document),
    ...(thesaurus === undefined ? {} : { thesaurus }),
    thesaurusLoading: loading,
  });
}

/** Gets what can be told of the query under the cursor, its numbers, what it contributes and its MeSH, where it may be had and comes soon. */
async function whatHoversNeed(
  services: Services,
  document: OpenDocument,
  offset: number,
  signal: () => AbortSignal,
): Promise<void> {
  const query = queryAt(document.strategy, offset);
  if (query === undefined) return;
  const { insights, measuring } = services;
  const needed: Promise<unknown>[] = [];
  if (measuring.view(document).query(query).kind === 'pending')
    needed.push(measuring.measure(document, query, signal()));
  if (measuring.thesaurus(document).loading) needed.push(measuring.thesaurusLoaded(document));
  if (insights.lines(document)?.length !== document.strategy.lines.length)
    needed.push(insights.contributionsKnown(document));
  const described = describedAt(document.strategy, offset);
  if (described !== undefined) needed.push(insights.facetsKnown(document, described, signal()));
  await withPatience(needed, patienceMs);
}
