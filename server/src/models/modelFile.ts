import { stat } from 'node:fs/promises';
import { checkModelFile } from './gguf.ts';
import type { ModelFileInfo } from './gguf.ts';
import type { LoadRequest } from './hostProtocol.ts';

/**
 * What a model file is. Its header holds the whole vocabulary, which takes tens of milliseconds to read: it is read again when the file has changed.
 */
export class ModelFile {
  readonly #path: string;
  readonly #purpose: LoadRequest['purpose'];
  #info: ModelFileInfo | undefined;
  #stamp: string | undefined;

  constructor(path: string, purpose: LoadRequest['purpose']) {
    this.#path = path;
    this.#purpose = purpose;
  }

  /** For people, as far as it is known yet. */
  get name(): string {
    return this.#info?.name ?? 'the language model';
  }

  /** As it was when it was read last, where it is the same file still. @throws ModelError (rejects) */
  async describe(): Promise<ModelFileInfo> {
    const isSame = this.#stamp !== undefined && (await stampOf(this.#path)) === this.#stamp;
    return isSame && this.#info !== undefined ? this.#info : this.check();
  }

  /** Reads it, and whether it is whole, anew. @throws ModelError (rejects) */
  async check(): Promise<ModelFileInfo> {
    const stamp = await stampOf(this.#path);
    this.#stamp = undefined;
    this.#info = await checkModelFile(this.#path, this.#purpose);
    this.#stamp = stamp;
    return this.#info;
  }
}

/** Changes with the file; undefined where there is none. */
async function stampOf(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found && `${found.size} ${found.mtimeMs} ${found.ino}`;
}
