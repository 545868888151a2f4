import type { CancellationToken } from 'vscode-languageserver/node';
import type { RankedEngine, SearchEngine } from '@querent/core/search';
import { parseStrategy } from '@querent/core/strategy';
import { rankRecordsMethod, type RankRecordsParams, type RankRecordsResult } from '../../protocol.ts';
import { reportTo, type Report } from '../progress.ts';
import { UserFacingError } from '../runSafe.ts';
import type { Feature, Services } from '../services.ts';
import { summaries, withoutKnown } from './records.ts';

type MeasuredDocument = Parameters<Services['measuring']['engine']>[0];

const maxLimit = 500;
const defaultLimit = 50;

/** `querent/rankRecords`: the records that fit a question best, with progress while the index is being built. */
export const rankRecords: Feature = {
  register(services) {
    services.connection.onRequest(
      rankRecordsMethod,
      async (params: RankRecordsParams, token: CancellationToken) =>
        services.safely<RankRecordsResult | null>(
          rankRecordsMethod,
          params?.uri ?? '',
          token,
          null,
          async (signal) => {
            if (typeof params?.question !== 'string')
              throw new UserFacingError('Ranking needs a question: the words that records should be about.');
            const progress =
              params.workDoneToken === undefined
                ? undefined
                : services.connection.window.attachWorkDoneProgress(params.workDoneToken);
            progress?.begin('Finding records', 0, undefined, true);
            const aborted = signal();
            try {
              return await rank(services, params, aborted, (message, percent) =>
                reportTo(progress, message, percent),
              );
            } catch (error) {
              if (aborted.aborted) throw error;
              throw error instanceof Error ? new UserFacingError(error.message) : error;
            } finally {
              progress?.done();
            }
          },
        ),
    );
  },
  capabilities: () => ({}),
};

async function rank(
  services: Services,
  { uri, question, limit }: RankRecordsParams,
  signal: AbortSignal,
  report: Report,
): Promise<RankRecordsResult> {
  const { measuring } = services;
  const document = documentOf(services, uri);
  const engine = await measuring.engine(document);
  if (!canRank(engine))
    throw new UserFacingError(
      `${engine.label}: records can be ranked in a citation library only. Name one as database, or choose one with "Querent: Choose Citation Library".`,
    );
  const answer = await engine.rank(question, {
    signal,
    limit: Math.min(Math.max(1, Math.trunc(Number(limit ?? defaultLimit)) || defaultLimit), maxLimit),
    onProgress: ({ done, total }) =>
      report(
        `indexing ${total.toLocaleString('en-US')} records, once for this library`,
        (done / total) * 100,
      ),
  });
  const ids = answer.hits.map(({ id }) => id);
  const seeds = new Set(measuring.seeds(document).ids);
  const items = await summaries(engine, ids, seeds, { signal });
  return {
    count: answer.count,
    translation: answer.translation,
    warnings: answer.warnings,
    provenance: answer.provenance,
    items: items.map((item, i) => ({ ...withoutKnown(item), score: answer.hits[i]?.score ?? 0 })),
  };
}

/** The open document; without one a document of nothing, which is asked where the settings say. */
function documentOf({ documents }: Services, uri: string | undefined): MeasuredDocument {
  const open = uri === undefined ? undefined : documents.get(uri);
  return open ?? { uri: uri ?? '', strategy: parseStrategy('') };
}

function canRank(engine: SearchEngine): engine is SearchEngine & RankedEngine {
  return 'rank' in engine;
}
