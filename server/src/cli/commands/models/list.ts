import { Command } from 'commander';
import { byteText, describeFigure } from '@querent/core/channel';
import { list } from '../../../checkpoints/index.ts';
import type { ListedRelease, Listing } from '../../../checkpoints/index.ts';
import { EXIT, note, print, printJson } from '../../../terminal/index.ts';
import { inTerminal } from '../../io.ts';
import { acting, channelSetting, storeFor, withChannelOptions } from './world.ts';
import type { ChannelOptions } from './world.ts';

interface ListCommandOptions extends ChannelOptions {
  readonly offline?: boolean;
  readonly json?: boolean;
}

/** `querent models list`. */
export function listCommand(exit: (code: number) => void): Command {
  return withChannelOptions(new Command('list'))
    .description(
      'List what the channel offers and what is installed, newest first, with the figures of each.',
    )
    .option('--offline', 'do not ask the channel; tell what is known from before')
    .option(
      '--json',
      'print {channel, checked, entries: [...], active, previous, update, folder, freeBytes, problem}',
    )
    .addHelpText(
      'after',
      `
Exit code 3 where the channel could not be read; what is installed is listed all the same.

Examples:
  querent models list
  querent models list --channel hf:acme/publication-search --key ed25519:...`,
    )
    .action(async (options: ListCommandOptions) => {
      const store = storeFor();
      const channel = await channelSetting(store, options);
      const listing = await acting(({ signal }) =>
        list(store, { channel, ask: options.offline !== true && channel !== undefined, signal }),
      );
      if (options.json === true) printJson(listing);
      else printListing(listing);
      if (listing.problem === undefined) return;
      note(`querent: ${inTerminal(listing.problem)}`);
      exit(EXIT.engineFailed);
    });
}

function printListing({ entries, channel, checked, update, folder, freeBytes, problem }: Listing): void {
  if (entries.length === 0 && problem === undefined)
    print(
      channel === ''
        ? 'Nothing is installed, and no channel is set: querent models channel SOURCE --key KEY'
        : 'Nothing is installed, and the channel offers nothing.',
    );
  for (const entry of entries) print(...linesOf(entry));
  if (update !== undefined) print(`To get ${update}: querent models pull ${update}`);
  note(
    [
      ...(channel === '' ? [] : [`channel ${channel}${checked === undefined ? '' : `, read ${checked}`}`]),
      `${byteText(freeBytes)} free at ${folder}`,
    ].join('; '),
  );
}

function linesOf(entry: ListedRelease): string[] {
  const { id, state, quantisation, bytes, date, haveBytes, figures, gate, refused, baseModel, licence } =
    entry;
  const partial = haveBytes === undefined ? '' : `, ${byteText(haveBytes)} of it here`;
  return [
    `${id}  ${state}${partial}  ${quantisation} ${byteText(bytes)}  ${date.slice(0, 10)}  from ${baseModel} (${licence})`,
    ...figures.map((figure) => `    ${describeFigure({ ...figure, interval: figure.interval ?? null })}`),
    `    ${gate}`,
    ...(refused === undefined ? [] : [`    ${inTerminal(refused)}`]),
  ];
}
