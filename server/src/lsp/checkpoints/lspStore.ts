import type { ChannelSetting, Store } from '../../checkpoints/index.ts';
import type { Settings } from '../../protocol.ts';
import { version } from '../version.ts';

/** The checkpoints of this user, handled as the settings say. Loaded on first use: most people have none. */
export async function storeOf({ model }: Settings): Promise<Store> {
  const { openStore } = await import('../../checkpoints/index.ts');
  const { gpu, threads, gpuLayers } = model;
  return openStore(version, { run: { gpu, threads, gpuLayers } });
}

/** The channel of the settings, else the one that the command line has set for this user; undefined where there is none. */
export async function channelOf({ model }: Settings, store: Store): Promise<ChannelSetting | undefined> {
  const source = model.channel.trim();
  if (source !== '') return { source, key: model.channelKey };
  const { readState } = await import('../../checkpoints/index.ts');
  return (await readState(store.folder)).channel ?? undefined;
}
