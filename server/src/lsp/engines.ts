import { SearchError, type SearchEngine } from '@querent/core/search';
import type { BuildLibraryParams, BuildLibraryResult, Settings } from '../protocol.ts';
import type { EngineOpeners } from '../measuring/index.ts';
import type { ProgressReporter, Report } from './progress.ts';

export function engineOpeners(
  _progress: ProgressReporter,
  settings: () => Settings,
  _folders: () => readonly string[],
): EngineOpeners {
  return {
    open: async (target): Promise<SearchEngine> => {
      if (target.kind === 'pubmed') {
        const { createPubMedEngine } = await import('@querent/core/connectors');
        const { email } = settings().live;
        return createPubMedEngine(email === '' ? {} : { email });
      }
      throw new SearchError('unsupported', 'not yet');
    },
  };
}

export async function buildLibraryFile(
  params: BuildLibraryParams,
  report: Report,
  signal: AbortSignal,
): Promise<BuildLibraryResult> {
  const { buildLibrary } = await import('../library/buildLibrary.ts');
  const summary = await buildLibrary({
    inputs: params.inputs,
    output: params.output,
    ...(params.mesh === undefined ? {} : { mesh: params.mesh }),
    builtWith: '0.1.0',
    signal,
    onProgress: ({ phase, fraction, records }) =>
      report(`${phase}: ${records} records`, (fraction ?? 0) * 100),
  });
  const { records, rejected, rejections, seconds, bytes } = summary;
  return { records, rejected: rejections, rejectedTotal: rejected, seconds, bytes };
}
