import { resolve } from 'node:path';
import { Command } from 'commander';
import { importFrom, readKey } from '../../../checkpoints/index.ts';
import { acting, channelSetting, gpuOption, printChange, storeFor } from './world.ts';
import type { RunChoice } from './world.ts';

interface ImportOptions extends RunChoice {
  readonly key?: string;
  readonly quantisation?: string;
  readonly activate: boolean;
  readonly json?: boolean;
}

/** `querent models import`. */
export function importCommand(): Command {
  return new Command('import')
    .description(
      'Install a checkpoint from the folder of a channel that was carried here, under the same checks as a pull.',
    )
    .argument('<path>', 'the folder, or the channel.json in it')
    .argument('[id]', 'name@version; by default the newest that can be used here')
    .option('--key <key>', 'public key of the channel, ed25519:..., instead of the one that is set')
    .option('--quantisation <q>', 'of several files the one with this quantisation')
    .option('--no-activate', 'install it, and leave active what is')
    .addOption(gpuOption())
    .option('--json', 'print {id, active, previous, message}')
    .addHelpText(
      'after',
      `
The folder needs channel.json, channel.json.sig and the files of the release. Nothing is asked over a network.

Example:
  querent models import /media/usb/publication-search --key ed25519:...`,
    )
    .action(async (path: string, id: string | undefined, options: ImportOptions) => {
      const store = storeFor(options);
      const key = options.key ?? (await channelSetting(store, {}))?.key ?? '';
      const { id: imported, ...change } = await acting((action) =>
        importFrom(store, resolve(path), key.trim() === '' ? undefined : readKey(key), id, {
          ...action,
          quantisation: options.quantisation,
          activate: options.activate,
        }),
      );
      printChange(change, options.json, { id: imported });
    });
}
