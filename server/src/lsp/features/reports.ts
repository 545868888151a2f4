import type { CancellationToken } from 'vscode-languageserver/node';
import { code, facetsReport, lineTitles, overlapReport, queryLabelAt, shorten } from '@querent/core/features';
import type { ResolvedQuery } from '@querent/core/pubmed';
import { describing } from '@querent/core/search';
import type { DescribingEngine } from '@querent/core/search';
import { isUnresolvable, resolveLine, type StrategyLine } from '@querent/core/strategy';
import {
  compareLinesMethod,
  describeRecordsMethod,
  linesMethod,
  type CompareLinesParams,
  type DescribeRecordsParams,
  type LinesParams,
  type LinesResult,
  type ReportResult,
} from '../../protocol.ts';
import type { OpenDocument } from '../documents.ts';
import { UserFacingError } from '../runSafe.ts';
import { offsetOf, type Feature, type Services } from '../services.ts';
import { wireMeasurement } from '../wire.ts';

/** Values of a field in a report. */
const top = 15;
/** Characters of a query in a report, and in a list to choose from. */
const longestQuery = 2_000;
const longestChoice = 200;

/** `querent/describeRecords`, `querent/compareLines`, `querent/lines`: what lines find, as documents. */
export const reports: Feature = {
  register(services) {
    const { connection } = services;
    connection.onRequest(describeRecordsMethod, (params: DescribeRecordsParams, token: CancellationToken) =>
      services.safely<ReportResult | null>(describeRecordsMethod, params?.uri, token, null, (signal) =>
        describeRecords(services, params, signal()),
      ),
    );
    connection.onRequest(compareLinesMethod, (params: CompareLinesParams, token: CancellationToken) =>
      services.safely<ReportResult | null>(compareLinesMethod, params?.uri, token, null, (signal) =>
        compareLines(services, params, signal()),
      ),
    );
    connection.onRequest(linesMethod, (params: LinesParams, token: CancellationToken) =>
      services.safely<LinesResult | null>(linesMethod, params?.uri, token, null, () =>
        linesOf(services, params),
      ),
    );
  },
  capabilities: () => ({}),
};

async function describeRecords(
  services: Services,
  { uri, label }: DescribeRecordsParams,
  signal: AbortSignal,
): Promise<ReportResult> {
  const document = documentAt(services, uri);
  const { line, query } = lineAt(document, label);
  const facets = await answered(signal, async () =>
    (await engineOf(services, document)).facets(query, { top, signal, ...until(document) }),
  );
  const isRoot = line === document.strategy.root;
  const title =
    document.strategy.lines.length === 1
      ? 'Records of the strategy'
      : `Records of line #${line.label}${isRoot ? ', the strategy' : ''}`;
  return { title, markdown: facetsReport(title, code(textOf(document, line), longestQuery), facets) };
}

async function compareLines(
  services: Services,
  { uri, labels }: CompareLinesParams,
  signal: AbortSignal,
): Promise<ReportResult> {
  const document = documentAt(services, uri);
  const lines = (Array.isArray(labels) ? labels : []).map((label) => lineAt(document, String(label)));
  const overlap = await answered(signal, async () =>
    (await engineOf(services, document)).overlap(
      lines.map(({ query }) => query),
      services.measuring.seeds(document).ids,
      { signal, ...until(document) },
    ),
  );
  const compared = lines.map(({ line }) => ({
    name: `#${line.label}`,
    query: code(textOf(document, line), longestQuery),
  }));
  const names = compared.map(({ name }) => name);
  return { title: `Lines ${names.join(' and ')} compared`, markdown: overlapReport(compared, overlap) };
}

function linesOf(services: Services, { uri, position }: LinesParams): LinesResult {
  const document = documentAt(services, uri);
  const { strategy } = document;
  const names = lineTitles(strategy);
  const view = services.measuring.view(document);
  const current = position === undefined ? undefined : queryLabelAt(strategy, offsetOf(document, position));
  return {
    lines: strategy.lines
      .filter(({ query }) => query.root !== undefined)
      .map((line) => {
        const name = names.get(line.label);
        const state = view.line(line.label);
        return {
          label: line.label,
          query: shorten(textOf(document, line), longestChoice),
          ...(name === undefined ? {} : { name }),
          ...(state.kind === 'done' ? { measurement: wireMeasurement(state.measurement) } : {}),
        };
      }),
    ...(current === undefined ? {} : { current }),
  };
}

function documentAt(services: Services, uri: string): OpenDocument {
  const document = services.documents.get(uri);
  if (document === undefined) throw new UserFacingError('The strategy is not open any more.');
  return document;
}

function lineAt(
  { strategy, language }: OpenDocument,
  label: string | undefined,
): { readonly line: StrategyLine; readonly query: ResolvedQuery } {
  if (language !== 'pubmed')
    throw new UserFacingError(
      'Descriptions and comparisons know the language of PubMed only, not that of ClinicalTrials.gov.',
    );
  const line = label === undefined ? strategy.root : strategy.line(label);
  if (line === undefined)
    throw new UserFacingError(
      label === undefined ? 'The document has no query yet.' : `There is no line #${label} (any more).`,
    );
  const query = resolveLine(strategy, line.label);
  if (isUnresolvable(query)) throw new UserFacingError(query.problem);
  return { line, query };
}

function textOf({ text }: OpenDocument, { queryRange }: StrategyLine): string {
  return text.slice(queryRange.start, queryRange.end);
}

async function engineOf(services: Services, document: OpenDocument): Promise<DescribingEngine> {
  return describing(await services.measuring.engine(document));
}

function until({ strategy }: OpenDocument): { readonly until?: string } {
  const day = strategy.frontMatter?.until;
  return day === undefined ? {} : { until: day };
}

/** Errors of engines are told to the person in their words. */
async function answered<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (signal.aborted || !(error instanceof Error)) throw error;
    throw new UserFacingError(error.message);
  }
}
