import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import type { Pico } from '@querent/core/strategy';

/** A review whose included studies are known. */
export interface ReviewTopic {
  readonly id: string;
  readonly title: string;
  readonly pico: Pico | undefined;
  readonly relevant: readonly string[];
}

/** Reads `{id, title, pico?, relevant_pmids}` rows, one a line. */
export async function readTopics(file: string): Promise<readonly ReviewTopic[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  return lines.map((line): ReviewTopic => {
    const row = JSON.parse(line) as {
      id: string;
      title: string;
      pico?: Record<string, string>;
      relevant_pmids: readonly string[];
    };
    return { id: row.id, title: row.title, pico: row.pico && picoOf(row.pico), relevant: row.relevant_pmids };
  });
}

/** A topic as `querent-trainer evaluate` reads it. */
interface TopicRow {
  readonly id: string;
  readonly title: string;
  readonly relevant_pmids: readonly string[];
}

/** Fewer relevant records in the library than this say little about a topic. */
const leastRelevant = 5;
/** A topic that shares more of its relevant records than this with one of the reviews is the same topic in other words. */
const mostShared = 0.1;

/**
 * Topics that published strategies were written for (`{id, title, pmids?, seeds?}` rows, gzipped), with those of their studies that
 * the library `holds`. Left out: topics with fewer than five, those among the `reviews` or overlapping with one, and repeated titles.
 */
export async function readStrategyTopics(
  file: string,
  holds: (id: string) => boolean,
  reviews: string,
): Promise<readonly TopicRow[]> {
  const others = await readTopics(reviews);
  const known = others.map((topic) => new Set(topic.relevant));
  const topics = new Map<string, TopicRow>();
  for (const row of rows<StrategyRow>(gunzipSync(await readFile(file)).toString('utf8'))) {
    const relevant = [...new Set([...(row.pmids ?? []), ...(row.seeds ?? [])].map(String))].filter(holds);
    if (row.title === undefined || relevant.length < leastRelevant || topics.has(row.title)) continue;
    const shared = Math.max(0, ...known.map((ids) => relevant.filter((id) => ids.has(id)).length));
    if (shared > mostShared * relevant.length || others.some(({ title }) => title === row.title)) continue;
    topics.set(row.title, { id: row.id, title: row.title, relevant_pmids: relevant });
  }
  return [...topics.values()];
}

interface StrategyRow {
  readonly id: string;
  readonly title?: string;
  readonly pmids?: readonly (string | number)[];
  readonly seeds?: readonly (string | number)[];
}

function rows<Row>(text: string): readonly Row[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Row);
}

function picoOf(parts: Readonly<Record<string, string>>): Pico {
  const { population, intervention, comparison, outcome, ...other } = parts;
  return {
    ...(population === undefined ? {} : { population }),
    ...(intervention === undefined ? {} : { intervention }),
    ...(comparison === undefined ? {} : { comparison }),
    ...(outcome === undefined ? {} : { outcome }),
    other,
  };
}
