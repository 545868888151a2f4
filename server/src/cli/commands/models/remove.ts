import { Command } from 'commander';
import { byteText } from '@querent/core/channel';
import { prune, remove } from '../../../checkpoints/index.ts';
import { badInput, print, printJson } from '../../../terminal/index.ts';
import { acting, installedId, storeFor } from './world.ts';

interface RemoveOptions {
  readonly old?: boolean;
  readonly json?: boolean;
}

/** `querent models remove`. */
export function removeCommand(): Command {
  return new Command('remove')
    .description(
      'Remove installed checkpoints that are not active, and what interrupted downloads left of them.',
    )
    .argument('[ids...]', 'name@version, or versions alone')
    .option(
      '--old',
      'all but the active one, the previous one, and those that a workspace was pinned to within 90 days',
    )
    .option('--json', 'print {removed: [id], bytes}')
    .addHelpText(
      'after',
      `
Examples:
  querent models remove acme-publication-search@1.0.0
  querent models remove --old`,
    )
    .action(async (ids: string[], options: RemoveOptions) => {
      if ((ids.length === 0) !== (options.old === true))
        throw badInput(
          'Name what is to be removed, or give --old; querent models list shows what is installed.',
        );
      const store = storeFor();
      if (options.old === true) {
        const { removed, bytes } = await acting(({ signal }) => prune(store, signal));
        if (options.json === true) printJson({ removed, bytes });
        else
          print(
            removed.length === 0
              ? 'There is nothing old.'
              : `Removed ${removed.join(', ')}: ${byteText(bytes)}`,
          );
        return;
      }
      const removed: string[] = [];
      for (const wanted of ids) {
        const id = await installedId(store, wanted);
        const { message } = await acting(({ signal }) => remove(store, id, signal));
        removed.push(id);
        if (options.json !== true) print(message);
      }
      if (options.json === true) printJson({ removed });
    });
}
