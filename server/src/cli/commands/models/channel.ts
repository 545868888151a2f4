import { Command } from 'commander';
import { changeState, channelChoice, readState } from '../../../checkpoints/index.ts';
import { badInput, print, printJson } from '../../../terminal/index.ts';
import { storeFor } from './world.ts';

interface ChannelCommandOptions {
  readonly key?: string;
  readonly forget?: boolean;
  readonly json?: boolean;
}

/** `querent models channel`. */
export function channelCommand(): Command {
  return new Command('channel')
    .description('Show or set the channel that checkpoints are pulled from, with its public key.')
    .argument('[source]', 'a folder, an https:// address, or hf:owner/name, hf:owner/name@revision')
    .option(
      '--key <key>',
      'public key of the channel, ed25519:..., from its publisher by another way than the channel',
    )
    .option('--forget', 'forget what was seen of the channel, so that one that was begun anew is read again')
    .option('--json', 'print {channel, key, keyId, serial, checked}')
    .addHelpText(
      'after',
      `
It holds for this user: for this command, and for editors whose settings name no channel. Nothing is asked over a network here.

Examples:
  querent models channel https://models.example.org/search --key ed25519:...
  querent models channel`,
    )
    .action(async (source: string | undefined, options: ChannelCommandOptions) => {
      const { folder } = storeFor();
      const before = (await readState(folder)).channel;
      const wanted = source ?? before?.source;
      if (wanted === undefined) {
        if (options.key !== undefined || options.forget === true)
          throw badInput('No channel is set. Name one: querent models channel SOURCE --key KEY');
        if (options.json === true)
          printJson({ channel: null, key: null, keyId: null, serial: null, checked: null });
        else print('No channel is set.');
        return;
      }
      const key = options.key ?? (before?.source === wanted ? before.key : '');
      if (key === '')
        throw badInput(
          `${wanted} needs its public key: --key ed25519:... Ask its publisher for it by another way than the channel; without it nothing can be told apart from a forgery.`,
        );
      const choice = channelChoice({ source: wanted, key });
      const { name } = choice.source;
      const state = await changeState(folder, (now) => ({
        ...now,
        channel: { source: name, key },
        channels:
          options.forget === true
            ? Object.fromEntries(Object.entries(now.channels).filter(([each]) => each !== name))
            : now.channels,
      }));
      const seen = state.channels[name];
      if (options.json === true)
        printJson({
          channel: name,
          key,
          keyId: choice.key?.id ?? null,
          serial: seen?.serial ?? null,
          checked: seen?.checked ?? null,
        });
      else
        print(
          `${name}, key ${choice.key?.id ?? ''}`,
          seen === undefined
            ? 'It was not read yet: querent models list'
            : `Last read ${seen.checked}, serial ${seen.serial}`,
        );
    });
}
