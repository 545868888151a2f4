import { createDenseEngine, rankedSource } from '@querent/core/connectors';
import type { LocalEngine } from '@querent/core/connectors';
import type { RankedEngine } from '@querent/core/search';
import { denseCache } from '@querent/server/library';
import { preparing } from '../preparing.ts';
import { openEmbedder } from './openEmbedder.ts';
import type { EmbedderOptions, OpenedEmbedder } from './openEmbedder.ts';

/** What a dense ranking is made of. */
export interface DenseOptions extends EmbedderOptions {
  /** A GGUF file or the address of a server, see {@link openEmbedder}. */
  readonly model: string;
  /** The library whose records are ranked; it stays open as long as the ranking. Without one there is an embedder and no ranking. */
  readonly library?: LocalEngine;
  /** Path of the library, by which its vectors are kept. */
  readonly path?: string;
  /** The cache folder. */
  readonly cachePath: string;
  /** See `DenseEngineOptions`: what e5 and bge want before questions and records. */
  readonly queryPrefix?: string;
  readonly documentPrefix?: string;
}

/** The parts of a world that an embedding model makes. */
export interface OpenedDense {
  readonly embedder: OpenedEmbedder;
  readonly dense: RankedEngine | undefined;
  /** Gives up what is being embedded, and ends the model. */
  close(): Promise<void>;
}

/**
 * Opens an embedding model and the ranking by similarity over a library. Records are embedded from the first question on, which on a
 * processor takes hours for a large library. That goes on when the question gives up (a reward has seconds), `warn` is told how far it is,
 * and what was made is kept: the next run goes on there.
 * @throws as `openEmbedder`
 */
export async function openDense(options: DenseOptions): Promise<OpenedDense> {
  const { model, library, path, cachePath, queryPrefix, documentPrefix } = options;
  const embedder = await openEmbedder(model, options);
  const dense =
    library === undefined
      ? undefined
      : createDenseEngine({
          embedder,
          source: rankedSource(library),
          ...(path === undefined
            ? {}
            : { cache: denseCache({ folder: cachePath, library: path, model: embedder.id }) }),
          ...(queryPrefix === undefined ? {} : { queryPrefix }),
          ...(documentPrefix === undefined ? {} : { documentPrefix }),
        });
  return {
    embedder,
    dense: dense === undefined ? undefined : preparing(dense, 'Embedding records', options.warn),
    async close() {
      await dense?.close();
      await embedder.close();
    },
  };
}
