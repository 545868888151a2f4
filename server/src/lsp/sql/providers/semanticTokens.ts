import type {
  SemanticTokens,
  SemanticTokensDelta,
  SemanticTokensDeltaParams,
  SemanticTokensRangeParams,
} from 'vscode-languageserver/node';
import { sqlSemanticTokens } from '@querent/core/features';
import { encode } from '../../features/semanticTokens.ts';
import { SentTokens } from '../../sentTokens.ts';
import { offsetsOf, type Services } from '../../services.ts';
import type { OpenSqlDocument } from '../openSqlDocument.ts';
import { schemaSoon } from '../schemaSoon.ts';
import type { SqlProvider } from './index.ts';

const full: SqlProvider = {
  request: 'textDocument/semanticTokens/full',
  answer: async (services, document): Promise<SemanticTokens> =>
    sentBy(services).full(document, await dataOf(services, document)),
};

const delta: SqlProvider = {
  request: 'textDocument/semanticTokens/full/delta',
  answer: async (
    services,
    document,
    { previousResultId }: SemanticTokensDeltaParams,
  ): Promise<SemanticTokens | SemanticTokensDelta> =>
    sentBy(services).delta(document, await dataOf(services, document), previousResultId),
};

const ofRange: SqlProvider = {
  request: 'textDocument/semanticTokens/range',
  async answer(services, document, { range }: SemanticTokensRangeParams): Promise<SemanticTokens> {
    const schema = await schemaSoon(services, document);
    return encode(document, sqlSemanticTokens(document.parsed, schema, offsetsOf(document, range)));
  },
};

/** Colours of names by what they mean in the database: all of a document, what changed, and a part. */
export const semanticTokensProviders: readonly SqlProvider[] = [full, delta, ofRange];

async function dataOf(services: Services, document: OpenSqlDocument): Promise<number[]> {
  const schema = await schemaSoon(services, document);
  return encode(document, sqlSemanticTokens(document.parsed, schema)).data;
}

const sent = new WeakMap<Services, SentTokens>();

function sentBy(services: Services): SentTokens {
  let own = sent.get(services);
  if (own === undefined)
    sent.set(services, (own = new SentTokens((uri) => services.documents.getSql(uri) !== undefined)));
  return own;
}
