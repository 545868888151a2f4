import { basename, resolve } from 'node:path';
import {
  checkpointOf,
  publishedCheckpoints,
  taskTitles,
  templateFor,
  type ModelIdentity,
  type PublishedCheckpoint,
} from '@querent/core/prompting';
import { ownTemplates } from '@querent/core/tasks';
import { checkModelFile, estimateFile, listServedModels } from '../../models/index.ts';
import type { MachineMemory } from '../../models/index.ts';
import type { ModelEntry, Settings } from '../../protocol.ts';

/** What entries are made with. */
export interface EntryContext {
  readonly model: Settings['model'];
  readonly machine: MachineMemory;
  /** Whether the model in use is loaded: then it has its memory already. */
  readonly isLoaded: boolean;
}

/** Longest wait for the list of a server. */
const endpointMs = 5_000;
/** A server may serve hundreds; nobody looks through more. */
const mostServed = 200;
/** Memory beside the weights that a published checkpoint is counted with: context of four answers, the process. */
const besideBytes = 0.7e9;

/** A file: what it is and needs, or why it cannot be used. */
export async function fileEntry(path: string, context: EntryContext): Promise<ModelEntry> {
  const { model, machine, isLoaded } = context;
  const isCurrent = model.endpoint.trim() === '' && isSame(path, model.path.trim());
  const common = { id: `file:${path}`, kind: 'file', place: path, isCurrent } as const;
  try {
    const file = await checkModelFile(path);
    const { contextTokens, samples, gpuLayers } = model;
    const estimate = estimateFile(file, { contextTokens, samples, gpuLayers }, machine);
    const fits = isCurrent && isLoaded ? 'yes' : estimate?.fits;
    const note = fits === 'no' && estimate !== undefined ? `It ${estimate.explanation}.` : undefined;
    return {
      ...common,
      name: file.name,
      bytes: file.bytes,
      ...defined({
        parameters: file.parameters,
        quantisation: file.quantisation,
        needsBytes: estimate && Math.round(estimate.totalBytes),
        fits,
        note,
      }),
      architecture: file.architecture,
      ...trainedFor(file, isCurrent ? model.template : 'auto'),
    };
  } catch (error) {
    return {
      ...common,
      name: basename(path).replace(/\.gguf$/i, ''),
      figures: [],
      note: error instanceof Error ? error.message : String(error),
    };
  }
}

function isSame(one: string, two: string): boolean {
  return two !== '' && resolve(one) === resolve(two);
}

/** The models of a server, or one entry that says why there are none. Never rejects, and never waits long. */
export async function endpointEntries(
  url: string,
  apiKey: string,
  { model }: EntryContext,
  signal: AbortSignal,
): Promise<readonly ModelEntry[]> {
  const isInUse = model.endpoint.trim() === url;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(endpointMs)]);
  try {
    const options = { url, ...(apiKey === '' ? {} : { apiKey }) };
    const served = await listServedModels(options, limit);
    const names = served.slice(0, mostServed).map(({ id }) => id);
    if (names.length === 0) throw new Error('The model server lists no model. Start it with one.');
    return names.map((name, index): ModelEntry => {
      const wanted = model.endpointModel.trim();
      const isCurrent = isInUse && (wanted === '' ? index === 0 : wanted === name);
      return {
        id: `endpoint:${url}#${name}`,
        name,
        kind: 'endpoint',
        place: url,
        isCurrent,
        ...trainedFor({ name: shortName(name) }, isCurrent ? model.template : 'auto'),
      };
    });
  } catch (error) {
    const isSlow = limit.aborted && !signal.aborted;
    const reason = error instanceof Error ? error.message : String(error);
    const note = isSlow ? `The model server did not answer within ${endpointMs / 1_000} s.` : reason;
    return [
      {
        id: `endpoint:${url}`,
        name: url,
        kind: 'endpoint',
        place: url,
        isCurrent: isInUse,
        figures: [],
        note,
      },
    ];
  }
}

/** Servers name models by the folder or repository that they were loaded from. */
function shortName(name: string): string {
  return name.split(/[\\/]/).at(-1) ?? name;
}

/** Published checkpoints that are neither on this machine nor at the server. */
export function publishedEntries(
  present: readonly ModelEntry[],
  { freeBytes, gpu }: MachineMemory,
): readonly ModelEntry[] {
  const here = new Set(
    present.map(({ name, kind, place }) =>
      checkpointOf(kind === 'file' ? { name, path: place } : { name: shortName(name) }),
    ),
  );
  return publishedCheckpoints
    .filter((checkpoint) => !here.has(checkpoint))
    .map((checkpoint): ModelEntry => {
      const needsBytes = Math.round(checkpoint.quantisedBytes + besideBytes);
      const free = Math.max(freeBytes, gpu?.freeBytes ?? 0);
      return {
        id: `published:${checkpoint.repository}`,
        name: checkpoint.name,
        kind: 'published',
        place: checkpoint.repository,
        isCurrent: false,
        bytes: checkpoint.quantisedBytes,
        parameters: `${Number((checkpoint.parameters / 1e9).toPrecision(2))}B`,
        quantisation: 'Q4_K_M',
        architecture: checkpoint.architecture,
        task: taskTitles[checkpoint.task],
        template: checkpoint.template,
        needsBytes,
        fits: needsBytes > free ? 'no' : needsBytes > 0.9 * free ? 'tight' : 'yes',
        figures: figuresOf(checkpoint),
        note: `Published as weights of 16 bits: serve it (vLLM) and name the address, or make a GGUF file of it. ${checkpoint.licence}.`,
      };
    });
}

/** Task and template of a model that was trained for one of ours, and what was published of it. */
function trainedFor(
  identity: ModelIdentity,
  template: string,
): Pick<ModelEntry, 'task' | 'template' | 'figures'> {
  const choice = templateFor(identity, ownTemplates, 'publication', template);
  const checkpoint = checkpointOf(identity);
  const figures = checkpoint === undefined ? [] : figuresOf(checkpoint);
  if (choice.kind === 'refused' || !(choice.isTrained || template !== 'auto')) return { figures };
  return { task: taskTitles[choice.task], template: choice.template.id, figures };
}

function figuresOf({ figures }: PublishedCheckpoint): readonly string[] {
  return figures.map(({ text, source }) => `${text} (${source})`);
}

function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
