import { Command } from 'commander';
import { verifyStored } from '../../../checkpoints/index.ts';
import type { VerifiedRelease } from '../../../checkpoints/index.ts';
import { EXIT, print, printJson } from '../../../terminal/index.ts';
import { inTerminal } from '../../io.ts';
import { acting, channelSetting, installedId, storeFor } from './world.ts';

/** `querent models verify`. */
export function verifyCommand(exit: (code: number) => void): Command {
  return new Command('verify')
    .description(
      'Read installed checkpoints whole and hold them to the size and SHA-256 that their channel has signed.',
    )
    .argument('[ids...]', 'name@version, or versions alone; by default all that are installed')
    .option('--json', 'print [{id, ok, signed, problem}]')
    .addHelpText(
      'after',
      `
"signed" tells whether the channel as it was read last, its signature checked again, lists this very file; null where it is not known or lists the release no more.
Exit code 1 where any is damaged.`,
    )
    .action(async (ids: string[], options: { readonly json?: boolean }) => {
      const store = storeFor();
      const setting = await channelSetting(store, {});
      const wanted =
        ids.length === 0 ? undefined : await Promise.all(ids.map((id) => installedId(store, id)));
      const results = await acting((action) => verifyStored(store, wanted, setting, action));
      if (options.json === true) printJson(results);
      else if (results.length === 0) print('Nothing is installed.');
      else for (const result of results) print(lineOf(result));
      if (results.some(({ ok }) => !ok)) exit(EXIT.findings);
    });
}

function lineOf({ id, ok, signed, problem }: VerifiedRelease): string {
  if (!ok) return `${id}: ${inTerminal(problem ?? '')}`;
  return `${id}: sound${signed === true ? ', and signed by its channel' : ''}`;
}
