import type { RankedEngine } from '@querent/core/search';
import { formatCount } from '@querent/core/text';

/** How often it is told how far the making is. */
const TELL_EVERY_MS = 10_000;

/**
 * `engine`, made ready for all once the first has asked, whether they wait for it or not: an item of the reward service has less time than
 * the index of a large library takes, and what was given up with it would be begun anew by every next one, and never be there.
 * @param doing what is told with the progress: `Embedding records`
 */
export function preparing(
  engine: RankedEngine,
  doing: string,
  tell?: (message: string) => void,
): RankedEngine {
  let isPreparing = false;
  let toldAt = Date.now();
  const prepare = async (): Promise<void> => {
    isPreparing = true;
    await engine
      .rank('falls', {
        limit: 0,
        onProgress: ({ done, total }) => {
          if (Date.now() - toldAt < TELL_EVERY_MS) return;
          toldAt = Date.now();
          tell?.(`${doing}: ${formatCount(done)} of ${formatCount(total)}.`);
        },
      })
      // Whoever asks gets the error; the next one tries again.
      .catch(() => (isPreparing = false));
  };
  return {
    id: engine.id,
    label: engine.label,
    rank(question, options) {
      if (!isPreparing) void prepare();
      return engine.rank(question, options);
    },
    close: () => engine.close(),
  };
}
