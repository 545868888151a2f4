import { Command } from 'commander';
import { activate, deactivate, rollBack } from '../../../checkpoints/index.ts';
import { badInput } from '../../../terminal/index.ts';
import { acting, gpuOption, installedId, printChange, storeFor } from './world.ts';
import type { RunChoice } from './world.ts';

interface ActivateOptions extends RunChoice {
  readonly none?: boolean;
  readonly json?: boolean;
}

/** `querent models activate`. */
export function activateCommand(): Command {
  return new Command('activate')
    .description(
      'Make an installed checkpoint the active one, after its file was verified and it has answered one question.',
    )
    .argument('[id]', 'name@version, or the version alone')
    .option('--none', 'leave no checkpoint active')
    .addOption(gpuOption())
    .option('--json', 'print {id, active, previous, message}')
    .addHelpText(
      'after',
      `
Open editors take it over without a restart, unless their settings name a model file or server, or their workspace is pinned to a version. When it
does not answer the exit code is 3, and what was active stays so.

Examples:
  querent models activate acme-publication-search@1.2.0
  querent models activate --none`,
    )
    .action(async (wanted: string | undefined, options: ActivateOptions) => {
      const store = storeFor(options);
      if (options.none === true) {
        if (wanted !== undefined) throw badInput('--none leaves no checkpoint active; name none beside it.');
        printChange(await deactivate(store), options.json, { id: null });
        return;
      }
      if (wanted === undefined) throw badInput('Name the checkpoint: querent models list shows them.');
      const id = await installedId(store, wanted);
      printChange(await acting((action) => activate(store, id, action)), options.json, { id });
    });
}

/** `querent models rollback`. */
export function rollbackCommand(): Command {
  return new Command('rollback')
    .description('Make the checkpoint that was active before the active one again.')
    .option('--json', 'print {active, previous, message}')
    .action(async (options: { readonly json?: boolean }) => {
      const store = storeFor();
      printChange(await acting((action) => rollBack(store, action)), options.json);
    });
}
