import type { LocalEngine } from '@querent/core/connectors';
import { createRankedEngine, rankedSource } from '@querent/core/connectors';
import type { CitationSummary, RankingProgress, SearchEngine } from '@querent/core/search';
import { formatCount } from '@querent/core/text';
import { cacheFolder } from '../library/cacheFolder.ts';
import { rankedCache } from '../library/rankedCache.ts';
import { badInput, note, print, printJson } from '../terminal/index.ts';
import { progressReporter } from './progress.ts';

/** Hits with `--json` and `--ids` when no number is given: beyond, a ranking says little. */
const RANKED_LIMIT = 1000;
const LISTED = 20;

/** Options of `querent search --ranked`. */
export interface RankedSearchOptions {
  readonly corpus?: string;
  readonly live?: boolean;
  readonly until?: string;
  readonly headingsAsText?: boolean;
  readonly limit?: number;
  readonly ids?: boolean;
  readonly json?: boolean;
  readonly require?: readonly string[];
  readonly exclude?: readonly string[];
}

/**
 * Refuses options that ranking has no answer to, before anything is opened.
 * @throws CliError
 */
export function checkRankedOptions({ live, until, headingsAsText }: RankedSearchOptions): void {
  if (headingsAsText === true)
    throw badInput('--headings-as-text is for Boolean queries; --ranked looks at words.');
  if (live === true)
    throw badInput(
      '--ranked needs a library: --corpus LIBRARY. PubMed has an order of its own, "Best match".',
    );
  if (until !== undefined) throw badInput('--until is for Boolean queries; --ranked looks at all records.');
}

/** Asks a library of local records for those that fit a question best, and prints them. */
export async function rankedSearch(
  question: string,
  engine: SearchEngine,
  options: RankedSearchOptions,
): Promise<void> {
  const { corpus = '', require, exclude } = options;
  const ranked = createRankedEngine(rankedSource(engine as LocalEngine), {
    cache: rankedCache({ folder: cacheFolder(), library: corpus, engineId: engine.id }),
  });
  const everything = options.ids === true || options.json === true;
  const progress = lazyProgress();
  const started = performance.now();
  const answer = await ranked
    .rank(question, {
      limit: options.limit ?? (everything ? RANKED_LIMIT : LISTED),
      ...(require === undefined ? {} : { require }),
      ...(exclude === undefined ? {} : { exclude }),
      onProgress: progress.update,
    })
    .finally(progress.done);
  const seconds = (performance.now() - started) / 1000;
  const { count, hits, translation, warnings, provenance } = answer;
  const ids = hits.map(({ id }) => id);
  if (options.json === true) {
    printJson({ count, hits, ids, translation, warnings, seconds });
    return;
  }
  for (const { message } of warnings) note(`warning: ${message}`);
  if (options.ids === true) {
    print(...ids);
    return;
  }
  const records = count === 1 ? '1 record has' : `${formatCount(count)} records have`;
  print(
    `${records} any of the words (${translation}) in ${provenance.label}; best first (${(seconds * 1000).toFixed(1)} ms)`,
  );
  const summaries = new Map((await engine.summaries(ids)).map((summary) => [summary.id, summary]));
  for (const { id, score } of hits) print(line(id, score, summaries.get(id)));
  const more = count - hits.length;
  if (more > 0) print(`... ${formatCount(more)} more that fit less; --limit shows more`);
}

function line(id: string, score: number, summary: CitationSummary | undefined): string {
  const source = [summary?.journal, summary?.year].filter((part) => part !== undefined).join(' ');
  return `${score.toFixed(2).padStart(6)}  ${id.padEnd(9)} ${summary?.title ?? ''}${source === '' ? '' : ` (${source})`}`;
}

/** Shows the building of the index; nothing when it is there already. */
function lazyProgress(): { readonly update: (progress: RankingProgress) => void; readonly done: () => void } {
  let shown: ReturnType<typeof progressReporter> | undefined;
  return {
    update: ({ done, total }) => {
      shown ??= progressReporter();
      shown.update({ phase: 'indexing', records: total, fraction: done / total });
    },
    done: () => shown?.done(),
  };
}
