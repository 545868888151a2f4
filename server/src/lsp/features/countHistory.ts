import { join } from 'node:path';
import type { CancellationToken } from 'vscode-languageserver/node';
import { historyReport, lineTitles, type LineHistory } from '@querent/core/features';
import { countHistoryMethod, type CountHistoryParams } from '../../liveProtocol.ts';
import type { ReportResult } from '../../protocol.ts';
import { UserFacingError } from '../runSafe.ts';
import type { Feature, Services } from '../services.ts';
import { openDocument } from './lineSubject.ts';

/** `querent/countHistory`: what the lines of a strategy found over time. */
export const countHistory: Feature = {
  register(services) {
    services.connection.onRequest(
      countHistoryMethod,
      async (params: CountHistoryParams, token: CancellationToken) =>
        services.safely<ReportResult | null>(countHistoryMethod, params?.uri, token, null, () =>
          historyOf(services, params?.uri),
        ),
    );
  },
  capabilities: () => ({}),
};

async function historyOf(services: Services, uri: string): Promise<ReportResult> {
  const document = openDocument(services, uri);
  if (document.uri.startsWith('untitled:'))
    throw new UserFacingError(
      'What lines found is noted of strategies that have a file. Save this one, and measure it.',
    );
  const { strategy } = document;
  const { countHistory: historyIn, countSteps, liveFolder } = await import('../../live/index.ts');
  const noted = countSteps(await historyIn(join(liveFolder(), 'history')).read(document.uri));
  const names = lineTitles(strategy);
  const steps = (label: string): LineHistory['steps'] =>
    (noted.get(label) ?? []).map(({ record: { at, count, seedsFound, seeds }, changed }) => ({
      at,
      count,
      seedsFound,
      seeds,
      changed,
    }));
  const present: LineHistory[] = strategy.lines
    .filter(({ query }) => query.root !== undefined)
    .map(({ label, queryRange }) => {
      const name = names.get(label);
      return {
        label,
        query: document.text.slice(queryRange.start, queryRange.end),
        steps: steps(label),
        ...(name === undefined ? {} : { name }),
      };
    });
  const labels = new Set(present.map(({ label }) => label));
  const gone = [...noted.keys()]
    .filter((label) => !labels.has(label))
    .map((label) => ({ label, steps: steps(label) }));
  return { title: 'Count history', markdown: historyReport('Count history', [...present, ...gone]) };
}
