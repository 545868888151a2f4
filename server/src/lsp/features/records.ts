import type { CancellationToken } from 'vscode-languageserver/node';
import type { CitationSummary, SearchEngine, SearchQuery } from '@querent/core/search';
import { documentQuery } from '../../measuring/index.ts';
import { recordsMethod, type RecordsItem, type RecordsParams, type RecordsResult } from '../../protocol.ts';
import { UserFacingError } from '../runSafe.ts';
import { wireMeasurement } from '../wire.ts';
import type { Feature, Services } from '../services.ts';
import type { OpenDocument } from '../documents.ts';

const maxLimit = 500;
/** More seeds than this are not looked up: the list would be unreadable. */
const maxMissed = 500;

/** `querent/records`: the records that a line finds. */
export const records: Feature = {
  register(services) {
    services.connection.onRequest(recordsMethod, async (params: RecordsParams, token: CancellationToken) =>
      services.safely<RecordsResult | null>(recordsMethod, params?.uri, token, null, async (signal) => {
        const document = services.documents.get(params?.uri);
        if (document === undefined) throw new UserFacingError('The strategy is not open any more.');
        return find(services, document, params, signal());
      }),
    );
  },
  capabilities: () => ({}),
};

async function find(
  services: Services,
  document: OpenDocument,
  params: RecordsParams,
  signal: AbortSignal,
): Promise<RecordsResult> {
  const { strategy } = document;
  const line = params.label === undefined ? strategy.root : strategy.line(params.label);
  if (line === undefined)
    throw new UserFacingError(
      params.label === undefined
        ? 'The document has no query yet.'
        : `There is no line #${params.label} (any more).`,
    );
  const query = documentQuery(document, line.label);
  if ('problem' in query) throw new UserFacingError(query.problem);
  const until = strategy.frontMatter?.until;
  const options = { signal, ...(until === undefined ? {} : { until }) };
  try {
    const engine: SearchEngine<SearchQuery> = await services.measuring.engine(document);
    const measurement = await services.measuring.measure(document, query, signal);
    const page = await engine.search(query, {
      ...options,
      offset: clamp(params.offset, 0, Number.MAX_SAFE_INTEGER),
      limit: clamp(params.limit, 1, maxLimit),
    });
    const seeds = new Set(services.measuring.seeds(document).ids);
    const items = await summaries(engine, page.ids, seeds, options);
    const missed = measurement.missed.slice(0, maxMissed);
    const missedSeeds = await summaries(engine, missed, seeds, options);
    const found = params.offset > 0 ? [] : measurement.found.slice(0, maxMissed);
    const foundSeeds = await summaries(engine, found, seeds, options);
    return {
      label: line.label,
      query: strategy.text.slice(line.queryRange.start, line.queryRange.end),
      measurement: wireMeasurement(measurement),
      missedSeeds: missedSeeds.map(({ known, ...item }) => ({ ...item, inLibrary: known })),
      foundSeeds: foundSeeds.map(withoutKnown),
      items: items.map(withoutKnown),
    };
  } catch (error) {
    if (signal.aborted) throw error;
    throw error instanceof Error ? new UserFacingError(error.message) : error;
  }
}

export function withoutKnown({ known, ...item }: RecordsItem & { readonly known: boolean }): RecordsItem {
  void known;
  return item;
}

/** One item an id, in order; an id that the engine does not hold keeps its place with the id as title. */
export async function summaries(
  engine: SearchEngine,
  ids: readonly string[],
  seeds: ReadonlySet<string>,
  options: { readonly signal: AbortSignal },
): Promise<(RecordsItem & { readonly known: boolean })[]> {
  const known = new Map<string, CitationSummary>();
  if (ids.length > 0)
    for (const summary of await engine.summaries(ids, options)) known.set(summary.id, summary);
  return ids.map((id) => {
    const summary = known.get(id);
    const url = addressOf(id);
    return {
      ...(summary ?? { id, title: id, authors: [] }),
      isSeed: seeds.has(id),
      ...(url === undefined ? {} : { url }),
      known: summary !== undefined,
    };
  });
}

/** Address of a record at its source; undefined for ids of unknown sources. */
function addressOf(id: string): string | undefined {
  if (/^\d{1,9}$/.test(id)) return `https://pubmed.ncbi.nlm.nih.gov/${id}/`;
  if (/^NCT\d{8}$/.test(id)) return `https://clinicaltrials.gov/study/${id}`;
  return undefined;
}

function clamp(value: number, low: number, high: number): number {
  return Number.isFinite(value) ? Math.min(high, Math.max(low, Math.trunc(value))) : low;
}
