import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { SearchError } from '@querent/core/search';
import type { Embedder } from '@querent/core/search';
import {
  createEmbeddingHost,
  createOpenAiEmbeddings,
  defaultHostPath,
  ModelError,
} from '@querent/server/models';
import type { EmbeddingModel } from '@querent/server/models';
import { badInput } from '@querent/server/terminal';

/** How a model is opened. */
export interface EmbedderOptions {
  /** Receives what the model host says, one line at a time. */
  readonly log?: (line: string) => void;
  /** Is told, once, that texts were longer than what the model reads, and that a model is not made for embeddings. */
  readonly warn?: (message: string) => void;
  /** `off`: the processor alone. Default `auto`. */
  readonly gpu?: 'auto' | 'off';
  /** Threads for computing; 0 (the default) leaves one core free. */
  readonly threads?: number;
  /** Most tokens of a text that are read; default 512, and never more than the model was trained with. For a file only. */
  readonly contextTokens?: number;
  /** The environment; `QUERENT_EMBEDDING_KEY` is sent to a server as its bearer token. */
  readonly env?: NodeJS.ProcessEnv;
}

/** An embedder that holds a process or a connection. */
export interface OpenedEmbedder extends Embedder {
  close(): Promise<void>;
}

/**
 * Opens an embedding model: a GGUF file (served by node-llama-cpp in a process of its own) or the address of an OpenAI-compatible server
 * (`http://host:port`, with a model's name behind `#` where it has several). A file's id holds a hash of its content's beginning, its end and
 * its size, so that vectors kept for one model are not taken for another's; a server's id is its address and its model's name.
 * @throws CliError for a file that is not there or an address that is none; SearchError where the model cannot be opened
 */
export async function openEmbedder(model: string, options: EmbedderOptions = {}): Promise<OpenedEmbedder> {
  return /^https?:\/\//i.test(model) ? openServer(model, options) : openFile(model, options);
}

async function openServer(address: string, { env = process.env }: EmbedderOptions): Promise<OpenedEmbedder> {
  const [url = '', name] = address.split('#', 2);
  const apiKey = env['QUERENT_EMBEDDING_KEY'];
  try {
    const server = createOpenAiEmbeddings({
      url,
      ...(apiKey === undefined ? {} : { apiKey }),
      ...(name === undefined || name === '' ? {} : { model: decodeURIComponent(name) }),
    });
    const { name: served } = await server.describe();
    return { id: `${new URL(url).host}#${served}`, ...embedding(server), close: async () => undefined };
  } catch (error) {
    throw searchError(error);
  }
}

async function openFile(modelPath: string, options: EmbedderOptions): Promise<OpenedEmbedder> {
  const { log = () => undefined, warn, gpu = 'auto', threads = 0, contextTokens } = options;
  const found = await stat(modelPath).catch(() => undefined);
  if (found?.isFile() !== true)
    throw badInput(
      `There is no embedding model ${modelPath}. Name a GGUF file, or the address of a server (http://...).`,
    );
  const host = createEmbeddingHost({
    hostPath: defaultHostPath(),
    modelPath,
    gpu,
    threads,
    idleMinutes: 0,
    log,
    ...(contextTokens === undefined ? {} : { contextTokens }),
  });
  try {
    const { name, pooling } = await host.describe();
    if (pooling === 'rank')
      throw new SearchError(
        'unsupported',
        `${name} is a reranker: it gives a pair of texts one number, and a text no vector. Name an embedding model.`,
      );
    if (pooling === undefined || pooling === 'none')
      warn?.(
        `${name} is not made for embeddings: a text is its last token here, which says little of the text.`,
      );
    const tokens = contextTokens === undefined ? '' : `/${contextTokens}`;
    const id = `${name}#${await fingerprint(modelPath, found.size)}${tokens}`;
    return { id, ...embedding(host, warn), close: () => host.dispose() };
  } catch (error) {
    await host.dispose();
    // A file that is no model is bad input; what a model does later is a failure of it.
    if (error instanceof ModelError && (error.code === 'not-gguf' || error.code === 'truncated'))
      throw badInput(error.message, error);
    throw searchError(error);
  }
}

function embedding(model: EmbeddingModel, warn?: (message: string) => void): Pick<Embedder, 'embed'> {
  let wasTold = false;
  return {
    async embed(texts, signal) {
      try {
        const { vectors, cut } = await model.embed(texts, signal === undefined ? {} : { signal });
        if (cut.length > 0 && !wasTold) {
          wasTold = true;
          warn?.('Some texts are longer than what the embedding model reads; only their beginning counts.');
        }
        return vectors;
      } catch (error) {
        throw searchError(error);
      }
    },
  };
}

/** Bytes at either end of a file that tell models apart: the header with its metadata, and weights. */
const SAMPLE_BYTES = 1 << 20;

/** Reading all of a model of some gigabytes at every start would take longer than loading it. */
async function fingerprint(path: string, size: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const hash = createHash('sha256').update(String(size));
    for (const position of new Set([0, Math.max(0, size - SAMPLE_BYTES)])) {
      const { buffer, bytesRead } = await file.read(
        Buffer.alloc(Math.min(size, SAMPLE_BYTES)),
        0,
        Math.min(size, SAMPLE_BYTES),
        position,
      );
      hash.update(buffer.subarray(0, bytesRead));
    }
    return hash.digest('hex').slice(0, 16);
  } finally {
    await file.close();
  }
}

/** An embedding that is not there is a search without an answer: never a vector of zeros. */
function searchError(error: unknown): Error {
  if (!(error instanceof ModelError)) return error instanceof Error ? error : new Error(String(error));
  switch (error.code) {
    case 'aborted':
      return new SearchError('aborted', 'The search was cancelled.', false, error);
    case 'unreachable':
      return new SearchError('network', error.message, true, error);
    case 'crashed':
    case 'disposed':
      return new SearchError('internal', error.message, true, error);
    default:
      return new SearchError('unsupported', error.message, false, error);
  }
}
