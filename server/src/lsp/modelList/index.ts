import { dirname, isAbsolute } from 'node:path';
import { describeGpu, freeMemory } from '../../models/index.ts';
import type { MachineMemory } from '../../models/index.ts';
import type { ModelEntry, ModelsParams, ModelsResult, Settings } from '../../protocol.ts';
import { checkpointEntries } from './checkpointEntries.ts';
import { endpointEntries, fileEntry, publishedEntries } from './modelEntries.ts';
import { findModelFiles } from './modelFiles.ts';

/** What listing needs of the server. */
export interface ModelListContext {
  readonly model: Settings['model'];
  /** Whether files may be read and servers asked. */
  readonly trusted: boolean;
  readonly isLoaded: boolean;
  /** Id of the checkpoint that is in use; undefined where none is. */
  readonly checkpoint: string | undefined;
  readonly apiKey: string;
  readonly signal: AbortSignal;
  /** What graphics memory there is; undefined where there is none. Never rejects. */
  gpu(): Promise<MachineMemory['gpu']>;
}

/** Folders that one request may name. */
const mostFolders = 50;
/** Longest wait for the GPU's memory: drivers may hang. */
const gpuMs = 5_000;

/** The models that can be chosen, the one in use first, then checkpoints, files, the server's, and published ones that are not here. */
export async function listModels(
  { folders, endpoint }: ModelsParams,
  context: ModelListContext,
): Promise<ModelsResult> {
  const { model, trusted, signal } = context;
  const memory = freeMemory();
  const found = trusted && model.gpu !== 'off' ? await gpuWithin(context) : undefined;
  const machine: MachineMemory = { ...memory, ...(found === undefined ? {} : { gpu: found }) };
  const entryContext = { model, machine, isLoaded: context.isLoaded };
  const url = (typeof endpoint === 'string' && endpoint.trim() !== '' ? endpoint : model.endpoint).trim();
  const [checkpoints, files, served] = trusted
    ? await Promise.all([
        checkpointEntries(entryContext, context.checkpoint, signal),
        fileEntries(Array.isArray(folders) ? folders.map(String) : [], entryContext, signal),
        url === '' ? [] : endpointEntries(url, keyFor(url, context), entryContext, signal),
      ])
    : [[], [], []];
  signal.throwIfAborted();
  // A folder of checkpoints may be among those that are looked through.
  const own = new Set(checkpoints.map(({ place }) => place));
  const present = [
    ...checkpoints,
    ...files.filter(({ place, isCurrent }) => isCurrent || !own.has(place)),
    ...served,
  ];
  return {
    models: [
      ...present.filter(({ isCurrent }) => isCurrent),
      ...present.filter(({ isCurrent }) => !isCurrent),
      ...publishedEntries(present, machine),
    ],
    machine: {
      memoryBytes: memory.totalBytes,
      ...(found === undefined ? {} : { gpu: describeGpu(found), gpuMemoryBytes: found.totalBytes }),
    },
  };
}

/** The key is for the server of the settings, and goes to no other that somebody looks at. */
function keyFor(url: string, { model, apiKey }: ModelListContext): string {
  const own = model.endpoint.trim();
  return own === '' || originOf(own) === originOf(url) ? apiKey : '';
}

function originOf(url: string): string {
  return URL.parse(url)?.origin ?? url;
}

async function fileEntries(
  folders: readonly string[],
  context: Parameters<typeof fileEntry>[1],
  signal: AbortSignal,
): Promise<readonly ModelEntry[]> {
  const current = context.model.path.trim();
  const places = [...(current === '' ? [] : [dirname(current)]), ...folders].filter((path) =>
    isAbsolute(path),
  );
  const paths = new Set([
    ...(current === '' ? [] : [current]),
    ...(await findModelFiles(places.slice(0, mostFolders), signal)),
  ]);
  const entries: ModelEntry[] = [];
  // One after the other: each reads the beginning of a file that may be on a slow disk.
  for (const path of paths) {
    signal.throwIfAborted();
    entries.push(await fileEntry(path, context));
  }
  return entries;
}

async function gpuWithin(context: ModelListContext): Promise<MachineMemory['gpu']> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<undefined>((done) => (timer = setTimeout(() => done(undefined), gpuMs)));
  const found = await Promise.race([context.gpu(), patience]);
  clearTimeout(timer);
  return found;
}
