import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CancellationToken } from 'vscode-languageserver/node';
import { engineTarget } from '../../measuring/engineTarget.ts';
import { toolMethod, type ToolParams, type ToolResult } from '../../protocol.ts';
import type { ToolContext } from '../../tools/index.ts';
import type { OpenDocument } from '../documents.ts';
import { UserFacingError } from '../runSafe.ts';
import type { Feature, Services } from '../services.ts';

/** `querent/tool`: what other assistants may ask, over the engines, settings and documents of the editor. */
export const tool: Feature = {
  register(services) {
    services.connection.onRequest(toolMethod, async (params: ToolParams, token: CancellationToken) => {
      const name = String(params?.name);
      const failed = { text: `${name} failed for a reason that is in the log of the language server.` };
      return services.safely<ToolResult>(toolMethod, name, token, failed, async (signal) => {
        // Loaded on first use: most people have no other assistant.
        const { runTool, ToolError } = await import('../../tools/index.ts');
        const { context, giveBack } = toolContext(services, params?.uri);
        try {
          return { text: (await runTool(name, params?.arguments, context, signal())).text };
        } catch (error) {
          throw error instanceof ToolError ? new UserFacingError(error.message) : error;
        } finally {
          giveBack();
        }
      });
    });
  },
  capabilities: () => ({}),
};

/** The context of one call; engines are kept open until they are given back. */
function toolContext(
  services: Services,
  uri: string | undefined,
): { readonly context: ToolContext; readonly giveBack: () => void } {
  const { measuring, documents } = services;
  const { trusted } = services.client();
  const settings = services.settings();
  const open = documents.all();
  const current = uri === undefined ? undefined : documents.get(uri);
  const directory = current === undefined ? undefined : pathOf(current);
  // A file that is open without a folder may name what lies beside it.
  const roots = [...measuring.folders, ...(directory === undefined ? [] : [dirname(directory)])];
  const lent: (() => void)[] = [];
  const context: ToolContext = {
    roots: [...new Set(roots)],
    library: defaultLibrary(services),
    libraries: open.flatMap((document) => {
      const target = measuring.target(document);
      return 'path' in target ? [target.path] : [];
    }),
    live: trusted,
    levels: settings.lint,
    budget: settings.rewrite.budget,
    recallFloor: settings.rewrite.recallFloor,
    rounds: settings.rewrite.rounds,
    defaultLibraryHint: 'set querent.library.path',
    liveHint: 'trust this workspace',
    documents: open.map((document) => ({ text: document.text, path: pathOf(document) })),
    ...(current === undefined ? {} : { current: { text: current.text, path: pathOf(current) } }),
    engine: async (target) => {
      const { engine, giveBack } = await measuring.lend(target);
      lent.push(giveBack);
      return engine;
    },
    thesaurus: (engine) => measuring.thesaurusOf(engine),
    models: async () => {
      const model = await services.model.model;
      if (model === undefined) return [];
      const { createModelRewriter } = await import('../../models/index.ts');
      const { samples, template, contextTokens } = settings.model;
      return [createModelRewriter(model, { drafts: samples, template, contextTokens })];
    },
  };
  return {
    context,
    giveBack: () => {
      for (const give of lent) give();
      if (lent.length > 0) measuring.release(() => documents.all());
    },
  };
}

/** The library of the settings; as it is written where it is not there, so that the answer names it. */
function defaultLibrary(services: Services): string {
  const libraryPath = services.settings().library.path.trim();
  const target = engineTarget(undefined, {
    directory: undefined,
    workspaceFolders: services.measuring.folders,
    libraryPath,
    networkPaths: services.client().trusted,
  });
  return 'path' in target ? target.path : libraryPath;
}

function pathOf({ uri }: OpenDocument): string | undefined {
  try {
    return uri.startsWith('file:') ? fileURLToPath(uri) : undefined;
  } catch {
    return undefined;
  }
}
