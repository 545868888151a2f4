import { chooseFile, refusalOf } from '@querent/core/channel';
import type { Channel, Release, ReleaseFile } from '@querent/core/channel';
import { templateFor, templateKeys } from '@querent/core/prompting';
import type { TaskName, TemplateChoice } from '@querent/core/prompting';
import { ownTemplates } from '@querent/core/tasks';
import { freeMemory } from '../models/index.ts';

/** Tasks that the editor asks models for. */
const searchTasks = new Set<TaskName>(['publication', 'trials']);

/** What a release says of its prompt, as its file does. */
export function templateOfRelease(name: string, { template, task }: Release): TemplateChoice {
  return templateFor(
    {
      name,
      metadata: {
        [templateKeys.template]: template.id,
        [templateKeys.hash]: template.hash,
        [templateKeys.task]: task,
      },
    },
    ownTemplates,
    'publication',
  );
}

/** Why a release cannot be used by this version of Querent, one or two sentences with the way out; undefined where it can. */
export function whyUnusable(id: string, release: Release, extension: string): string | undefined {
  const older = refusalOf(release, extension);
  if (older !== undefined) return older;
  if (!release.files.some(({ kind }) => kind === 'model'))
    return `${id} is published as an adapter (LoRA) only, and Querent runs whole models. Ask its publisher for the merged model: querent-trainer export makes it of an adapter and its base.`;
  const choice = templateOfRelease(id, release);
  // The way out that is told for files, another template in the settings, is none here: a checkpoint is asked as it was trained.
  if (choice.kind === 'refused')
    return choice.reason.replace(
      ', or choose a template in querent.model.template to ask it otherwise.',
      '.',
    );
  const task = release.task as TaskName;
  return searchTasks.has(task)
    ? undefined
    : `${id} was trained for the task "${release.task.slice(0, 40)}", and the editor asks models for publication and trial search only. Choose another release.`;
}

/** The file of a release that is fetched here. */
export function fileFor(
  channel: Channel,
  release: Release,
  quantisation?: string,
):
  | { readonly file: ReleaseFile; readonly reason?: undefined }
  | { readonly file?: undefined; readonly reason: string } {
  // All memory, not what is free now: the same file today and tomorrow.
  const choice = chooseFile(channel, release, {
    memory: freeMemory().totalBytes,
    ...(quantisation === undefined ? {} : { quantisation }),
  });
  return choice.file === undefined ? { reason: choice.reason } : { file: choice.file };
}
