import type { CancellationToken } from 'vscode-languageserver/node';
import { recordAddress } from '@querent/core/corpus';
import {
  SearchError,
  type CitationSummary,
  type IdsResult,
  type Measurement,
  type SearchEngine,
  type SearchQuery,
  type SearchWarning,
} from '@querent/core/search';
import { recordsMethod, type RecordsItem, type RecordsParams, type RecordsResult } from '../../protocol.ts';
import { UserFacingError } from '../runSafe.ts';
import { wireMeasurement } from '../wire.ts';
import type { Feature, Services } from '../services.ts';
import { lineSubject } from './lineSubject.ts';

const maxLimit = 500;
/** More seeds than this are not looked up: the list would be unreadable. */
const maxSeeds = 500;

/** `querent/records`: the records that a line finds. */
export const records: Feature = {
  register(services) {
    services.connection.onRequest(recordsMethod, async (params: RecordsParams, token: CancellationToken) =>
      services.safely<RecordsResult | null>(recordsMethod, params?.uri, token, null, (signal) =>
        find(services, params, signal()),
      ),
    );
  },
  capabilities: () => ({}),
};

async function find(services: Services, params: RecordsParams, signal: AbortSignal): Promise<RecordsResult> {
  const { document, line, query } = lineSubject(services, params.uri, params.label);
  const { strategy } = document;
  const until = strategy.frontMatter?.until;
  const options = { signal, priority: 1, ...(until === undefined ? {} : { until }) };
  try {
    const engine: SearchEngine<SearchQuery> = await services.measuring.engine(document);
    const measurement = await services.measuring.measure(document, query, signal);
    const offset = clamp(params.offset, 0, Number.MAX_SAFE_INTEGER);
    // What can be told is told, whatever else fails: numbers and seeds may be known of an earlier day.
    const page = await attempt(signal, () =>
      engine.search(query, { ...options, offset, limit: clamp(params.limit, 1, maxLimit) }),
    );
    const ids = page instanceof SearchError ? [] : page.ids;
    const missed = measurement.missed.slice(0, maxSeeds);
    const found = offset > 0 ? [] : measurement.found.slice(0, maxSeeds);
    const wanted = [...new Set([...ids, ...missed, ...found])];
    const held = await attempt(signal, async () =>
      wanted.length === 0 ? [] : engine.summaries(wanted, options),
    );
    const known = new Map((held instanceof SearchError ? [] : held).map((one) => [one.id, one]));
    const seeds = new Set(services.measuring.seeds(document).ids);
    const items = (some: readonly string[]): readonly RecordsItem[] =>
      itemsOf(some, seeds, known).map(withoutKnown);
    const problem = [page, held].find((answer) => answer instanceof SearchError);
    return {
      label: line.label,
      query: strategy.text.slice(line.queryRange.start, line.queryRange.end),
      measurement: wireMeasurement({
        ...measurement,
        warnings: [...measurement.warnings, ...olderList(page, measurement)],
      }),
      missedSeeds: items(missed).map((item) => ({
        ...item,
        inLibrary: held instanceof SearchError || known.has(item.id),
      })),
      foundSeeds: items(found),
      items: items(ids),
      ...(problem === undefined ? {} : { listProblem: problem.message }),
    };
  } catch (error) {
    if (signal.aborted) throw error;
    throw error instanceof Error ? new UserFacingError(error.message) : error;
  }
}

/** That the list is of an earlier day than the numbers above it, since the service was lost in between. */
function olderList(page: IdsResult | SearchError, { provenance }: Measurement): readonly SearchWarning[] {
  if (page instanceof SearchError || provenance.offline !== undefined) return [];
  const { offline, at } = page.provenance;
  if (offline === undefined) return [];
  return [{ code: 'older-list', message: `These records are those of ${at.slice(0, 10)}. ${offline}` }];
}

/** The answer, or why there is none, as a value. */
async function attempt<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | SearchError> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted || !(error instanceof SearchError)) throw error;
    return error;
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
  return itemsOf(ids, seeds, known);
}

function itemsOf(
  ids: readonly string[],
  seeds: ReadonlySet<string>,
  known: ReadonlyMap<string, CitationSummary>,
): (RecordsItem & { readonly known: boolean })[] {
  return ids.map((id) => {
    const summary = known.get(id);
    const url = recordAddress(id);
    return {
      ...(summary ?? { id, title: id, authors: [] }),
      isSeed: seeds.has(id),
      ...(url === undefined ? {} : { url }),
      known: summary !== undefined,
    };
  });
}

function clamp(value: number, low: number, high: number): number {
  return Number.isFinite(value) ? Math.min(high, Math.max(low, Math.trunc(value))) : low;
}
