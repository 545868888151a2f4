import { Option } from 'commander';
import type { Command } from 'commander';
import { allInstalled, channelChoice, openStore, readState, releaseId } from '../../../checkpoints/index.ts';
import type {
  ActionOptions,
  ChannelChoice,
  ChannelSetting,
  Change,
  Store,
} from '../../../checkpoints/index.ts';
import { badInput, print, printJson } from '../../../terminal/index.ts';
import { interruptible } from '../../interrupt.ts';
import { version } from '../../version.ts';
import { progressLine } from './progressLine.ts';

/** Options that several of the commands have. */
export interface ChannelOptions {
  readonly channel?: string;
  readonly key?: string;
}

export interface RunChoice {
  readonly gpu?: 'auto' | 'off';
}

export function withChannelOptions(command: Command): Command {
  return command
    .option(
      '--channel <source>',
      'a folder, an https:// address, or hf:owner/name, instead of the one that is set',
    )
    .option('--key <key>', 'its public key, ed25519:...');
}

/** `--gpu`, of what runs a self-test. */
export function gpuOption(): Option {
  return new Option('--gpu <gpu>', 'whether the self-test uses the GPU')
    .choices(['auto', 'off'])
    .default('auto');
}

export function storeFor(options: RunChoice = {}): Store {
  return openStore(version(), { run: { gpu: options.gpu ?? 'auto', threads: 0, gpuLayers: -1 } });
}

/** What `--channel` and `--key` name, else what `querent models channel` has set; undefined where neither does. */
export async function channelSetting(
  store: Store,
  { channel, key }: ChannelOptions,
): Promise<ChannelSetting | undefined> {
  const { channel: set } = await readState(store.folder);
  if (channel === undefined) return set === null ? undefined : { source: set.source, key: key ?? set.key };
  return { source: channel, key: key ?? (set?.source === channel ? set.key : '') };
}

/** @throws CliError where none is set */
export async function neededChannel(store: Store, options: ChannelOptions): Promise<ChannelChoice> {
  const setting = await channelSetting(store, options);
  if (setting === undefined)
    throw badInput('No channel is set. Set one: querent models channel SOURCE --key KEY');
  return channelChoice(setting);
}

/**
 * Runs an action that can be stopped by Ctrl-C and shows its progress on stderr.
 * @throws CliError with exit code 130 when it was stopped, with what is kept
 */
export async function acting<T>(act: (options: ActionOptions) => Promise<T>): Promise<T> {
  const line = progressLine();
  try {
    return await interruptible(({ signal }) =>
      act({ signal, onProgress: (now) => line.update(now), onNote: (text) => line.message(text) }),
    );
  } finally {
    line.done();
  }
}

/** Prints what an action has changed. */
export function printChange(change: Change, json: boolean | undefined, more: object = {}): void {
  if (json === true)
    printJson({
      ...more,
      active: change.active ?? null,
      previous: change.previous ?? null,
      message: change.message,
    });
  else print(change.message);
}

/** `1.2.0` or an id: of a version alone the name is the channel's. */
export function idOf(text: string, name: string): string {
  return text.includes('@') ? text : `${name}@${text}`;
}

/** The same for what is installed. @throws CliError where a version alone is none, or that of several */
export async function installedId(store: Store, text: string): Promise<string> {
  if (text.includes('@')) return text;
  const found = (await allInstalled(store.folder)).filter(({ release }) => release.version === text);
  const [first] = found;
  if (found.length === 1 && first !== undefined) return releaseId(first.name, text);
  throw badInput(
    found.length === 0
      ? `No checkpoint with the version "${text}" is installed. querent models list shows what is.`
      : `Several installed checkpoints have the version ${text}: ${found.map(({ name }) => releaseId(name, text)).join(', ')}. Write one of these.`,
  );
}
