import type { CodeLens } from 'vscode-languageserver/node';
import { codeLenses, lineLenses } from '@querent/core/features';
import { documentQuery } from '../../measuring/index.ts';
import { clientCommands } from '../../protocol.ts';
import type { OpenDocument } from '../documents.ts';
import { lspRange, type Feature, type Services } from '../services.ts';

/** How long resolving a lens waits for the strategy's numbers. A refresh follows anyway when they come later. */
const patienceMs = 5_000;

/** What a lens that is not resolved yet carries: which one it is of the document's. */
interface LensData {
  readonly uri: string;
  readonly index: number;
}

/** Numbers of the whole strategy above its last line, and what can be done with it. */
export const codeLens: Feature = {
  register(services) {
    services.connection.onCodeLens(async (params, token) =>
      services.onDocument<CodeLens[]>('textDocument/codeLens', params, token, [], (document) => {
        if (!services.settings().codeLens.enabled) return [];
        const pending = isPending(services, document);
        return lenses(services, document).map(({ command, ...lens }, index) => {
          const data: LensData = { uri: document.uri, index };
          // The first lens tells the numbers; while they are searched it is left to be resolved.
          return pending && index === 0 ? { ...lens, data } : { ...lens, command, data };
        });
      }),
    );
    services.connection.onCodeLensResolve(async (lens, token) => {
      const data = lens.data as Partial<LensData> | null | undefined;
      return services.safely('codeLens/resolve', data?.uri ?? '', token, lens, async (signal) => {
        const document = services.documents.get(data?.uri ?? '');
        if (lens.command !== undefined || document === undefined) return lens;
        await strategyMeasured(services, document, signal());
        return { ...lens, command: lenses(services, document)[data?.index ?? 0]?.command ?? nothing };
      });
    });
  },
  capabilities: () => ({ codeLensProvider: { resolveProvider: true } }),
};

const nothing = { title: '', command: '' };

function lenses(services: Services, document: OpenDocument): CodeLens[] {
  const { root } = document.strategy;
  if (root === undefined) return [];
  const { showRecords, measureAgain: measure, describeRecords: describe } = clientCommands;
  const { measureStrategy, exportRecords, diagnoseMissedSeeds, estimateCompleteness } = clientCommands;
  const { rewrite, catchMissedSeeds, narrow, explain } = clientCommands;
  const everywhere = { showRecords, measure, measureStrategy, exportRecords };
  // The assistant and descriptions know the language of PubMed only.
  const commands =
    document.language === 'pubmed'
      ? {
          ...everywhere,
          ...{ rewrite, describe, catchMissedSeeds, narrow, explain },
          ...{ diagnoseMissedSeeds, estimateCompleteness },
        }
      : everywhere;
  const measurements = services.measuring.view(document);
  const { rewrite: rewriting, codeLens: wanted } = services.settings();
  const state = services.measuring.engineState(document);
  const hasLines =
    wanted.lines === 'always' || (wanted.lines === 'live' && state.kind === 'ready' && state.live);
  return [
    // The first is the one that may have to be resolved.
    ...codeLenses(document.strategy, measurements.line(root.label), commands, rewriting.budget),
    ...(hasLines ? lineLenses(document.strategy, (label) => measurements.line(label), commands) : []),
  ].map(({ range, title, command }) => ({
    range: lspRange(document, range),
    command: {
      title,
      command: command?.id ?? '',
      ...(command === undefined ? {} : { arguments: [document.uri, ...command.arguments] }),
    },
  }));
}

function isPending(services: Services, document: OpenDocument): boolean {
  const { root } = document.strategy;
  return root !== undefined && services.measuring.view(document).line(root.label).kind === 'pending';
}

async function strategyMeasured(
  services: Services,
  document: OpenDocument,
  signal: AbortSignal,
): Promise<void> {
  const { root } = document.strategy;
  const query = root && documentQuery(document, root.label);
  if (query === undefined || 'problem' in query || !isPending(services, document)) return;
  try {
    await services.measuring.measure(
      document,
      query,
      AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
    );
  } catch {
    // The lens tells why there is no number.
  }
}
