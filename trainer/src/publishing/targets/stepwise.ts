import { createHash } from 'node:crypto';
import { CliError, EXIT } from '@querent/server/terminal';
import { ConflictError } from './target.ts';
import type { Change, ChangeEvents, NewFile, PublishingTarget, StoredFile } from './target.ts';

/** A place where files are put one after the other: a folder, or a server that takes PUT. */
export interface FileStore {
  readonly name: string;
  readonly read: PublishingTarget['read'];
  readonly examine: PublishingTarget['examine'];
  /**
   * Puts a file into its place, whole or not at all where the store can do that.
   * @param replaces what must be there now; null: nothing may be there; undefined: whatever is
   * @throws ConflictError when something else is there, where the store can tell
   */
  put(file: NewFile, replaces: StoredFile | null | undefined, signal?: AbortSignal): Promise<void>;
  /** @returns whether it is gone */
  remove(path: string, signal?: AbortSignal): Promise<boolean>;
  /** Keeps others out while `task` runs, where the store can do that. */
  exclusively<T>(task: () => Promise<T>): Promise<T>;
}

/**
 * A target that publishes in this order: models, each read back; then channel.json; then its signature; then old files go. A reader who comes in between
 * gets the old channel, whose files are all there, or for a moment a channel.json whose signature is still the old one, and asks again.
 */
export function stepwiseTarget(store: FileStore): PublishingTarget {
  return {
    name: store.name,
    isAtomic: false,
    read: (path, most, signal) => store.read(path, most, signal),
    examine: (path, signal) => store.examine(path, signal),
    apply: (change, events = {}) => store.exclusively(() => publish(store, change, events)),
  };
}

async function publish(store: FileStore, change: Change, { signal, onMessage }: ChangeEvents): Promise<void> {
  await refuseChanged(store, change, signal);
  for (const file of change.files) {
    signal?.throwIfAborted();
    // What an interrupted publication left need not be sent again.
    if (isSame(await store.examine(file.path, signal), file)) continue;
    onMessage?.(`${file.path}: ${file.bytes} bytes are sent.`);
    await store.put(file, undefined, signal);
    const stored = await store.examine(file.path, signal);
    if (!isSame(stored, file)) throw notAsSent(store, file, stored);
  }
  // Sending may have taken an hour.
  await refuseChanged(store, change, signal);
  signal?.throwIfAborted();
  // From here on nothing is interrupted: two small files belong together.
  await store.put(textFile('channel.json', change.channel), change.before?.channel ?? null);
  try {
    await store.put(textFile('channel.json.sig', change.signature), undefined);
    await readBack(store, change);
  } catch (error) {
    if (!(error instanceof ConflictError)) await putBack(store, change, error);
    throw error;
  }
  const left: string[] = [];
  for (const path of change.removed)
    if (!(await store.remove(path, signal).catch(() => false))) left.push(path);
  if (left.length > 0)
    onMessage?.(
      `${left.length} file${left.length === 1 ? '' : 's'} of old releases could not be removed from ${store.name}; nothing lists them any more: ${left.join(', ')}`,
    );
}

/** Both files must be ours. Where they are somebody else's, nothing is put back: it would undo what that publisher did. */
async function readBack(store: FileStore, { before, channel, signature }: Change): Promise<void> {
  for (const [path, text, old] of [
    ['channel.json', channel, before?.channel],
    ['channel.json.sig', signature, before?.signature],
  ] as const) {
    const stored = await store.read(path, Number.MAX_SAFE_INTEGER);
    if (stored !== undefined && Buffer.compare(stored.bytes, Buffer.from(text)) === 0) continue;
    const isOld =
      stored === undefined || (old !== undefined && Buffer.compare(stored.bytes, old.bytes) === 0);
    if (isOld) throw notAsSent(store, textFile(path, text), stored && bytesFile(path, stored.bytes));
    throw new ConflictError(
      `${store.name}: another publication came at the same moment, and ${path} is its own.`,
    );
  }
}

/** A channel.json without its signature would be refused by every reader. */
async function putBack(store: FileStore, { before }: Change, cause: unknown): Promise<void> {
  if (before === undefined) {
    await store.remove('channel.json').catch(() => false);
    return;
  }
  try {
    await store.put(bytesFile('channel.json', before.channel.bytes), undefined);
    if (before.signature !== undefined)
      await store.put(bytesFile('channel.json.sig', before.signature.bytes), undefined);
  } catch {
    throw new CliError(
      EXIT.engineFailed,
      `${store.name}: channel.json was stored and its signature was not (${messageOf(cause)}), and the old channel could not be put back. Readers refuse the channel until the same command is run again with success.`,
      cause,
    );
  }
}

async function refuseChanged(store: FileStore, { before }: Change, signal?: AbortSignal): Promise<void> {
  const now = await store.read('channel.json', Number.MAX_SAFE_INTEGER, signal);
  const same =
    before === undefined
      ? now === undefined
      : now !== undefined && Buffer.compare(now.bytes, before.channel.bytes) === 0;
  if (!same) throw new ConflictError(`${store.name}: another publication came in between.`);
}

function isSame(
  stored: { readonly bytes: number; readonly sha256: string } | undefined,
  { bytes, sha256 }: NewFile,
): boolean {
  return stored !== undefined && stored.bytes === bytes && stored.sha256 === sha256;
}

function notAsSent(
  store: FileStore,
  { path, bytes }: NewFile,
  stored: { readonly bytes: number; readonly sha256: string } | undefined,
): CliError {
  const what =
    stored === undefined
      ? 'it is not there'
      : stored.bytes === bytes
        ? 'its content is another'
        : `it has ${stored.bytes} bytes instead of ${bytes}`;
  return new CliError(
    EXIT.engineFailed,
    `${store.name}: ${path} was stored, but read back ${what}. Look for a cache or a limit of size in front of it, and publish again; the channel still offers what it did.`,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A text that is to be stored. */
export function textFile(path: string, text: string): NewFile {
  return bytesFile(path, Buffer.from(text), text);
}

function bytesFile(path: string, content: Uint8Array, text = Buffer.from(content).toString('utf8')): NewFile {
  return {
    path,
    bytes: content.byteLength,
    sha256: createHash('sha256').update(content).digest('hex'),
    content: { text },
  };
}
