import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { defaultBudget } from '@querent/core/rewriting';
import { badInput, note } from '../../terminal/index.ts';
import { openPubMed, openTrials } from '../engine.ts';
import { openModel } from '../model.ts';
import { atLeastOne } from '../options.ts';
import { version } from '../version.ts';

interface McpOptions {
  readonly corpus?: string;
  readonly mesh?: string;
  readonly root: readonly string[];
  readonly live?: boolean;
  readonly model?: string;
  readonly budget: number;
}

/** `querent mcp`. */
export function mcpCommand(): Command {
  return new Command('mcp')
    .description(
      'Let other assistants check, count, explain and rewrite strategies: a server of the Model Context Protocol.',
    )
    .option('--corpus <library>', 'the library, or citation file, that is searched where a call names none')
    .option('--mesh <file>', 'MeSH descriptors, for libraries that bring none')
    .option(
      '--root <folder>',
      'a folder whose strategies and libraries may be read; may be repeated (default: where the command runs)',
      (folder: string, before: readonly string[]) => [...before, folder],
      [],
    )
    .option('--live', 'let calls ask PubMed itself, over the network')
    .option(
      '--model <model>',
      'let a language model propose queries too: a GGUF file, the address of an OpenAI-compatible server, or `checkpoint` for the active one',
    )
    .option(
      '--budget <n>',
      'most records that a proposal may find, unless a call says otherwise',
      atLeastOne,
      defaultBudget,
    )
    .addHelpText(
      'after',
      `
Talks over standard input and output; messages go to stderr. All tools only read, and only files below the folders named by --root and the
library named by --corpus. Ends when the client goes away.

Examples (in the configuration of an assistant):
  querent mcp --corpus library.sqlite --root reviews
  claude mcp add querent -- node /path/to/server/bin/querent.mjs mcp --corpus /path/to/library.sqlite --root /path/to/reviews`,
    )
    .action(async (options: McpOptions) => {
      const roots = options.root.length === 0 ? [process.cwd()] : options.root.map((root) => resolve(root));
      for (const root of roots) await mustBe('--root', root, 'folder');
      const library = options.corpus === undefined ? '' : resolve(options.corpus);
      if (library !== '') await mustBe('--corpus', library, 'either');
      const mesh = options.mesh === undefined ? undefined : resolve(options.mesh);
      if (mesh !== undefined) await mustBe('--mesh', mesh, 'file');
      // The protocol's library is loaded for this command alone.
      const [{ serveMcp }, { localTools }] = await Promise.all([
        import('../mcpServer.ts'),
        import('../../tools/localContext.ts'),
      ]);
      const model = options.model === undefined ? undefined : await openModel(options.model);
      const live = options.live === true;
      const local = localTools({
        roots,
        library,
        live,
        pubmed: openPubMed,
        trials: openTrials,
        budget: options.budget,
        ...(mesh === undefined ? {} : { mesh }),
        models: async () => (model === undefined ? [] : [model.rewriter()]),
        log: note,
      });
      try {
        local.warmUp();
        await serveMcp({
          version: version(),
          live,
          context: (onProgress) => local.context(onProgress),
          log: note,
        });
      } finally {
        await Promise.all([local.close(), model?.close()]);
      }
    });
}

async function mustBe(option: string, path: string, kind: 'file' | 'folder' | 'either'): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined)
    throw badInput(`${option} ${path}: there is no such ${kind === 'folder' ? 'folder' : 'file'}.`);
  if (kind === 'folder' && !found.isDirectory())
    throw badInput(`${option} ${path}: it is a file, not a folder.`);
  if (kind === 'file' && !found.isFile()) throw badInput(`${option} ${path}: it is no file.`);
}
