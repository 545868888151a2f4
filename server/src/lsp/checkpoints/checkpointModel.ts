import { existsSync } from 'node:fs';
import type { Chosen } from '../../checkpoints/index.ts';
import { checkpointsFolder } from '../../checkpoints/storeFolder.ts';
import { statePath } from '../../checkpoints/statePath.ts';
import type { TextModel } from '../../models/index.ts';
import type { Settings } from '../../protocol.ts';
import { storeOf } from './lspStore.ts';

/** The checkpoint to use where the settings name no model; undefined where there is none. @throws CheckpointError for a damaged store */
export async function checkpointFor({ model }: Settings): Promise<Chosen | undefined> {
  const folder = checkpointsFolder();
  // Without these nothing of it need be loaded: most people have no checkpoint.
  if (model.pinnedVersion.trim() === '' && !existsSync(statePath(folder))) return undefined;
  const { chosenCheckpoint } = await import('../../checkpoints/index.ts');
  return chosenCheckpoint(folder, model.pinnedVersion);
}

/** A checkpoint that was verified a moment ago, to be loaded now. */
export interface CheckpointFile {
  readonly path: string;
  /** The model under the release's name and with its template. */
  readonly named: (model: TextModel) => TextModel;
}

/** @throws CheckpointError where it is damaged, or cannot be used here */
export async function openCheckpoint(settings: Settings, chosen: Chosen): Promise<CheckpointFile> {
  const { asReleased, usableCheckpoint } = await import('../../checkpoints/index.ts');
  const { path, installed } = await usableCheckpoint(await storeOf(settings), chosen);
  return { path, named: (model) => asReleased(model, installed) };
}

/** What people are told of the checkpoint beside how its model stands. */
export function aboutCheckpoint({ id, isPinned, note }: Chosen): string {
  return `Checkpoint ${id}${isPinned ? ', to which this workspace is pinned' : ''}.${note === undefined ? '' : ` ${note}`}`;
}
