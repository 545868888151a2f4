import { describeFigure, describeGate } from '@querent/core/channel';
import { taskTitles } from '@querent/core/prompting';
import type { TaskName } from '@querent/core/prompting';
import { allInstalled, checkpointsFolder, modelPathOf, releaseId } from '../../checkpoints/index.ts';
import type { ModelEntry } from '../../protocol.ts';
import { fileEntry } from './modelEntries.ts';
import type { EntryContext } from './modelEntries.ts';

/**
 * Installed checkpoints, newest first, with the figures of their evaluation.
 * @param inUse id of the one that is in use; undefined where none is
 */
export async function checkpointEntries(
  context: EntryContext,
  inUse: string | undefined,
  signal: AbortSignal,
): Promise<readonly ModelEntry[]> {
  const folder = checkpointsFolder();
  const entries: ModelEntry[] = [];
  for (const installed of await allInstalled(folder)) {
    signal.throwIfAborted();
    const { name, release, selfTest } = installed;
    const id = releaseId(name, release.version);
    const isCurrent = id === inUse;
    const file = await fileEntry(modelPathOf(folder, installed), context);
    const failed = selfTest?.ok === false ? `It failed its self-test: ${selfTest.message}` : undefined;
    const note = failed ?? file.note;
    entries.push({
      ...file,
      id: `checkpoint:${id}`,
      name: id,
      checkpoint: id,
      isCurrent,
      ...(isCurrent && context.isLoaded ? { fits: 'yes' as const } : {}),
      task: taskTitles[release.task as TaskName] ?? release.task,
      template: release.template.id,
      figures: [...release.evaluation.map(describeFigure), describeGate(release.gate)],
      ...(note === undefined ? {} : { note }),
    });
  }
  return entries;
}
