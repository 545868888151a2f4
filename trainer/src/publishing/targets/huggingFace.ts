import { createHash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import {
  commit,
  downloadFile,
  fileDownloadInfo,
  HubApiError,
  listCommits,
  pathsInfo,
} from '@huggingface/hub';
import type { CommitOperation } from '@huggingface/hub';
import { badInput, CliError, EXIT } from '@querent/server/terminal';
import { ConflictError } from './target.ts';
import type { Change, ChangeEvents, PublishingTarget } from './target.ts';

export interface HuggingFaceOptions {
  /** HF_TOKEN; without it only public repositories can be read, and nothing can be published. */
  readonly token: string | undefined;
  /** HF_ENDPOINT, for a hub of one's own and for tests; else that of Hugging Face. */
  readonly hubUrl?: string | undefined;
}

/**
 * A model repository of the Hugging Face hub, `owner/name`. All files come with one commit, on top of the one that was read: there is never half of a publication,
 * and of two publishers the second is refused by the hub.
 * @throws CliError (exit code 2)
 */
export function huggingFaceTarget(repository: string, options: HuggingFaceOptions): PublishingTarget {
  if (!/^[\w.-]{1,96}\/[\w.-]{1,96}$/u.test(repository))
    throw badInput(`hf:${repository} is no repository. Write hf:owner/name.`);
  if (options.token !== undefined && !options.token.startsWith('hf_'))
    throw badInput('HF_TOKEN does not hold a token of Hugging Face: those begin with hf_.');
  return new HuggingFaceTarget(repository, options);
}

class HuggingFaceTarget implements PublishingTarget {
  readonly name: string;
  readonly isAtomic = true;
  readonly #repository: string;
  readonly #options: HuggingFaceOptions;
  /** The commit that {@link read} saw first; what is published goes on top of it. */
  #head: string | undefined;

  constructor(repository: string, options: HuggingFaceOptions) {
    this.name = `hf:${repository}`;
    this.#repository = repository;
    this.#options = options;
  }

  get #at() {
    const { token, hubUrl } = this.#options;
    return {
      repo: { type: 'model' as const, name: this.#repository },
      ...(hubUrl === undefined ? {} : { hubUrl: hubUrl.replace(/\/+$/u, '') }),
      ...(token === undefined ? {} : { accessToken: token }),
    };
  }

  async read(path: string, most: number) {
    return this.#asked(`${path} cannot be read`, async () => {
      this.#head ??= await this.#newestCommit();
      const revision = this.#head;
      const info = await fileDownloadInfo({ ...this.#at, path, revision });
      if (info === null) return undefined;
      if (info.size > most)
        throw badInput(
          `${this.name}: ${path} has ${info.size} bytes; at most ${most} are read. It is no channel.`,
        );
      const blob = await downloadFile({ ...this.#at, path, revision, downloadInfo: info });
      return blob === null ? undefined : { bytes: new Uint8Array(await blob.arrayBuffer()), tag: revision };
    });
  }

  async examine(path: string) {
    return this.#asked(`${path} cannot be read back`, async () => {
      const [info] = await pathsInfo({ ...this.#at, paths: [path] });
      if (info?.type !== 'file') return undefined;
      // Of what the hub stores as large files it tells the hash by which it stores them.
      if (info.lfs !== undefined) return { bytes: info.lfs.size, sha256: info.lfs.oid };
      const blob = await downloadFile({ ...this.#at, path });
      if (blob === null) return undefined;
      const hash = createHash('sha256');
      let bytes = 0;
      for await (const piece of blob.stream() as unknown as AsyncIterable<Uint8Array>) {
        hash.update(piece);
        bytes += piece.length;
      }
      return { bytes, sha256: hash.digest('hex') };
    });
  }

  async apply(change: Change, { signal, onMessage }: ChangeEvents = {}): Promise<void> {
    if (this.#options.token === undefined)
      throw badInput(`To publish to ${this.name}, put a token with write access into HF_TOKEN.`);
    const text = (path: string, content: string): CommitOperation => ({
      operation: 'addOrUpdate',
      path,
      content: new Blob([content]),
    });
    onMessage?.(
      `${change.files.length} files, ${change.files.reduce((sum, { bytes }) => sum + bytes, 0)} bytes, are sent to ${this.name}.`,
    );
    await this.#asked('the publication cannot be stored', async () =>
      commit({
        ...this.#at,
        title: change.title,
        ...(this.#head === undefined ? {} : { parentCommit: this.#head }),
        ...(signal === undefined ? {} : { abortSignal: signal }),
        operations: [
          ...change.files.map(({ path, content }): CommitOperation =>
            'text' in content
              ? text(path, content.text)
              : { operation: 'addOrUpdate', path, content: pathToFileURL(content.file) },
          ),
          text('channel.json', change.channel),
          text('channel.json.sig', change.signature),
          ...change.removed.map((path): CommitOperation => ({ operation: 'delete', path })),
        ],
      }),
    );
    this.#head = undefined;
    for (const file of change.files) {
      const stored = await this.examine(file.path);
      if (stored?.bytes !== file.bytes || stored.sha256 !== file.sha256)
        throw new CliError(
          EXIT.engineFailed,
          `${this.name}: ${file.path} was stored, but read back it is another file. Look at the repository's history, and publish again.`,
        );
    }
  }

  async #newestCommit(): Promise<string> {
    for await (const { oid } of listCommits({ ...this.#at, batchSize: 1 })) return oid;
    throw badInput(`${this.name} has no commits. Make the repository on the hub first, with a README.`);
  }

  async #asked<T>(doing: string, task: () => Promise<T>): Promise<T> {
    try {
      return await task();
    } catch (error) {
      if (error instanceof CliError || (error as Error).name === 'AbortError') throw error;
      throw this.#fault(doing, error);
    }
  }

  #fault(doing: string, error: unknown): Error {
    if (!(error instanceof HubApiError))
      return new CliError(
        EXIT.engineFailed,
        `${this.name}: ${doing}: ${error instanceof Error ? error.message : String(error)}. Look whether the hub can be reached, and try again.`,
      );
    const status = error.statusCode;
    if (status === 409 || status === 412)
      return new ConflictError(`${this.name}: another publication came in between (HTTP ${status}).`);
    const bad = (text: string): CliError => badInput(`${this.name}: ${doing}: ${text}`);
    if (status === 404)
      return bad(
        'there is no such repository, or the token may not see it. Make it on the hub first (a model repository), and give HF_TOKEN access.',
      );
    if (status === 401 || status === 403)
      return bad(`the hub refuses (HTTP ${status}). Put a token with write access to it into HF_TOKEN.`);
    return new CliError(EXIT.engineFailed, `${this.name}: ${doing}: HTTP ${status}. Try again later.`);
  }
}
