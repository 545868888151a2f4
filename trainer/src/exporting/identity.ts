import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { checkpointOf, isRaw, templateFor, templateKeys } from '@querent/core/prompting';
import type { Template } from '@querent/core/prompting';
import { builtInTasks, ownTemplates } from '@querent/core/tasks';
import type { Task } from '@querent/core/tasks';
import { badInput } from '@querent/server/terminal';
import { z } from 'zod';
import type { ExportOptions } from './options.ts';

/** What a training run may leave beside a model: what `--template`, `--task`, `--step` and `--version` would say. */
const besideModel = z
  .object({
    template: z.string(),
    templateSha256: z.string(),
    task: z.string(),
    step: z.number().int().min(0),
    version: z.string(),
    licence: z.string(),
    name: z.string(),
  })
  .partial();

/** What an exported file says of its origin. */
export interface ModelIdentity {
  readonly stem: string;
  readonly name: string;
  /** What it was trained with; undefined where nothing says so. */
  readonly template: Template | undefined;
  readonly task: Task | undefined;
  /** Keys of the GGUF's metadata. */
  readonly metadata: Readonly<Record<string, string | number>>;
  readonly notes: readonly string[];
}

/**
 * What is known of a model, from the options, else from `querent.json` in its folder, else from its name where it is that of a published checkpoint.
 * @throws CliError (exit code 2) for a template or task that is not there, or a template whose wording has changed since
 */
export async function identityOf(options: ExportOptions): Promise<ModelIdentity> {
  const { model } = options;
  const said = await readBeside(model);
  const folder = basename(model);
  const stem = options.stem ?? folder;
  if (!/^[\w][\w.+-]{0,120}$/u.test(stem))
    throw badInput(
      `The files would be named ${JSON.stringify(stem)}-Q8_0.gguf. Give a name of letters, digits, dots and dashes with --stem.`,
    );
  const name = options.name ?? said.name ?? stem;
  const checkpoint = checkpointOf({ name: folder, path: model });
  const given = typeof options.template === 'object' ? options.template : undefined;
  const wanted =
    typeof options.template === 'string' && options.template !== 'auto' ? options.template : said.template;
  const template =
    given === undefined
      ? templateNamed(
          wanted ?? checkpoint?.template,
          wanted === said.template ? said.templateSha256 : undefined,
          folder,
        )
      : { template: given, task: options.task ?? (isRaw(given) ? given.task : undefined) };
  const taskId = options.task ?? said.task ?? template?.task;
  const task = taskId === undefined ? undefined : builtInTasks.get(taskId);
  if (options.task !== undefined && task === undefined && given === undefined)
    throw badInput(`There is no task ${options.task}. Choose among ${[...builtInTasks.keys()].join(', ')}.`);
  if (template?.task !== undefined && taskId !== undefined && template.task !== taskId)
    throw badInput(
      `The template ${template.template.id} is for the task ${template.task}, not for ${taskId}.`,
    );
  const licence = options.licence ?? said.licence ?? checkpoint?.licence;
  const step = options.step ?? said.step;
  const version = options.version ?? said.version;
  return {
    stem,
    name,
    template: template?.template,
    task,
    metadata: {
      ...(template === undefined
        ? {}
        : { [templateKeys.template]: template.template.id, [templateKeys.hash]: template.template.hash }),
      ...(taskId === undefined ? {} : { [templateKeys.task]: taskId }),
      ...(step === undefined ? {} : { 'querent.step': step }),
      ...(version === undefined ? {} : { 'querent.version': version }),
      ...(licence === undefined ? {} : { 'general.license': licence }),
    },
    notes: [
      ...(checkpoint === undefined ? [] : [`${folder} is named like ${checkpoint.repository}.`]),
      ...(template === undefined
        ? [
            'Nothing says with which prompt template the model was trained; the file will be asked with Querent’s own. Name it with --template.',
          ]
        : []),
      ...(template !== undefined && isRaw(template.template) && template.template.source.fidelity !== 'exact'
        ? [
            `The template ${template.template.id} is ${template.template.source.fidelity}: ${template.template.source.note}`,
          ]
        : []),
      ...(licence === undefined ? ['No licence of the base model is known; name it with --licence.'] : []),
    ],
  };
}

async function readBeside(model: string): Promise<z.infer<typeof besideModel>> {
  const path = join(model, 'querent.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    return {}; // the folder itself is looked through by the exporter
  }
  try {
    return besideModel.parse(JSON.parse(text));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error).replaceAll('\n', ' ') : 'it is not JSON';
    throw badInput(
      `${path} cannot be used: ${why}. Mend it, or remove it and name the template with --template.`,
    );
  }
}

function templateNamed(
  id: string | undefined,
  hash: string | undefined,
  folder: string,
): { readonly template: Template; readonly task: string } | undefined {
  if (id === undefined) return undefined;
  const choice = templateFor(
    {
      name: folder,
      metadata: { [templateKeys.template]: id, ...(hash === undefined ? {} : { [templateKeys.hash]: hash }) },
    },
    ownTemplates,
    'publication',
  );
  if (choice.kind === 'refused') {
    const known = ownTemplates.map(({ template }) => template.id);
    throw badInput(
      hash === undefined
        ? `There is no prompt template ${JSON.stringify(id)}. Choose among ${known.join(', ')}, or one of docs/prompts.md.`
        : choice.reason.replaceAll('querent.model.template', '--template'),
    );
  }
  return { template: choice.template, task: choice.task };
}
