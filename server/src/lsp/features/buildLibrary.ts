import type { CancellationToken } from 'vscode-languageserver/node';
import { buildLibraryMethod, type BuildLibraryParams, type BuildLibraryResult } from '../../protocol.ts';
import { reportTo, type Report } from '../progress.ts';
import type { BuildProgress } from '../../library/buildLibrary.ts';
import { version } from '../version.ts';
import { UserFacingError } from '../runSafe.ts';
import { meshFile } from '../engines.ts';
import type { Feature, Services } from '../services.ts';

/** `querent/buildLibrary`: imports citation files into a library, with progress. */
export const buildLibrary: Feature = {
  register(services) {
    services.connection.onRequest(
      buildLibraryMethod,
      async (params: BuildLibraryParams, token: CancellationToken) =>
        services.safely<BuildLibraryResult | null>(
          buildLibraryMethod,
          params?.output,
          token,
          null,
          async (signal) => {
            if (!isValid(params))
              throw new UserFacingError('Building a library needs input files and the file to write.');
            const progress =
              params.workDoneToken === undefined
                ? undefined
                : services.connection.window.attachWorkDoneProgress(params.workDoneToken);
            progress?.begin('Building the citation library', 0, undefined, true);
            try {
              return await build(
                services,
                params,
                (message, percent) => reportTo(progress, message, percent),
                signal(),
              );
            } catch (error) {
              if (signal().aborted) throw error;
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

function isValid(params: BuildLibraryParams | undefined): params is BuildLibraryParams {
  const { inputs, output, mesh } = params ?? {};
  return (
    Array.isArray(inputs) &&
    inputs.length > 0 &&
    inputs.every((input) => typeof input === 'string') &&
    typeof output === 'string' &&
    output !== '' &&
    (mesh === undefined || typeof mesh === 'string')
  );
}

async function build(
  services: Services,
  { inputs, output, ...params }: BuildLibraryParams,
  report: Report,
  signal: AbortSignal,
): Promise<BuildLibraryResult> {
  const { runInWorker } = await import('../../library/runInWorker.ts');
  const mesh = params.mesh || meshOfSettings(services);
  const request = {
    inputs,
    output,
    builtWith: version,
    ...(mesh === undefined ? {} : { mesh }),
  };
  const onProgress = ({ phase, fraction, records }: BuildProgress): void =>
    report(phaseTexts[phase](records), fraction === undefined ? undefined : fraction * 90);
  const { records, rejected, rejections, seconds, bytes } = await runInWorker(
    { job: 'build', request },
    { signal, onProgress },
  );
  return { records, rejected: rejections, rejectedTotal: rejected, seconds, bytes };
}

function meshOfSettings(services: Services): string | undefined {
  const named = services.settings().mesh.path.trim();
  const found = meshFile(services.settings(), services.measuring.folders);
  if (named !== '' && found === undefined)
    throw new UserFacingError(
      `querent.mesh.path: there is no file "${named}". Correct the setting, or empty it to build without MeSH.`,
    );
  return found;
}

const phaseTexts: Readonly<Record<BuildProgress['phase'], (records: number) => string>> = {
  reading: (records) => `${records} records read`,
  indexing: (records) => `indexing ${records} records`,
  writing: () => 'writing the library',
};
