import type { CancellationToken } from 'vscode-languageserver/node';
import { modelsMethod, type ModelsParams, type ModelsResult } from '../../protocol.ts';
import type { Feature } from '../services.ts';

/** `querent/models`: the language models that can be chosen. */
export const models: Feature = {
  register(services) {
    services.connection.onRequest(modelsMethod, (params: ModelsParams | null, token: CancellationToken) =>
      services.safely<ModelsResult | null>(modelsMethod, '', token, null, async (signal) => {
        // Loaded on first use: most people look at it once.
        const { listModels } = await import('../modelList/index.ts');
        return listModels(params ?? {}, {
          model: services.settings().model,
          trusted: services.client().trusted,
          isLoaded: services.model.isLoaded,
          checkpoint: services.model.checkpoint,
          apiKey: services.model.apiKey,
          signal: signal(),
          gpu: () => services.model.gpu(),
        });
      }),
    );
  },
  capabilities: () => ({}),
};
