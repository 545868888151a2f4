import { createDenseEngine, rankedSource } from '@querent/core/connectors';
import type { LocalEngine } from '@querent/core/connectors';
import { formatCount } from '@querent/core/text';
import type { RankedEngine } from '@querent/core/search';
import { denseCache } from '@querent/server/library';
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

/** How often people hear how far the embedding of a library is. */
const TELL_EVERY_MS = 10_000;

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
    dense: dense === undefined ? undefined : preparing(dense, options.warn),
    async close() {
      await dense?.close();
      await embedder.close();
    },
  };
}

/** `dense`, made ready for all once the first has asked, whether they wait for it or not. */
function preparing(dense: RankedEngine, warn: DenseOptions['warn']): RankedEngine {
  let isPreparing = false;
  let toldAt = Date.now();
  const prepare = async (): Promise<void> => {
    isPreparing = true;
    await dense
      .rank('falls', {
        limit: 0,
        onProgress: ({ done, total }) => {
          if (Date.now() - toldAt < TELL_EVERY_MS) return;
          toldAt = Date.now();
          warn?.(`Embedding records: ${formatCount(done)} of ${formatCount(total)}.`);
        },
      })
      // Whoever asks gets the error; the next one tries again.
      .catch(() => (isPreparing = false));
  };
  return {
    id: dense.id,
    label: dense.label,
    rank(question, options) {
      if (!isPreparing) void prepare();
      return dense.rank(question, options);
    },
    close: () => dense.close(),
  };
}
